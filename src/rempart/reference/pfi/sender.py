"""Who an order comes from: the person and the structure that PRT names as its sender (SB)."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.hl7v2 import Message, Segment
from rempart.formats.xds import cda_view

_FINESS = ("FINEG", "FINEJ")  # HL7v2 types a FINESS, XDS and the VIHF put a digit before it
_PREFIXES = {"RPPS": "8", "ADELI": "0"}  # likewise for the national identifiers of persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """`user` is a PS_IdNat, `structure` a Struct_IdNat; "" where the order says nothing."""

    user: str = ""
    family: str = ""
    given: str = ""
    structure: str = ""
    structure_name: str = ""


NOBODY = Sender()


def read_sender(message: Message, header: CdaHeader) -> Sender:
    """A device that sends has somebody responsible for what it sends: who signs the document."""
    found = next((p for p in message.all("PRT") if p.get("4.1") == "SB"), None)
    if found is None:
        return NOBODY
    structure = found.get("8.10")
    if structure and found.get("8.7") in _FINESS:
        structure = f"1{structure}"
    user, family, given = _person(found, header)
    return Sender(user=user, family=family, given=given, structure=structure, structure_name=found.get("8.1"))


def _person(found: Segment, header: CdaHeader) -> tuple[str, str, str]:
    if number := found.get("5.1"):
        return _PREFIXES.get(found.get("5.13"), "") + number, found.get("5.2"), found.get("5.3")
    signs = cda_view(header).legal
    return (signs.id.extension, signs.family, signs.given) if signs and signs.id else ("", "", "")
