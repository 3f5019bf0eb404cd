"""The identity feed applied: creations, updates, merges, changes of identifier, INS and choices (PAM-FR 2.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rempart.formats.hl7v2 import Message
from rempart.formats.ins import is_matricule
from rempart.reference import pam
from rempart.reference.listener import Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.pam import Feed, nir_first
from rempart.reference.patients import Patient, Patients
from rempart.reference.refusal import refuse
from rempart.reference.store import Store

NO_INS = {"ins_value": "", "ins_oid": ""}
_LABELS = {"feeding": "alimentation du DMP", "consultation": "consultation du DMP"}


class IdentityFeed:
    """Consumer of ITI-30 and ITI-31. `tables` are those whose rows belong to a patient.

    `moved` is told of each movement integrated, in the open transaction.
    """

    def __init__(
        self,
        store: Store,
        patients: Patients,
        mutants: Mutants,
        tables: tuple[str, ...],
        moved: Callable[[Patient, Feed], None] = lambda patient, feed: None,
    ) -> None:
        self._moved = moved
        self._store, self._patients, self._mutants, self._tables = store, patients, mutants, tables

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        return dict.fromkeys(pam.EVENTS, self.receive)

    def receive(self, message: Message) -> None:
        """Raises Refusal."""
        feed = pam.read(message)
        if feed.event == "A40":
            patient = self._merge(feed)
        elif feed.event == "A47":
            patient = self._change_identifier(feed)
        elif feed.event == "A31" and self._mutants.on("a31-inconnu-ignore"):
            patient = self._patients.find_any(feed.identifiers)
        else:
            if feed.event == "A28" and self._mutants.on("annonce-repetee-vide-le-dossier"):
                self._patients.forget(feed.identifiers)
            patient = self._patients.find_any(feed.identifiers) or self._patients.create()
        if patient is None:
            return
        patient = self._update(patient, feed)
        self._move(patient, feed)
        if feed.movement:
            self._moved(patient, feed)
        self._store.trace("message d'identité intégré", f"ADT^{feed.event}", patient.id)

    def _merge(self, feed: Feed) -> Patient | None:
        source = self._patients.find_any(feed.prior)
        target = self._patients.find_any(feed.identifiers)
        if source is None:
            return target  # nothing to merge: the survivor alone is updated
        if target is None:
            return self._rename(source, feed)
        if source.id != target.id:
            self._patients.merge(source, target, tables=self._tables)
            self._store.trace("patients fusionnés", "", target.id)
        return target

    def _change_identifier(self, feed: Feed) -> Patient | None:
        """A47: MRG-1 names what is obsolete, an IPP or an INS; PID-3 what takes its place."""
        holder = self._patients.find_any(feed.identifiers)
        found = self._patients.find_any(feed.prior) or holder or self._patients.find_ins(feed.prior_ins)
        if found is None:
            raise refuse("207", "MRG-1", "aucun patient ne porte l'identifiant à changer")
        if holder is not None and holder.id != found.id:
            raise refuse("207", "PID-3", "l'identifiant appartient déjà à un autre patient")
        if self._mutants.on("a47-supprime-le-patient"):
            self._store.run("DELETE FROM patients WHERE id = ?", found.id)
            return None
        return self._rename(found, feed)

    def _rename(self, patient: Patient, feed: Feed) -> Patient:
        self._patients.forget(feed.prior)
        self._patients.identify(patient, feed.identifiers)
        return self._patients.get(patient.id)

    # -- traits, INS, choices ----------------------------------------------------------------------------------

    def _update(self, patient: Patient, feed: Feed) -> Patient:
        self._patients.identify(patient, feed.identifiers)
        values = self._traits(feed) | feed.visit | self._ins(patient, feed) | self._choices(feed)
        for name, label in _LABELS.items():
            if values.get(name, getattr(patient, name)) != getattr(patient, name):
                self._store.trace("consentement enregistré", f"{label}: {values[name]} (flux d'identité)", patient.id)
        return self._patients.update(patient, values)

    def _traits(self, feed: Feed) -> dict[str, str]:
        if self._mutants.on("champ-vide-efface"):
            return {"birth_name": "", "birth_place": "", "sex": "", "birth_date": ""} | feed.traits
        if self._mutants.on("guillemets-non-effaces"):
            return {name: value for name, value in feed.traits.items() if value}
        if feed.inss and self._mutants.on("identite-provisoire-promue"):
            return feed.traits | {"status": "VALI"}
        return feed.traits

    def _ins(self, patient: Patient, feed: Feed) -> dict[str, str]:
        """What becomes of the INS: kept under VALI only, deleted whole by `""`, left alone when nothing is said."""
        if feed.deletes_ins and not self._mutants.on("ins-non-supprimee"):
            self._store.trace("INS supprimée", f"ADT^{feed.event}", patient.id)
            return NO_INS
        ins = nir_first(feed.inss)
        if ins and feed.event == "A31" and self._mutants.on("ins-non-mise-a-jour"):
            return {}
        if ins and not feed.validated and self._mutants.on("identite-sans-vali-refusee"):
            raise refuse("103", "PID-32", "PID-32 n'est pas VALI")
        kept = self._mutants.on("ins-sans-vali-conservee") or self._mutants.on("identite-provisoire-promue")
        if ins and not feed.validated and not kept:
            self._store.trace("INS écartée", "PID-32 n'est pas VALI", patient.id)
            ins = None
        elif ins and not is_matricule(ins.value):
            self._store.trace("INS écartée", "clé ou forme du matricule incorrecte", patient.id)
            ins = None
        if ins:
            return {"ins_value": ins.value, "ins_oid": ins.oid}
        if "status" in feed.traits and not feed.validated and not self._mutants.on("ins-non-supprimee"):
            return NO_INS  # an identity that is no longer validated is no longer qualifiée
        return {}

    def _choices(self, feed: Feed) -> dict[str, str]:
        if self._mutants.on("zfa-inversee"):
            swapped = {"IO": "INO", "INO": "IO", "IC": "INC", "INC": "IC", "NA": "NA"}
            return {name: swapped[code] for name, code in feed.choices.items()}
        if self._mutants.on("zfa-ignoree"):
            return {}
        if self._mutants.on("non-recueilli-lu-comme-opposition") and feed.choices.get("feeding") == "NA":
            return feed.choices | {"feeding": "IO"}
        return feed.choices

    # -- movements ---------------------------------------------------------------------------------------------

    def _move(self, patient: Patient, feed: Feed) -> None:
        """INSERT keeps the movement, UPDATE and CANCEL name one that is kept."""
        if (movement := feed.movement) is None:
            return
        known = self._store.one("SELECT event FROM movements WHERE id = ?", movement.id)
        if movement.action == "INSERT":
            if known is None:
                values = {"id": movement.id, "patient": patient.id, "event": feed.event}
                self._store.insert("movements", values)
        elif movement.action not in ("UPDATE", "CANCEL"):
            raise refuse("103", "ZBE-4", f"ZBE-4: {movement.action} n'est pas INSERT, UPDATE ou CANCEL")
        elif known is None and feed.event == "Z99":
            raise refuse("207", "ZBE-1", f"mouvement inconnu: {movement.id}")
        elif movement.action == "CANCEL":
            self._store.update("movements", {"id": movement.id}, {"cancelled": 1})
