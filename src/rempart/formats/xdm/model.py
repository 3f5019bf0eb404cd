"""What an archive says: one submission, its documents. Names are those of XDS metadata."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from rempart.formats.cda.model import Coded, InstanceId
from rempart.formats.cda.read import parse_cda

REPLACE, DELETE = "C", "D"  # the "action" metadata; absent for a new document


class XdmError(ValueError):
    """The bytes cannot be read as an XDM archive, or not safely. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class XdmDocument:
    """One DocumentEntry and its file.

    `patient_id` is a CX (`patient_cx`), `created` is UTC, 14 digits. `hash` (SHA-1, hexadecimal) and `size` are what
    the metadata declare: "" and -1 when they do not, and ignored in writing, where they are computed.
    """

    data: bytes
    unique_id: str
    patient_id: str
    type: Coded
    title: str = ""
    created: str = ""
    confidentiality: tuple[str, ...] = ("N",)  # N, R or V, then MASQUE_PS, INVISIBLE_PATIENT…
    action: str = ""
    uri: str = ""
    hash: str = ""
    size: int = -1

    @property
    def intact(self) -> bool:
        """Do the declared hash and size, where there are some, fit the file?"""
        fits = not self.hash or self.hash.lower() == sha1(self.data)
        return fits and self.size in (-1, len(self.data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The submission set. `author_person` is an XCN, `author_institution` an XON, as XDS writes them."""

    documents: tuple[XdmDocument, ...]
    unique_id: str
    source_id: str
    submitted: str  # UTC, 14 digits
    author_person: str = ""
    author_institution: str = ""
    patient_id: str = ""

    @property
    def patients(self) -> set[str]:
        """Every patient named: an archive is about one."""
        return {p for p in (self.patient_id, *(d.patient_id for d in self.documents)) if p}


def sha1(data: bytes) -> str:
    """The hash that XDS asks for: a checksum of metadata, no protection."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def patient_cx(identifier: InstanceId, *, ins: bool) -> str:
    """`matricule^^^&oid&ISO^NH` for an INS (in XDS its type is NH), `…^PI` for a local identifier."""
    return f"{identifier.extension}^^^&{identifier.root}&ISO^{'NH' if ins else 'PI'}"


def utc(time: str) -> str:
    """A CDA time with its offset, as XDS wants it: UTC, no offset. "" when it is not a time to the second."""
    try:
        return datetime.strptime(time, "%Y%m%d%H%M%S%z").astimezone(UTC).strftime("%Y%m%d%H%M%S")
    except ValueError:
        return ""


def from_cda(cda: bytes, *, action: str = "", hidden: tuple[str, ...] = ()) -> XdmDocument:
    """The entry of a CDA document, read from its header. `hidden` adds codes to its own confidentiality.

    Raises CdaError when the document cannot be read.
    """
    header = parse_cda(cda).header
    identifier = header.ins or next(iter(header.patient_ids), None)
    base = header.confidentiality.code if header.confidentiality else ""
    return XdmDocument(
        data=cda,
        unique_id=header.unique_id,
        patient_id=patient_cx(identifier, ins=header.ins is not None) if identifier else "",
        type=header.type or Coded(""),
        title=header.title,
        created=utc(header.effective_time),
        confidentiality=(base or "N", *hidden),
        action=action,
    )
