"""CdaHeader: what the header of a document says, read without walking its body."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from rempart.formats.cda.model import PDF_SECTION, SDTC, V3, Coded, InstanceId, Level
from rempart.formats.ins import REGISTERS

NS = {"v3": V3, "sdtc": SDTC}
NO_CODE = Coded("")
_TEMPLATE = f"{{{V3}}}templateId"
_WHITE = b" \t\n\v\f\r\x1c\x1d\x1e\x1f"  # in ASCII, all that `str.split` splits at


def tag(name: str) -> str:
    """Clark name of an HL7 v3 element."""
    return f"{{{V3}}}{name}"


@dataclass(frozen=True, slots=True)
class Related:
    """relatedDocument: RPLC or XFRM, and the document it points to."""

    type: str
    parent: InstanceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An author, a recipient or a custodian, as written: absent parts are empty."""

    id: InstanceId | None = None
    code: Coded = NO_CODE
    family: str = ""
    given: str = ""
    device: str = ""
    organisation: str = ""
    organisation_id: InstanceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaHeader:
    """Values as they stand in the document: "" or None when absent, times not interpreted."""

    id: InstanceId | None
    set_id: InstanceId | None
    version: int | None
    type: Coded
    title: str
    effective_time: str
    confidentiality: Coded
    templates: tuple[InstanceId, ...]
    patient_ids: tuple[InstanceId, ...]
    birth_name: str
    used_name: str
    birth_names: str  # list of birth first names
    first_birth_name: str
    used_first_name: str
    sex: str
    birth_time: str
    birth_place: str
    authors: tuple[Actor, ...]
    custodian: Actor
    recipients: tuple[Actor, ...]
    related: tuple[Related, ...]
    act_start: str  # effectiveTime/low of the first documented act
    level: Level
    root: etree._Element = field(repr=False, compare=False)

    @classmethod
    def of(cls, root: etree._Element) -> CdaHeader:
        """The header under a ClinicalDocument element."""
        role = _first(root, "recordTarget/patientRole")
        patient = _first(role, "patient")
        name = _first(patient, "name")
        version = _attribute(root, "versionNumber", "value").removeprefix("+")
        return cls(
            id=_id(_first(root, "id")),
            set_id=_id(_first(root, "setId")),
            version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None,
            type=_coded(_first(root, "code")),
            title=text(_first(root, "title")),
            effective_time=_attribute(root, "effectiveTime", "value"),
            confidentiality=_coded(_first(root, "confidentialityCode")),
            templates=_ids(root, "templateId"),
            patient_ids=_ids(role, "id"),
            birth_name=_part(name, "family", "BR"),
            used_name=_part(name, "family", "CL"),
            birth_names=_part(name, "given", None),
            first_birth_name=_part(name, "given", "BR"),
            used_first_name=_part(name, "given", "CL"),
            sex=_attribute(patient, "administrativeGenderCode", "code"),
            birth_time=_attribute(patient, "birthTime", "value"),
            birth_place=text(_first(patient, "birthplace/place/addr/county")),
            authors=tuple(_author(a) for a in root.iterchildren(tag("author"))),
            custodian=_organisation(_first(root, "custodian/assignedCustodian/representedCustodianOrganization")),
            recipients=tuple(_recipient(r) for r in root.iterchildren(tag("informationRecipient"))),
            related=tuple(
                Related(r.get("typeCode", ""), _id(_first(r, "parentDocument/id")))
                for r in root.iterchildren(tag("relatedDocument"))
            ),
            act_start=_attribute(root, "documentationOf/serviceEvent/effectiveTime/low", "value"),
            level=_level(root),
            root=root,
        )

    @property
    def unique_id(self) -> str:
        """`root` or `root^extension`; "" when there is no id."""
        return str(self.id) if self.id else ""

    @property
    def ins(self) -> InstanceId | None:
        """First identifier of the patient under an INS authority."""
        return next((i for i in self.patient_ids if i.root in REGISTERS), None)

    @property
    def replaces(self) -> InstanceId | None:
        """The document that this one replaces (RPLC)."""
        return next((r.parent for r in self.related if r.type == "RPLC"), None)

    def pdfs(self) -> Iterator[bytes]:
        """PDFs of the document, decoded: the N1 content, or those of the PDF sections. ValueError if not base64."""
        for element in pdf_elements(self.root):
            yield decode_base64(encoded(element))

    @property
    def pdf(self) -> bytes | None:
        """The first of `pdfs`."""
        return next(self.pdfs(), None)


def pdf_elements(root: etree._Element, sections: Iterable[etree._Element] | None = None) -> list[etree._Element]:
    """Elements whose text is a PDF in base64: N1 `text`, or `observationMedia/value` of the PDF sections.

    `sections`: those, from who knows them.
    """
    whole = _first(root, "component/nonXMLBody/text")
    if whole is not None:
        return [whole] if whole.get("mediaType") == "application/pdf" else []
    found: list[etree._Element] = []
    for section in pdf_sections(root) if sections is None else sections:
        values = section.iterfind(".//v3:observationMedia/v3:value", NS)
        found.extend(v for v in values if v.get("mediaType") == "application/pdf")
    return found


def pdf_sections(root: etree._Element) -> list[etree._Element]:
    """Sections FR-Document-PDF-copie, at any depth."""
    body = _first(root, "component/structuredBody")
    if body is None:
        return []
    return [section for section in body.iter(tag("section")) if is_pdf_section(section)]


def is_pdf_section(section: etree._Element) -> bool:
    return any(template.get("root") == PDF_SECTION for template in section.iterchildren(_TEMPLATE))


def encoded(element: etree._Element) -> str:
    """The base64 of an element: all of it when a comment comes in the middle, without a thumbnail that it may hold."""
    return "".join(piece or "" for piece in (element.text, *(child.tail for child in element)))


def decode_base64(written: str) -> bytes:
    """Bytes of a B64 text, white space ignored; ValueError when it is anything else."""
    try:
        if written.isascii():  # a document of some megabytes has ten thousand lines
            return binascii.a2b_base64(written.encode("ascii").translate(None, _WHITE), strict_mode=True)
        return base64.b64decode("".join(written.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _first(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at `path`, steps of the CDA namespace."""
    if element is None:
        return None
    step, below = _split(path)
    if not below:
        return next(element.iterchildren(step), None)
    for child in element.iterchildren(step):  # what `find` does, which takes three times as long
        if (found := _first(child, below)) is not None:
            return found
    return None


@cache
def _split(path: str) -> tuple[str, str]:
    """The tag of the first step, and what is below it."""
    step, _, below = path.partition("/")
    return tag(step), below


def _attribute(element: etree._Element | None, path: str, name: str) -> str:
    found = _first(element, path)
    return "" if found is None else found.get(name, "")


def text(element: etree._Element | None) -> str:
    """Its text, white space normalised; "" when there is no element."""
    if element is None:
        return ""
    whole = "".join(str(t) for t in element.itertext()) if len(element) else element.text or ""
    return " ".join(whole.split())


def _id(element: etree._Element | None) -> InstanceId | None:
    if element is None or not element.get("root"):
        return None
    return InstanceId(element.get("root", ""), element.get("extension", ""))


def _ids(element: etree._Element | None, name: str) -> tuple[InstanceId, ...]:
    if element is None:
        return ()
    return tuple(found for e in element.iterchildren(tag(name)) if (found := _id(e)))


def _coded(element: etree._Element | None) -> Coded:
    if element is None:
        return NO_CODE
    return Coded(element.get("code", ""), element.get("codeSystem", ""), element.get("displayName", ""))


def _part(name: etree._Element | None, kind: str, qualifier: str | None) -> str:
    if name is None:
        return ""
    return next((text(p) for p in name.iterchildren(tag(kind)) if p.get("qualifier") == qualifier), "")


def _author(author: etree._Element) -> Actor:
    assigned = _first(author, "assignedAuthor")
    organisation = _organisation(_first(assigned, "representedOrganization"))
    return Actor(
        id=_id(_first(assigned, "id")),
        code=_coded(_first(assigned, "code")),
        family=text(_first(assigned, "assignedPerson/name/family")),
        given=text(_first(assigned, "assignedPerson/name/given")),
        device=text(_first(assigned, "assignedAuthoringDevice/softwareName")),
        organisation=organisation.organisation,
        organisation_id=organisation.organisation_id,
    )


def _recipient(recipient: etree._Element) -> Actor:
    intended = _first(recipient, "intendedRecipient")
    organisation = _organisation(_first(intended, "receivedOrganization"))
    return Actor(
        id=_id(_first(intended, "id")),
        family=text(_first(intended, "informationRecipient/name/family")),
        given=text(_first(intended, "informationRecipient/name/given")),
        organisation=organisation.organisation,
        organisation_id=organisation.organisation_id,
    )


def _organisation(element: etree._Element | None) -> Actor:
    return Actor(organisation=text(_first(element, "name")), organisation_id=_id(_first(element, "id")))


def _level(root: etree._Element) -> Level:
    if _first(root, "component/nonXMLBody") is not None:
        return "N1"
    return "N3" if _first(root, "component/structuredBody") is not None else ""
