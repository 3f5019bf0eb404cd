"""Mutants of outgoing messages: each changes one thing in the bytes that a sound reference would have sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.write import replace, without
from rempart.reference.mutation import Mutants

Change = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Deviation:
    """`kinds` is matched against MSH-9 as `MDM^T02`."""

    kinds: str
    change: Change


def _set(path: str, value: str) -> Change:
    return lambda message: replace(message, path, value)


def _flag(code: str) -> str:
    """A regular expression for the OBX of one metadata, to its terminator."""
    return rf"OBX\|\d+\|CWE\|{code}\^[^\r]*\r"


def _without_flag(code: str) -> Change:
    return lambda message: re.sub(_flag(code).encode(), b"", message, count=1)


def _without_ins(message: bytes) -> bytes:
    """PID-3 without its INS repetition: the CDA keeps it."""
    segment = Message.parse(message).first("PID")
    assert segment is not None
    start, end = segment.field_span(3)
    kept = [r for r in message[start:end].split(b"~") if not r.endswith(b"^INS")]
    return message[:start] + b"~".join(kept) + message[end:]


def _on_ins(address: str, value: str) -> Change:
    """Change one component of the INS, when there is one."""

    def change(message: bytes) -> bytes:
        m = Message.parse(message)
        if (segment := m.first("PID")) is None:
            return message
        for n in range(1, segment.repetitions(3) + 1):
            if segment.get(f"3[{n}].5") == "INS":
                return replace(message, f"PID-3[{n}].{address}", value)
        return message

    return change


def _wrong_key(message: bytes) -> bytes:
    m = Message.parse(message)
    segment = m.first("PID")
    assert segment is not None
    for n in range(1, segment.repetitions(3) + 1):
        value = segment.get(f"3[{n}].1")
        if segment.get(f"3[{n}].5") == "INS" and len(value) == 15:
            return replace(message, f"PID-3[{n}].1", f"{value[:13]}{int(value[13:]) % 97 + 1:02d}")
    return message


def _broken_base64(message: bytes) -> bytes:
    """Lines of 76 characters, as MIME does and HL7 does not."""
    m = Message.parse(message)
    data = m.get("OBX-5.5")
    lines = "\\X0D0A\\".join(data[i : i + 76] for i in range(0, len(data), 76))
    return replace(message, "OBX-5.5", lines)


def _extra_pid(message: bytes) -> bytes:
    return message.replace(b"\rOBX|1|", b"\rPID|1||1^^^X&1.2.250.1.213.1.4.10&ISO^PI\rOBX|1|", 1)


def _second_obx_dropped(message: bytes) -> bytes:
    return without(message, "OBX", 2)


def _new_control_id(message: bytes) -> bytes:
    return replace(message, "MSH-10", uuid.uuid4().hex[:20])


def _unswapped(message: bytes) -> bytes:
    m = Message.parse(message)
    fields = [m.segments[0].text(n) for n in (3, 4, 5, 6)]
    for n, value in zip((5, 6, 3, 4), fields, strict=True):
        message = replace(message, f"MSH-{n}", value)
    return message


_DOCUMENT = r"MDM\^T\d\d|ORU\^R01"

ORDERS: Mapping[str, Deviation] = {
    "triple-incoherent": Deviation(r"MDM\^T02", _set("ORC-1", "RO")),
    "metadonnee-absente": Deviation(_DOCUMENT, _without_flag("MODIF_CONF_CODE")),
    "msh21-ancienne-edition": Deviation(_DOCUMENT, _set("MSH-21", "1.2^CISIS_CDA_HL7_V1")),
    "msh12-ancienne-version": Deviation(_DOCUMENT, _set("MSH-12", "2.5")),
    "txa12-avec-espace-de-noms": Deviation(r"MDM\^T\d\d", _set("TXA-12.2", "HOPITAL-REFERENCE")),
    "txa12-autre-document": Deviation(r"MDM\^T\d\d", lambda m: replace(m, "TXA-12.1", f"2.25.{uuid.uuid4().int}")),
    "txa17-legalement-authentifie": Deviation(r"MDM\^T\d\d", _set("TXA-17", "LA")),
    "ins-absente-du-pid": Deviation(_DOCUMENT, _without_ins),
    "ins-mauvaise-cle": Deviation(_DOCUMENT, _wrong_key),
    "ins-type-nh": Deviation(_DOCUMENT, _on_ins("5", "NH")),
    "pid3-different-du-cda": Deviation(_DOCUMENT, _set("PID-3[1].1", "000000000")),
    "pid32-prov-avec-ins": Deviation(_DOCUMENT, _set("PID-32", "PROV")),
    "base64-avec-sauts-de-ligne": Deviation(_DOCUMENT, _broken_base64),
    "emetteur-sans-structure": Deviation(_DOCUMENT, lambda m: _cleared(m, "PRT", 8)),
    "destinataire-sans-adresse": Deviation(_DOCUMENT, lambda m: _cleared(m, "PRT", 15, "RCT")),
    "zam-obx4-faux": Deviation(r"ZAM\^Z\d\d", _set("OBX-4", "000")),
    "zam-avec-pid": Deviation(r"ZAM\^Z\d\d", _extra_pid),
    "zam-erreur-sans-err": Deviation(r"ZAM\^Z\d\d", lambda m: without(m, "ERR") if b"\rERR|" in m else m),
    "zam-erreur-dite-succes": Deviation(r"ZAM\^Z\d\d", _set("OBX-5.1", "Y")),
    "zam-destinataire-faux": Deviation(r"ZAM\^Z02", _set("OBX[2]-5.4", "inconnu@hopital-reference.mssante.fr")),
    "lps-pv1-hospitalisation": Deviation(r"MDM\^T\d\d", _set("PV1-2", "I")),
    "lps-identifiant-courriel-absent": Deviation(r"MDM\^T\d\d", _set("OBX[2]-3.1", "")),
    "lps-texte-du-courriel-absent": Deviation(r"MDM\^T\d\d", _set("OBX[2]-5.5", "")),
    "ins-des-metadonnees-perdue": Deviation(r"MDM\^T\d\d", _without_ins),
    "zam-sans-destinataire": Deviation(r"ZAM\^Z02", _second_obx_dropped),
}


def _situated_elsewhere(message: bytes) -> bytes:
    """ERR-2 names a segment that has nothing to do with the error."""
    return replace(message, "ERR-2", "EVN^1^2") if Message.parse(message).get("ERR-2") else message


RESENDINGS: Mapping[str, Deviation] = {
    "renvoi-avec-nouvel-identifiant": Deviation(r".*", _new_control_id),
}
AGAIN: Mapping[str, Deviation] = {"ordre-double-a-la-reprise": Deviation(r"MDM.*", _new_control_id)}
ACKS: Mapping[str, Deviation] = {
    "ack-identifiant-faux": Deviation(r"ACK.*", _set("MSA-2", "000")),
    "ack-sans-permutation": Deviation(r"ACK.*", _unswapped),
    "ack-sans-err": Deviation(r"ACK.*", lambda m: without(m, "ERR") if b"\rERR|" in m else m),
    "ack-erreur-situee-ailleurs": Deviation(r"ACK.*", _situated_elsewhere),
    "ack-erreur-situee-ailleurs-pfi": Deviation(r"ACK.*", _situated_elsewhere),
    "ack-mauvaise-version": Deviation(r"ACK\^(T|Z)\d\d", _set("MSH-12", "2.3")),
    "zam-acquittee-AE": Deviation(r"ACK\^Z\d\d", _set("MSA-1", "AE")),
}


def _cleared(message: bytes, name: str, field: int, participation: str = "SB") -> bytes:
    """Empty one field of the participation segments of one kind."""
    for segment in reversed(Message.parse(message).all(name)):
        if segment.get("4.1") == participation:
            start, end = segment.field_span(field)
            message = message[:start] + message[end:]
    return message


def deviate(message: bytes, mutants: Mutants, table: Mapping[str, Deviation] = ORDERS) -> bytes:
    """The message as the active mutant sends it: unchanged when it has no deviation in this table."""
    for name, deviation in table.items():
        if mutants.on(name) and re.fullmatch(deviation.kinds, Message.parse(message).kind):
            return deviation.change(message)
    return message
