"""What an archive says: one submission, its documents. Names are those of XDS metadata."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rempart.formats.cda.model import Coded, InstanceId
from rempart.formats.cda.read import parse_cda
from rempart.formats.xds.cda_view import CdaView, PersonView, cda_view, class_codes, xds_time

# Of a structured document whose model has no format of its own in ASS_A11 (JDV_J60).
OUT_OF_PROFILE = Coded("urn:asipSante:modelesHorsProfils:2011", "1.2.250.1.213.1.1.4.2.282", "Modèles hors profils")
REPLACE, DELETE = "C", "D"  # the "action" metadata; absent for a new document
NO_CODE = Coded("")


class XdmError(ValueError):
    """The bytes cannot be read as an XDM archive, or not safely. `reason` is French; `dangerous` tells a bomb, or
    what announces itself beyond our limits, from what is only broken."""

    def __init__(self, reason: str, *, dangerous: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.dangerous = dangerous


@dataclass(frozen=True, slots=True, kw_only=True)
class XdsAuthor:
    """`person` is an XCN, `institution` an XON, `specialty` is `code^label^system`."""

    person: str
    institution: str = ""
    role: str = ""
    specialty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class XdmDocument:
    """One DocumentEntry and its file.

    `patient_id` is a CX (`patient_cx`), `created` is UTC, 14 digits. `hash` (SHA-1, hexadecimal) and `size` are what
    the metadata declare: "" and -1 when they do not, and ignored in writing, where they are computed. What is empty is
    not written.
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
    class_code: Coded = NO_CODE
    format: Coded = NO_CODE
    facility: Coded = NO_CODE
    practice: Coded = NO_CODE
    authors: tuple[XdsAuthor, ...] = ()
    legal_authenticator: str = ""
    start: str = ""
    stop: str = ""
    source_patient_id: str = ""
    source_patient_info: tuple[str, ...] = ()
    language: str = "fr-FR"
    mime_type: str = "text/xml"
    events: tuple[Coded, ...] = ()

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
    content_type: Coded = NO_CODE

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
    value = xds_time(time)
    return value if len(value) == 14 else ""


def from_cda(cda: bytes, *, action: str = "", hidden: tuple[str, ...] = ()) -> XdmDocument:
    """The entry of a CDA document, read from its header. `hidden` adds codes to its own confidentiality.

    Raises CdaError when the document cannot be read.
    """
    tree = parse_cda(cda)
    header = tree.header
    view = cda_view(header, wrapped=tree.wrapper == "autoprésentable")
    identifier = header.ins or next(iter(header.patient_ids), None)
    patient = patient_cx(identifier, ins=header.ins is not None) if identifier else ""
    return XdmDocument(
        data=cda,
        unique_id=header.unique_id,
        patient_id=patient,
        type=header.type or NO_CODE,
        title=header.title,
        created=utc(header.effective_time) or view.created.ljust(14, "0") * (len(view.created) > 8),
        confidentiality=(header.confidentiality.code or "N", *hidden),
        action=action,
        class_code=class_codes().get((header.type.code, header.type.system), NO_CODE),
        format=next(iter(view.formats), OUT_OF_PROFILE if header.level == "N3" else NO_CODE),
        facility=view.facility,
        practice=view.practice,
        authors=tuple(_author(a) for a in view.authors),
        legal_authenticator=view.legal.person if view.legal else "",
        start=view.start,
        stop=view.stop,
        source_patient_id=_local(view) or patient,
        source_patient_info=view.patient_info,
        language=view.language or "fr-FR",
        mime_type="application/xslt+xml" if view.wrapped else "text/xml",
    )


def _author(person: PersonView) -> XdsAuthor:
    return XdsAuthor(
        person=person.person, institution=person.institution, role=person.role, specialty=person.speciality
    )


def _local(view: CdaView) -> str:
    ins = view.header.ins
    local = next((i for i in view.header.patient_ids if i != ins), None)
    return patient_cx(local, ins=False) if local else ""
