"""Orders to the PFI: a document on its way to the DMP and to mailboxes, replaced, or deleted."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace

from rempart.formats.hl7v2.cisis import (
    Authority,
    Document,
    DocumentOrder,
    Envelope,
    Ins,
    MailRecipient,
    Professional,
    Structure,
    Visit,
    document_message,
)
from rempart.formats.hl7v2.cisis import Patient as HlPatient
from rempart.formats.hl7v2.cisis.documents import Action
from rempart.reference.document_types import document_types
from rempart.reference.dpi.consent import NOT_QUALIFIED, dmp_feeding_refusal, patient_mail_refusal
from rempart.reference.dpi.documents import Stored
from rempart.reference.dpi.feeding.stays import Stays
from rempart.reference.dpi.recipients import MSSANTE_PATIENT, MSSANTE_PS, Recipient
from rempart.reference.mutation import Mutants
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patient
from rempart.reference.settings import AUTHOR, MAILBOX, STRUCTURE, Settings
from rempart.reference.store import Store, now
from rempart.reference.times import instant

DMP = "dmp"
# The DMP refuses the two together: xds-dmp, EX_2.1-1050.
BOTH_HIDDEN = "un document ne peut pas être à la fois masqué aux professionnels et invisible au patient"
CHANNELS = (DMP, MSSANTE_PS, MSSANTE_PATIENT)
_NUMBERED = ("E", "I", "O", "R")  # PV1-2 that want a visit number


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks of a sending; a replacement and a deletion go where the sending went."""

    channels: tuple[str, ...]
    recipients: tuple[Recipient, ...] = ()
    reception_receipt: bool = True
    reading_receipt: bool = False
    hidden_from_patient: bool = False
    hidden_from_representatives: bool = False
    hidden_from_professionals: bool = False
    visibility_changed: bool = False  # a new version that only changes who may see it
    no_reply: bool = False  # the patient may not answer the mail

    @classmethod
    def load(cls, text: str) -> Request:
        values = json.loads(text)
        values["channels"] = tuple(values["channels"])
        values["recipients"] = tuple(Recipient(**r) for r in values["recipients"])
        return cls(**values)


class Orders:
    """Decides whether a document may leave, writes the message, and remembers what was asked."""

    def __init__(self, settings: Settings, store: Store, outbox: Outbox, mutants: Mutants) -> None:
        self._settings, self._store, self._outbox, self._mutants = settings, store, outbox, mutants
        self._stays = Stays(store)

    def refusal(self, patient: Patient, request: Request, action: Action = "initial") -> str:
        """Why nothing of this request may leave; "" when all of it may. One channel refused refuses the request."""
        if not request.channels:
            return "aucune destination n'est choisie"
        if request.hidden_from_patient and request.hidden_from_professionals and not self._mutants.on("cumul-transmis"):
            return BOTH_HIDDEN
        if DMP in request.channels:
            # Taking a document out of the DMP is no feeding: an opposed patient may want just that.
            reason = dmp_feeding_refusal(patient, self._mutants) if action != "delete" else _unreachable(patient)
            if reason:
                return reason
        if MSSANTE_PATIENT in request.channels:
            reason = patient_mail_refusal(patient, request.hidden_from_patient, self._mutants)
            if reason and action != "delete":
                return reason
        if self._mutants.on("refus-patient-bloque-tout") and patient.patient_messaging == "refused":
            return "le patient refuse l'envoi par messagerie"
        if MSSANTE_PS in request.channels and not any(r.channel == MSSANTE_PS for r in request.recipients):
            return "aucun destinataire MSSanté n'est choisi"
        return ""

    def order(self, patient: Patient, document: Stored, request: Request, action: Action) -> str:
        """Write the message and hand it to the outbox, in the open transaction. Returns its MSH-10."""
        request = self._followed(request, action)
        recipients = _recipients(patient, request)
        request = self._carried(request, action)
        if self._mutants.on("premier-document-du-dossier-transmis"):
            first = self._store.one("SELECT cda FROM documents WHERE patient = ? ORDER BY rowid", patient.id)
            document = replace(document, cda=first["cda"]) if first else document
        message = document_message(self._document_order(patient, document, request, action, recipients))
        control_id = self._outbox.post(message, chain=document.set_id)
        saved = json.dumps(asdict(request))
        values = {"control_id": control_id, "document": document.ref, "action": action, "request": saved}
        values["time"] = f"{now():%Y%m%d%H%M%S%z}"
        self._store.insert("orders", values)
        lines = [(DMP, "")] if DMP in request.channels else []
        lines += [(r.channel, r.address) for r in recipients]
        for channel, address in lines:
            self._store.insert("deliveries", {"control_id": control_id, "channel": channel, "recipient": address})
        self._store.trace("transmission à la PFI demandée", f"{action} {document.unique_id}", patient.id)
        return control_id

    def last(self, document: Stored) -> tuple[str, Request] | None:
        """MSH-10 and request of the last order on this version of a document."""
        row = self._store.one(
            "SELECT control_id, request FROM orders WHERE document = ? ORDER BY rowid DESC", document.ref
        )
        return (row["control_id"], Request.load(row["request"])) if row else None

    def _document_order(
        self, patient: Patient, document: Stored, request: Request, action: Action, recipients: list[Recipient]
    ) -> DocumentOrder:
        known = document_types()[document.type_code]
        person = hl7_patient(patient)
        s = self._settings
        return DocumentOrder(
            envelope=Envelope(sender=s.us, receiver=s.partner, control_id=uuid.uuid4().hex[:20], time=now()),
            action=action,
            patient=person,
            visit=self._visit(patient, document),
            document=Document(
                cda=document.cda,
                unique_id=document.unique_id,
                type_code=known.code,
                type_label=known.label,
                type_system=known.system,
                replaced_id=document.replaces,
            ),
            author=AUTHOR,
            structure=STRUCTURE,
            recipients=tuple(_mail_recipient(r, person) for r in recipients),
            reply_to=MAILBOX if recipients else "",
            flags=self._flags(request),
            no_reply=self._no_reply(request),
        )

    def _visit(self, patient: Patient, document: Stored) -> Visit:
        """The stay that the document belongs to, be it over."""
        current = document.episode in ("", patient.visit_number)
        return _visit(patient) if current else self._stays.visit(patient, document.episode)

    def _carried(self, request: Request, action: Action) -> Request:
        """What mutants lose of the visibility on the way."""
        if (
            action == "replace"
            and not request.visibility_changed
            and self._mutants.on("masquage-perdu-au-remplacement")
        ):
            return replace(request, hidden_from_professionals=False)
        if action == "delete" and self._mutants.on("suppression-sans-le-dmp"):
            return replace(request, channels=tuple(c for c in request.channels if c != DMP))
        if request.hidden_from_patient and self._mutants.on("representants-confondus-avec-le-patient"):
            return replace(request, hidden_from_representatives=True)
        return request

    def _no_reply(self, request: Request) -> bool:
        """FIN stands under the patient's flag: without a mail to the patient there is no answer to decline."""
        if self._mutants.on("fin-toujours"):
            return True
        return request.no_reply and MSSANTE_PATIENT in request.channels and not self._mutants.on("fin-jamais")

    def _followed(self, request: Request, action: Action) -> Request:
        """The request that a replacement or a deletion repeats."""
        silent = {"replace": "remplacement-non-annonce-par-mssante", "delete": "suppression-non-annoncee-par-mssante"}
        if action in silent and self._mutants.on(silent[action]):
            return replace(request, channels=tuple(c for c in request.channels if c != MSSANTE_PS))
        return request

    def _flags(self, request: Request) -> dict[str, bool]:
        flags = {
            "MASQUE_PS": request.hidden_from_professionals,
            "INVISIBLE_PATIENT": request.hidden_from_patient,
            "INVISIBLE_REP_LEGAUX": request.hidden_from_representatives,
            "MODIF_CONF_CODE": request.visibility_changed,
            "DESTDMP": DMP in request.channels,
            "DESTMSSANTEPS": MSSANTE_PS in request.channels,
            "DESTMSSANTEPAT": MSSANTE_PATIENT in request.channels,
            "ACK_RECEPTION": request.reception_receipt,
            "ACK_LECTURE_MSS": request.reading_receipt,
        }
        if self._mutants.on("changement-de-visibilite-non-annonce"):
            flags["MODIF_CONF_CODE"] = False
        if self._mutants.on("visibilite-patient-non-transmise"):
            flags["INVISIBLE_PATIENT"] = False
        return flags


def hl7_patient(patient: Patient) -> HlPatient:
    """PID of a patient: the INS only under VALI."""
    ipp = patient.identifiers[0]
    name, kind = ipp.authority_name or ipp.authority_id, ipp.authority_type or "ISO"
    status, *attributes = patient.status.split(",") if patient.status else ["VIDE"]
    return HlPatient(
        ipp=ipp.value,
        ipp_authority=Authority(name=name, id=ipp.authority_id, type=kind),
        ins=Ins(value=patient.ins_value, oid=patient.ins_oid) if patient.qualified else None,
        birth_name=patient.birth_name,
        first_birth_name=patient.first_birth_name,
        birth_names=patient.birth_names,
        used_name=patient.used_name,
        used_first_name=patient.used_first_name,
        sex=patient.sex or "U",
        birth_date=patient.birth_date,
        birth_place=patient.birth_place,
        status=status,
        status_attributes=tuple(attributes),
        account=patient.account,
    )


def _unreachable(patient: Patient) -> str:
    return "" if patient.qualified else NOT_QUALIFIED


def _visit(patient: Patient) -> Visit:
    if patient.visit_class in ("", "N") or (patient.visit_class in _NUMBERED and not patient.visit_number):
        return Visit(class_="N")
    return Visit(
        class_=patient.visit_class,
        unit=patient.visit_unit,
        number=patient.visit_number,
        admitted=instant(patient.admitted),
        discharged=instant(patient.discharged),
    )


def _recipients(patient: Patient, request: Request) -> list[Recipient]:
    """Those of the channels asked for. The patient's own address follows from the INS when it is not given."""
    found = [r for r in request.recipients if r.channel in request.channels]
    if MSSANTE_PATIENT in request.channels and not any(r.kind == "patient" for r in found):
        address = f"{patient.ins_value}@patient.mssante.fr"
        found.append(Recipient(name=patient.birth_name, address=address, identifier=patient.ins_value, kind="patient"))
    return found


def _mail_recipient(recipient: Recipient, patient: HlPatient) -> MailRecipient:
    r = recipient
    if r.kind == "patient":
        return MailRecipient(address=r.address, patient=patient if patient.ins else None)
    if r.kind == "professional" and r.identifier:
        family, given = r.names
        return MailRecipient(address=r.address, professional=Professional(id=r.identifier, family=family, given=given))
    if r.kind == "organisation" and r.identifier:
        return MailRecipient(address=r.address, structure=Structure(name=r.name, id=r.identifier))
    return MailRecipient(address=r.address, application=r.identifier or r.name)
