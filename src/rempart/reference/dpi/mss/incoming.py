"""Documents that came by MSSanté, handed over by the PFI: volet "Transmission au LPS", side of the consumer."""

from __future__ import annotations

from collections.abc import Mapping

from rempart.formats.cda.header import CdaHeader, pdf_elements, tag
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import LPS_VOLET
from rempart.formats.hl7v2.cisis.documents import TRIPLES, Action
from rempart.reference import pam
from rempart.reference.content import require_same_patient
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.mss.arrival import Arrival
from rempart.reference.dpi.mss.filing import Filing, kept_bytes
from rempart.reference.dpi.mss.journal import AUTOMATIC, Journal
from rempart.reference.dpi.mss.matching import STRICT, same_identity
from rempart.reference.dpi.mss.worklist import Awaiting, Worklist, await_user
from rempart.reference.dpi.recipients import MSSANTE_PS, Recipient
from rempart.reference.dpi.sending import Orders, Request
from rempart.reference.listener import Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.refusal import (
    Refusal,
    refuse,
    refuse_application,
    require_fields,
    require_order,
    require_segments,
)
from rempart.reference.store import Store

SEGMENTS = ("MSH", "EVN", "PID", "PV1", "ORC", "OBR", "TXA", "OBX")
FIELDS = ("EVN-2", "PID-3.1", "PID-5", "PV1-2", "ORC-1", "OBR-4.1", "TXA-12.1", "OBX-3.1", "OBX-5.5", "OBX-11")


class IncomingDocuments:
    """Receives MDM T02, T10 and T04 of the PFI."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        filing: Filing,
        worklist: Worklist,
        journal: Journal,
        orders: Orders,
        mutants: Mutants,
    ) -> None:
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants
        self._filing, self._worklist, self._journal, self._orders = filing, worklist, journal, orders

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        return {event: self.receive for event, _, _ in TRIPLES.values()}

    def receive(self, message: Message) -> None:
        """Raises Refusal: technical, or one of the application errors 900 to 906. One that a person can overcome
        leaves the document in the work list all the same."""
        _check(message)
        if self._mutants.on("piece-non-cda-acquittee") and not _is_cda(message):
            return
        arrival = Arrival.read(message)
        try:
            self._integrate(arrival)
        except Awaiting as refusal:
            if not self._mutants.on("discordant-hors-liste-de-travail"):
                detail = refusal.error.application.label if refusal.error.application else ""
                self._wait(arrival, refusal.error.text or detail, "document MSSanté mis en liste de travail")
                self._store.restart()  # the refusal undoes what comes after: this line stays
            raise

    def _integrate(self, arrival: Arrival) -> None:
        self._require_document(arrival)
        patient = self._patient(arrival)
        known = self._documents.by_id(arrival.unique_id)
        repeated = arrival.kind == "replacement" and self._mutants.on("remplacement-lps-en-double")
        if arrival.kind == "deletion":
            self._delete(known, patient, arrival)
        elif known is None or repeated:
            self._store_version(patient, arrival)
        elif known.cda != kept_bytes(arrival.cda, self._mutants):
            if not self._mutants.on("identifiant-repris-accepte"):
                raise refuse_application("906", "TXA-12", "un autre document porte déjà cet identifiant")
            self._filing.keep(patient.id, arrival)
        elif self._mutants.on("document-lps-en-double"):
            self._filing.keep(patient.id, arrival)

    def _require_document(self, arrival: Arrival) -> None:
        header = arrival.header
        if header.ins is None:
            raise await_user("903", "OBX-5")
        require_same_patient(arrival.message, header)
        if header.level == "N3" and not pdf_elements(header.root) and not self._mutants.on("n3-seul-accepte"):
            raise refuse_application("906", "OBX-5", "document structuré sans sa copie paginée")
        if self._mutants.on("section-inconnue-refusee") and _unknown_section(header):
            raise refuse_application("906", "OBX-5", "le document a une section inconnue")

    def _wait(self, arrival: Arrival, reason: str, event: str) -> None:
        self._receipt(arrival)
        self._worklist.put(arrival, reason)
        self._store.trace(event, f"{arrival.unique_id}: {reason}")

    def _receipt(self, arrival: Arrival) -> None:
        operation = "deletion_received" if arrival.kind == "deletion" else "received"
        detail = f"de {arrival.sender}" if arrival.sender else ""
        self._journal.record(arrival.unique_id, operation, detail, type_code=arrival.header.type.code)

    # -- the patient -------------------------------------------------------------------------------------------

    def _patient(self, arrival: Arrival) -> Patient:
        """The patient of the record that the document is about. Raises Awaiting 902, 904, 905 or 906."""
        ins, traits = arrival.header.ins, arrival.traits
        assert ins is not None
        if not all(traits[name] for name in STRICT) and not self._mutants.on("traits-incomplets-integres"):
            raise await_user("905", "OBX-5")
        owner = self._patients.find_any(pam.identifiers(arrival.message))
        found = owner if owner and owner.ins_value == ins.extension else self._patients.find_ins(ins.extension)
        if owner and self._mutants.on("document-rattache-par-l-ipp"):
            return owner
        if found is None or not found.qualified:
            if owner and not owner.qualified and self._mutants.on("integration-sans-ins-qualifiee"):
                return owner
            if self._mutants.on("mdm-lps-patient-inconnu-accepte") and (anyone := self._anyone()):
                return anyone
            raise await_user("904" if owner and owner.qualified else "902", "PID-3")
        if self._mutants.on("traits-lps-non-compares"):
            return found
        if not same_identity(arrival, found, self._mutants):
            raise await_user("904", "PID-3")
        if not arrival.qualified and not self._mutants.on("identite-provisoire-integree"):
            raise await_user("906", "PID-32", "l'identité n'est pas qualifiée par l'émetteur")
        return found

    def _anyone(self) -> Patient | None:
        row = self._store.one("SELECT id FROM patients ORDER BY id")
        return self._patients.get(row["id"]) if row else None

    # -- the document ------------------------------------------------------------------------------------------

    def _store_version(self, patient: Patient, arrival: Arrival) -> None:
        replaced = None
        if arrival.kind == "replacement":
            replaced = self._replaced(patient, arrival)
        elif self._held(arrival.header) and not self._mutants.on("meme-version-acceptee"):
            raise refuse_application("906", "OBX-5", "cette version du document est déjà présente")
        if self._waits(arrival) or self._seen_of_this_mail(arrival):
            return
        if replaced and not self._mutants.on("remplacement-lps-en-double"):
            self._receipt(arrival)
            self._filing.supersede(replaced, arrival)
            self._warn(patient, replaced, arrival, "replace")
        else:
            self._receipt(arrival)
        self._filing.keep(patient.id, arrival)
        self._journal.record(arrival.unique_id, AUTOMATIC)
        self._store.trace("document MSSanté intégré", f"{arrival.kind} {arrival.unique_id}", patient.id)

    def _replaced(self, patient: Patient, arrival: Arrival) -> Stored:
        """The version that it replaces. Raises Refusal 900, 901 or 904."""
        replaced = self._documents.by_id(arrival.replaces) if arrival.replaces else None
        if replaced is None:
            raise await_user("900", "TXA-13")
        if replaced.status != "current":
            raise refuse_application("900", "TXA-13")
        if replaced.patient != patient.id:
            raise refuse_application("904", "PID-3")
        _require_structure(replaced, arrival.organisation)
        return replaced

    def _held(self, header: CdaHeader) -> bool:
        """This version of this document, under whatever identifier."""
        return bool(header.set_id and self._documents.same_version(str(header.set_id), header.version or 1))

    def _delete(self, known: Stored | None, patient: Patient, arrival: Arrival) -> None:
        if known is None:
            if self._mutants.on("suppression-integree-comme-document"):
                self._filing.keep(patient.id, arrival)
                return
            raise await_user("900", "TXA-12")
        if known.status != "current":
            raise refuse_application("900", "TXA-12")
        if not self._mutants.on("suppression-par-une-autre-structure"):
            _require_structure(known, _sender(arrival.message))
        if self._waits(arrival):
            return
        self._receipt(arrival)
        if not self._mutants.on("suppression-lps-ignoree"):
            self._filing.remove(known)
        self._warn(patient, known, arrival, "delete")
        self._store.trace("document MSSanté supprimé", arrival.unique_id, patient.id)

    def _waits(self, arrival: Arrival) -> bool:
        """Sound, and in the work list by the administrator's choice: no error is told to the sender."""
        reason = self._worklist.settings.waits(arrival, self._mutants)
        if reason:
            self._wait(arrival, reason, "document MSSanté en attente de validation")
        return bool(reason)

    def _seen_of_this_mail(self, arrival: Arrival) -> bool:
        if not self._mutants.on("deuxieme-document-du-courriel-perdu"):
            return False
        mail = arrival.message.get("OBX[2]-3.1")
        return self._store.one("SELECT 1 FROM mails WHERE message_id = ?", mail) is not None

    def _warn(self, patient: Patient, held: Stored, arrival: Arrival, action: Action) -> None:
        """Nothing: warning its recipients is up to the author of a document (MSS/UX.38)."""
        if self._mutants.on("avertissement-pour-un-document-recu"):
            sender = Recipient(name="correspondant", address=arrival.sender, identifier="", kind="application")
            self._orders.order(patient, held, Request(channels=(MSSANTE_PS,), recipients=(sender,)), action)


def _check(message: Message) -> None:
    """Structure, required fields, edition, coherence of the action."""
    event = message.get("MSH-9.2")
    if (message.get("MSH-21.1"), message.get("MSH-21.2")) != LPS_VOLET:
        raise refuse("203", "MSH-21", f"MSH-21: {'^'.join(LPS_VOLET)} attendu")
    require_segments(message, *SEGMENTS)
    require_order(message, *SEGMENTS)
    require_fields(message, *FIELDS, *(["TXA-13.1"] if event == "T10" else []))
    if (event, message.get("ORC-1"), message.get("OBX-11")) not in TRIPLES.values():
        raise refuse("199", "ORC-1", "l'événement, ORC-1 et OBX-11 ne disent pas la même action")


def _is_cda(message: Message) -> bool:
    try:
        Arrival.read(message)
    except Refusal:
        return False
    return True


def _unknown_section(header: CdaHeader) -> bool:
    """A section that declares no model."""
    return any(s.find(tag("templateId")) is None for s in header.root.iter(tag("section")))


def _sender(message: Message) -> str:
    """The organisation that asks, PRT-8.10 of the sender; "" when it is not named."""
    return next((prt.get("8.10") for prt in message.all("PRT") if prt.get("4.1") == "SB"), "")


def _require_structure(document: Stored, asking: str) -> None:
    """Only the author's organisation replaces or deletes: that of the new version, or that of the sender."""
    if asking and not _same_structure(document.organisation, asking):
        raise refuse_application("901", "PRT-8")


def _same_structure(one: str, other: str) -> bool:
    """Struct_IdNat with or without the digit that says its type: `1120456789` and `120456789`."""
    return one == other or one == f"1{other}" or other == f"1{one}"
