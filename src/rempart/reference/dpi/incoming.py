"""Documents that came by MSSanté, handed over by the PFI: volet "Transmission au LPS", side of the consumer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from rempart.formats.cda.header import CdaHeader, pdf_elements, tag
from rempart.formats.cda.read import parse_cda
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import LPS_VOLET
from rempart.formats.hl7v2.cisis.documents import TRIPLES
from rempart.reference import pam
from rempart.reference.content import read_document, require_same_patient
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.rendering import Rendering
from rempart.reference.listener import Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.refusal import refuse, refuse_application, require_fields, require_order, require_segments
from rempart.reference.store import Store, now

SEGMENTS = ("MSH", "EVN", "PID", "PV1", "ORC", "OBR", "TXA", "OBX")
FIELDS = ("EVN-2", "PID-3.1", "PID-5", "PV1-2", "ORC-1", "OBR-4.1", "TXA-12.1", "OBX-3.1", "OBX-5.5", "OBX-11")
_TRAITS = ("birth_name", "first_birth_name", "sex", "birth_date", "birth_place")


class IncomingDocuments:
    """Receives MDM T02, T10 and T04 of the PFI."""

    def __init__(self, store: Store, patients: Patients, documents: Documents, mutants: Mutants) -> None:
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        return {event: self.receive for event, _, _ in TRIPLES.values()}

    def receive(self, message: Message) -> None:
        """Raises Refusal: technical, or one of the application errors 900 to 906."""
        event = _check(message)
        cda, header = read_document(message)
        if header.ins is None:
            raise refuse_application("903", "OBX-5")
        require_same_patient(message, header)
        if header.level == "N3" and not pdf_elements(header.root) and not self._mutants.on("n3-seul-accepte"):
            raise refuse_application("906", "OBX-5", "document structuré sans sa copie paginée")
        if self._mutants.on("section-inconnue-refusee") and _unknown_section(header):
            raise refuse_application("906", "OBX-5", "le document a une section inconnue")
        patient = self._patient(header, message)
        known = self._documents.by_id(header.unique_id)
        if event == "T04":
            self._delete(known, message)
        elif known is None or (event == "T10" and self._mutants.on("remplacement-lps-en-double")):
            self._store_version(event, patient, cda, header, message)
        elif known.cda != _kept(cda, self._mutants):
            if self._mutants.on("identifiant-repris-accepte"):
                return self._keep(patient, cda, header, message)
            raise refuse_application("906", "TXA-12", "un autre document porte déjà cet identifiant")
        elif self._mutants.on("document-lps-en-double"):
            self._keep(patient, cda, header, message)
        self._store.trace("document MSSanté intégré", f"MDM^{event} {header.unique_id}", patient.id)

    # -- the patient -------------------------------------------------------------------------------------------

    def _patient(self, header: CdaHeader, message: Message) -> Patient:
        """The patient of the record that the document is about. Raises Refusal 902, 904 or 905."""
        ins = header.ins
        assert ins is not None
        traits = _traits_of(header)
        if not all(traits[name] for name in _TRAITS):
            raise refuse_application("905", "OBX-5")
        owner = self._patients.find_any(pam.identifiers(message))
        found = owner if owner and owner.ins_value == ins.extension else self._patients.find_ins(ins.extension)
        if owner and self._mutants.on("document-rattache-par-l-ipp"):
            return owner
        if found is None or not found.qualified:
            if self._mutants.on("mdm-lps-patient-inconnu-accepte") and (anyone := self._anyone()):
                return anyone
            raise refuse_application("904" if owner and owner.qualified else "902", "PID-3")
        if self._mutants.on("traits-lps-non-compares"):
            return found
        if ins.root != found.ins_oid or any(traits[n].upper() != getattr(found, n).upper() for n in _TRAITS):
            raise refuse_application("904", "PID-3")
        return found

    def _anyone(self) -> Patient | None:
        row = self._store.one("SELECT id FROM patients ORDER BY id")
        return self._patients.get(row["id"]) if row else None

    # -- the document ------------------------------------------------------------------------------------------

    def _store_version(self, event: str, patient: Patient, cda: bytes, header: CdaHeader, message: Message) -> None:
        if event == "T10":
            parent = header.replaces
            replaced = self._documents.by_id(str(parent)) if parent else None
            if replaced is None or replaced.status != "current":
                raise refuse_application("900", "TXA-13")
            if replaced.patient != patient.id:
                raise refuse_application("904", "PID-3")
            _require_structure(replaced, _organisation(header))
            if not self._mutants.on("remplacement-lps-en-double"):
                self._documents.mark(replaced, "replaced")
        elif self._held(header) and not self._mutants.on("meme-version-acceptee"):
            raise refuse_application("906", "OBX-5", "cette version du document est déjà présente")
        self._keep(patient, cda, header, message)

    def _held(self, header: CdaHeader) -> bool:
        """This version of this document, under whatever identifier."""
        return bool(header.set_id and self._documents.same_version(str(header.set_id), header.version or 1))

    def _delete(self, known: Stored | None, message: Message) -> None:
        if known is None or known.status != "current":
            raise refuse_application("900", "TXA-12")
        _require_structure(known, _sender(message))
        if not self._mutants.on("suppression-lps-ignoree"):
            self._documents.mark(known, "deleted")

    def _keep(self, patient: Patient, cda: bytes, header: CdaHeader, message: Message) -> None:
        set_id, kept = str(header.set_id or header.unique_id), _kept(cda, self._mutants)
        # A version that comes after a later one is kept, and is not the current one.
        late = (header.version or 1) < self._documents.newest(set_id)
        late = late and not self._mutants.on("version-tardive-courante")
        document = Stored(
            ref=f"MSS-{uuid.uuid4().hex[:12]}",
            patient=patient.id,
            unique_id=header.unique_id,
            set_id=set_id,
            version=header.version or 1,
            type_code=header.type.code,
            title=header.title,
            level=header.level,
            origin="DPI" if self._mutants.on("origine-mssante-non-affichee") else "MSSanté",
            organisation=_organisation(header),
            replaces=str(header.replaces or ""),
            cda=kept,
            created=header.effective_time,
            received=f"{now():%Y%m%d%H%M%S%z}",
            status="replaced" if late else "current",
            critical=Rendering(kept, self._mutants).critical(),
        )
        self._documents.keep(document)
        if header.level == "N3" and self._mutants.on("copie-paginee-en-double"):
            self._documents.keep(replace(document, ref=f"{document.ref}-PDF", level="N1"))
        mail = {"message_id": message.get("OBX[2]-3.1"), "subject": message.get("OBX[2]-3.2")}
        self._store.insert("mails", {"document": document.ref, "body": message.get("OBX[2]-5.5")} | mail)


def _check(message: Message) -> str:
    """Structure, required fields, edition, coherence of the action. Returns the event."""
    event = message.get("MSH-9.2")
    if (message.get("MSH-21.1"), message.get("MSH-21.2")) != LPS_VOLET:
        raise refuse("203", "MSH-21", f"MSH-21: {'^'.join(LPS_VOLET)} attendu")
    require_segments(message, *SEGMENTS)
    require_order(message, *SEGMENTS)
    require_fields(message, *FIELDS, *(["TXA-13.1"] if event == "T10" else []))
    if (event, message.get("ORC-1"), message.get("OBX-11")) not in TRIPLES.values():
        raise refuse("199", "ORC-1", "l'événement, ORC-1 et OBX-11 ne disent pas la même action")
    return event


def _kept(cda: bytes, mutants: Mutants) -> bytes:
    """The bytes received, and nothing else."""
    if mutants.on("cda-reecrit-a-l-import"):
        return etree.tostring(parse_cda(cda).tree, encoding="UTF-8", xml_declaration=True)
    if mutants.on("feuille-de-style-perdue-a-l-import"):
        root = parse_cda(cda).root
        return etree.tostring(root, encoding="UTF-8", with_tail=False) if root.getparent() is not None else cda
    return cda


def _traits_of(header: CdaHeader) -> dict[str, str]:
    return {
        "birth_name": header.birth_name,
        "first_birth_name": header.first_birth_name,
        "sex": header.sex,
        "birth_date": header.birth_time[:8],
        "birth_place": header.birth_place,
    }


def _unknown_section(header: CdaHeader) -> bool:
    """A section that declares no model."""
    return any(s.find(tag("templateId")) is None for s in header.root.iter(tag("section")))


def _organisation(header: CdaHeader) -> str:
    author = next(iter(header.authors), header.custodian)
    found = author.organisation_id or header.custodian.organisation_id
    return found.extension if found else ""


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
