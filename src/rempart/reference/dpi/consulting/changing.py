"""A document of the DMP masked, made visible, archived or deleted (TD3.3): asked first, done on all that it is made of.

An N1 and the N3 that comes with it are one document for the user: what is done to the first is done to the second, and
said (programme Ségur, règles de gestion N1 / N3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.body import Body
from rempart.reference.dmp import search, submissions
from rempart.reference.dmp.failures import DmpFailure
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.consulting.access import Access, Denied
from rempart.reference.dpi.consulting.desk import Desk, Right
from rempart.reference.dpi.consulting.entries import HIDDEN_FROM_PARENTS, HIDDEN_FROM_PATIENT, MASKED, DmpEntry
from rempart.reference.dpi.consulting.listing import UNAVAILABLE, Listing
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import now

# What is asked before, and whether it is a matter of confidentiality codes (TD3.3a, b) or of status (TD3.3c, d).
_QUESTIONS = {
    "mask": "Masquer ce document aux professionnels ?",
    "unmask": "Démasquer ce document ?",
    "show_to_patient": "Rendre ce document visible par le patient ? Cela ne pourra pas être défait.",
    "show_to_representatives": "Rendre ce document visible par les représentants ? Cela ne pourra pas être défait.",
    "archive": "Archiver ce document du DMP ?",
    "unarchive": "Sortir ce document des archives du DMP ?",
    "delete": "Supprimer ce document du DMP ? Cela ne pourra pas être défait.",
}
_CARELESS = {"mask": "masquage-sans-confirmation", "delete": "suppression-sans-confirmation"}  # mutants
_N1 = ("urn:ihe:iti:xds-sd:pdf:2008", "urn:ihe:iti:xds-sd:text:2008")
_FROM_N1 = "cette action se demande à partir du document non structuré (N1) du couple"
_UNKNOWN = "ce document n'est pas dans le DMP"


@dataclass(frozen=True, eq=False)
class _Target:
    entry: RegistryObject
    element: etree._Element

    @property
    def unique_id(self) -> str:
        return DmpEntry(self.entry).unique_id

    @property
    def level(self) -> str:
        formats = [c.code for c in self.entry.coded(xds.FORMAT_CODE)]
        return "N1" if any(f in _N1 for f in formats) else "N3"


class Changing:
    """Each change is confirmed by the user, then sent for each document of the pair."""

    def __init__(self, desk: Desk, access: Access, listing: Listing, patients: Patients, mutants: Mutants) -> None:
        self._desk, self._access, self._listing = desk, access, listing
        self._patients, self._mutants = patients, mutants
        self.actions = {"change_dmp_document": self.change_dmp_document}

    async def change_dmp_document(self, body: Body) -> Json:
        change = body.only("patient", "unique_id", "change", "confirmed").choice("change", _QUESTIONS)
        unique_id, confirmed = body.text("unique_id"), body.flag("confirmed", True)
        question = _QUESTIONS[change]
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        careless = change in _CARELESS and self._mutants.on(_CARELESS[change])
        if not confirmed and not careless:
            return refused("l'utilisateur n'a pas confirmé") | {"confirmation": question}
        try:
            right = await self._access.ensure(patient)
            targets = await self._targets(patient, right, unique_id)
            for target in targets:
                await self._apply(patient, right, target, change)
        except Denied as denied:
            return refused(str(denied))
        except DmpFailure as failure:
            if self._mutants.on("refus-du-dmp-pris-pour-un-succes"):
                return done(confirmation=question, documents=[unique_id])
            return refused(f"{UNAVAILABLE}: {failure}")
        told = targets[:1] if self._mutants.on("couple-n1-n3-non-annonce") else targets
        return done(confirmation=question, documents=[t.unique_id for t in told])

    async def _targets(self, patient: Patient, right: Right, unique_id: str) -> list[_Target]:
        """The document, then the one that it is a pair with. Raises Denied, Outage, Refused."""
        found = await self._listing.entry(patient, right, unique_id)
        if not found.entries:
            raise Denied(_UNKNOWN)
        chosen = _target(found)
        if self._mutants.on("action-sur-le-n1-seul"):
            return [chosen]
        links = await self._desk.ask(
            "TD3.1", patient, right, lambda dmp, who: search.associations(dmp, who, chosen.entry.id)
        )
        others = {end for a in links.associations if a.type == xds.XFRM for end in (a.source, a.target)}
        others.discard(chosen.entry.id)
        if not others:
            return [chosen]
        if chosen.level != "N1" and not self._mutants.on("action-proposee-sur-le-n3"):
            raise Denied(_FROM_N1)
        paired = await self._desk.ask(
            "TD3.1", patient, right, lambda dmp, who: search.by_entry_uuid(dmp, who, *sorted(others))
        )
        return [chosen, *(_Target(e, paired.elements[e.id]) for e in paired.entries)]

    async def _apply(self, patient: Patient, right: Right, target: _Target, change: str) -> None:
        """Raises Outage, Refused."""
        lot, when = self._desk.lot(), now()
        if change == "delete":
            if self._mutants.on("suppression-non-transmise"):
                return
            await self._desk.ask(
                "TD3.3c", patient, right, lambda dmp, who: submissions.delete(dmp, who, lot, when, target.entry)
            )
        elif change in ("archive", "unarchive"):
            await self._desk.ask(
                "TD3.3d", patient, right, lambda dmp, who: submissions.archive(dmp, who, lot, when, target.entry)
            )
        else:
            codes = _changed(DmpEntry(target.entry).codes, change)
            transaction = "TD3.3b" if change.startswith("show") else "TD3.3a"
            await self._desk.ask(
                transaction, patient, right,
                lambda dmp, who: submissions.set_confidentiality(dmp, who, lot, when, self._sent(target), codes),
            )  # fmt: skip

    def _sent(self, target: _Target) -> etree._Element:
        if self._mutants.on("version-precedente-fausse"):
            for version in target.element.iterfind(f"{{{xds.RIM}}}VersionInfo"):
                version.set("versionName", str(int(version.get("versionName", "1")) + 1))
        return target.element


def _target(found: search.Found) -> _Target:
    entry = found.entries[0]
    return _Target(entry, found.elements[entry.id])


def _changed(codes: Sequence[str], change: str) -> list[str]:
    gone = {"unmask": MASKED, "show_to_patient": HIDDEN_FROM_PATIENT, "show_to_representatives": HIDDEN_FROM_PARENTS}
    kept = [code for code in codes if code != gone.get(change)]
    return [*kept, MASKED] if change == "mask" and MASKED not in kept else kept
