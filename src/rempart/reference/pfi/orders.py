"""What a DPI asks: ORU^R01 and MDM^T02/T10/T04 of the volet "Transmission de documents CDA", read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rempart.formats.cda.header import CdaHeader
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import CDA_VOLET, FLAGS
from rempart.formats.hl7v2.cisis.documents import TRIPLES
from rempart.reference import pam
from rempart.reference.content import document_id, read_document, require_same_patient
from rempart.reference.document_types import document_types
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.sender import NOBODY, Sender, read_sender
from rempart.reference.refusal import Refusal, refuse, require_fields, require_order, require_segments
from rempart.reference.times import instant

_MDM = ("MSH", "EVN", "PID", "PV1", "ORC", "OBR", "TXA", "OBX")
_ORU = ("MSH", "PID", "PV1", "ORC", "OBR", "OBX")
_FIELDS = ("PID-3.1", "PID-5", "ORC-1", "OBR-4.1", "OBX-3.1", "OBX-5.5", "OBX-11")
_NUMBERED = ("E", "I", "O", "R")  # PV1-2 that want a visit number
_RECEIPTS = ("ACK_RECEPTION", "ACK_LECTURE_MSS")  # printed "Optional": absent is no
_PATIENT_MAIL = "@patient.mssante.fr"


@dataclass(frozen=True, slots=True)
class Destination:
    """A mailbox of the order; `patient` when it is the patient's own."""

    address: str
    patient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that may be carried out."""

    action: str  # initial, replace, delete
    unique_id: str
    replaced_id: str
    type_code: str
    cda: bytes
    header: CdaHeader
    ins: pam.Ins | None  # under VALI only
    flags: dict[str, bool]
    destinations: tuple[Destination, ...]
    reply_to: str
    bodies: dict[str, str]  # CORPSMAIL_PS, CORPSMAIL_PATIENT
    no_reply: bool  # NTE-4 FIN
    visit: str = ""  # PV1-2
    sender: Sender = NOBODY
    not_before: datetime | None = None  # TQ1-7: the DMP is not to have it earlier


def read(message: Message, volets: tuple[str, ...], mutants: Mutants) -> Order:
    """Raises Refusal on the first thing that forbids to carry it out."""
    mdm = message.get("MSH-9.1") == "MDM"
    if message.get("MSH-21.2") != CDA_VOLET[1] or message.get("MSH-21.1") not in volets:
        raise refuse("203", "MSH-21", f"édition du volet non prise en charge: {message.get('MSH-21')}")
    if not mutants.on("segment-absent-accepte"):
        _check_structure(message, mdm, mutants)
    action = _action(message, mdm, mutants)
    flags = _flags(message)
    destinations = tuple(_destinations(message))
    _check_destinations(message, flags, destinations, mutants)
    cda, header = _document(message, mutants)
    replaced = _replaced(message, header, mdm) if action == "replace" else ""
    if message.first("TXA") and document_id(message, 12) != header.unique_id:
        raise refuse("199", "TXA-12", "TXA-12 n'est pas l'identifiant du document transmis")
    return Order(
        action=action,
        unique_id=header.unique_id,
        replaced_id=replaced,
        type_code=message.get("OBR-4.1"),
        cda=cda,
        header=header,
        ins=_ins(message, mutants),
        flags=flags,
        destinations=destinations,
        reply_to=next((p.get("15.4") for p in message.all("PRT") if p.get("4.1") == "REPLY"), ""),
        bodies={o.get("3.1"): o.get("5.5") for o in message.all("OBX") if o.get("3.1").startswith("CORPSMAIL_")},
        no_reply=message.get("NTE-4.1") == "FIN",
        visit=message.get("PV1-2"),
        sender=read_sender(message, header),
        not_before=instant(message.get("TQ1-7")),
    )


def matrix_row(flags: dict[str, bool]) -> str:
    """A, B or C of the MSSanté matrix (§ règles de gestion); "" when no row allows the combination."""
    to_professionals, to_patient = flags["DESTMSSANTEPS"], flags["DESTMSSANTEPAT"]
    masked, hidden = flags["MASQUE_PS"], flags["INVISIBLE_PATIENT"]
    if to_professionals and not masked and not flags["INVISIBLE_REP_LEGAUX"]:
        return "A" if to_patient and not hidden else "B" if hidden and not to_patient else ""
    alone = to_patient and not to_professionals and not hidden
    return "C" if alone and not flags["CONNEXION_SECRETE"] and not flags["DESTDMP"] else ""


def _check_structure(message: Message, mdm: bool, mutants: Mutants) -> None:
    segments = _MDM if mdm else _ORU
    require_segments(message, *(s for s in segments if mdm or s != "PV1"))
    require_order(message, *segments)
    if not mutants.on("champ-absent-accepte"):
        require_fields(message, *_FIELDS, *(["EVN-2", "TXA-2", "TXA-12.1"] if mdm else []))
    if message.first("PV1"):
        require_fields(message, "PV1-2", *(["PV1-19.1"] if message.get("PV1-2") in _NUMBERED else []))
    if message.get("OBR-4.1") not in document_types():
        raise refuse("103", "OBR-4.1", f"type de document inconnu: {message.get('OBR-4.1')}")


def _action(message: Message, mdm: bool, mutants: Mutants) -> str:
    event, control, result = message.get("MSH-9.2"), message.get("ORC-1"), message.get("OBX-11")
    for action, (on, orc, obx) in TRIPLES.items():
        coherent = (control, result) == (orc, obx) and (not mdm or event == on)
        if coherent or (mdm and event == on and mutants.on("accepte-triple-incoherent")):
            return action
    raise refuse("199", "ORC-1", "l'événement, ORC-1 et OBX-11 ne disent pas la même action")


def _flags(message: Message) -> dict[str, bool]:
    said = {o.get("3.1"): o for o in message.all("OBX") if o.get("3.3") == "MetaDMPMSS"}
    flags = dict.fromkeys(_RECEIPTS, False)
    for code in FLAGS:
        if (found := said.get(code)) is None:
            if code not in _RECEIPTS:
                raise refuse("101", "OBX-3", f"la métadonnée {code} est absente")
            continue
        if found.get("5.1") not in ("Y", "N"):
            raise refuse("103", found.location("5"), f"{code}: Y ou N attendu")
        flags[code] = found.get("5.1") == "Y"
    return flags


def _destinations(message: Message) -> list[Destination]:
    found = []
    for prt in message.all("PRT"):
        if prt.get("4.1") == "RCT":
            if not (address := prt.get("15.4")):
                raise refuse("101", prt.location("15.4"), "un destinataire n'a pas d'adresse")
            found.append(Destination(address, prt.get("5.13") == "INS" or address.endswith(_PATIENT_MAIL)))
    return found


def _check_destinations(
    message: Message, flags: dict[str, bool], destinations: tuple[Destination, ...], mutants: Mutants
) -> None:
    for code, patient in (("DESTMSSANTEPS", False), ("DESTMSSANTEPAT", True)):
        if flags[code] and not any(d.patient == patient for d in destinations):
            raise refuse("101", "PRT", f"{code} vaut Y et aucun destinataire n'est nommé")
    if not flags["DESTDMP"]:
        return
    if not any(p.get("4.1") == "SB" for p in message.all("PRT")):
        raise refuse("101", "PRT", "DESTDMP vaut Y et l'émetteur (SB) n'est pas nommé")
    known = document_types().get(message.get("OBR-4.1"))
    if not (known and known.dmp) and not mutants.on("type-de-document-non-controle"):
        raise refuse("103", "OBR-4.1", "le DMP ne prend pas ce type de document")


def _document(message: Message, mutants: Mutants) -> tuple[bytes, CdaHeader]:
    try:
        cda, header = read_document(message)
    except Refusal:
        if mutants.on("document-illisible-accepte"):
            raise Lost from None
        raise
    if message.first("PID") and not mutants.on("champ-absent-accepte"):
        require_same_patient(message, header)
    return cda, header


def _replaced(message: Message, header: CdaHeader, mdm: bool) -> str:
    replaced = str(header.replaces or "")
    if not replaced:
        raise refuse("199", "OBX-5", "le CDA ne dit pas quel document il remplace (RPLC)")
    if mdm and document_id(message, 13) != replaced:
        raise refuse("199", "TXA-13", "TXA-13 n'est pas le document que le CDA remplace")
    return replaced


def _ins(message: Message, mutants: Mutants) -> pam.Ins | None:
    pid = message.first("PID")
    if pid is None or mutants.on("ins-ignoree"):
        return None
    validated = any(pid.get(f"32[{n}].1") == "VALI" for n in range(1, pid.repetitions(32) + 1))
    return pam.nir_first(pam.inss(message)) if validated or mutants.on("ins-sans-vali-gardee-par-la-pfi") else None


class Lost(Exception):
    """Acknowledged and not kept: only mutants raise it."""
