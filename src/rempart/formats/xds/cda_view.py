"""What XDS metadata should say of a CDA document: its header in the words and forms of XDS.

Mapping: CI-SIS, volet Partage de documents de santé, as the pages of the HL7v2 volet restate it (mapping,
meta-dmp-mss).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import yaml
from lxml import etree

from rempart.formats.cda.header import CdaHeader, tag
from rempart.formats.cda.model import PS_ID_NAT, STRUCT_ID_NAT, Coded, InstanceId
from rempart.formats.ins import REGISTERS
from rempart.resources import schemas_dir

_SIREN = "1.3.2"  # the authority of the structures of a référencé digital service
_IHE_FORMATS = "1.3.6.1.4.1.19376.1.2.3"
# What an unstructured body holds -> its format (IHE XDS-SD and its French extension, ASS_A11).
_UNSTRUCTURED = {
    "application/pdf": "urn:ihe:iti:xds-sd:pdf:2008",
    "text/plain": "urn:ihe:iti:xds-sd:text:2008",
    "text/rtf": "urn:ihe:iti-fr:xds-sd:rtf:2010",
    "application/rtf": "urn:ihe:iti-fr:xds-sd:rtf:2010",
    "image/jpeg": "urn:ihe:iti-fr:xds-sd:jpeg:2010",
    "image/tiff": "urn:ihe:iti-fr:xds-sd:tiff:2010",
}
NO_CODE = Coded("")
_TIME = re.compile(r"(\d{4,14})(?:\.\d+)?([+-]\d{4})?", re.ASCII)
_PRECISION = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """An author or a legal authenticator. `role` is the label of functionCode, `specialty` the code of the person.

    `others` are the further identifiers of the person and of the organisation, whichever comes first in the header.
    """

    id: InstanceId | None
    family: str
    given: str
    device: str = ""
    organisation: str = ""
    organisation_id: InstanceId | None = None
    role: str = ""
    specialty: Coded = NO_CODE
    others: tuple[InstanceId, ...] = ()

    @property
    def is_patient(self) -> bool:
        return self.id is not None and self.id.root in REGISTERS

    @property
    def person(self) -> str:
        """XCN: `8…^NOM^Prénom^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS`; a patient's is typed NH, a device's RI."""
        if self.id is None:
            return ""
        names = (self.given, self.device) if self.device else (self.family, self.given)
        use, kind = ("U", "RI") if self.device else ("D", "NH" if self.is_patient else "IDNPS")
        first = self.id.extension or self.id.root
        root = self.id.root if self.id.extension else PS_ID_NAT
        return f"{first}^{names[0]}^{names[1]}^^^^^^&{root}&ISO^{use}^^^{kind}"

    @property
    def institution(self) -> str:
        """XON: `NOM^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750000001`; "" for a patient or without an organisation."""
        if self.is_patient or not self.organisation:
            return ""
        number = self.organisation_id.extension if self.organisation_id else ""
        root = self.organisation_id.root if self.organisation_id else STRUCT_ID_NAT
        kind = "SIREN" if root == _SIREN else "IDNST"
        return f"{self.organisation}^^^^^&{root}&ISO^{kind}^^^{number}"

    @property
    def speciality(self) -> str:
        code = self.specialty
        return f"{code.code}^{code.label}^{code.system}" if code.code else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaView:
    """Values as XDS should carry them; "" or empty where the header says nothing."""

    header: CdaHeader
    created: str
    start: str
    stop: str
    language: str
    facility: Coded
    practice: Coded
    authors: tuple[PersonView, ...]
    legal: PersonView | None
    formats: tuple[Coded, ...]
    wrapped: bool = False  # self-presentable: the root is an XSL style sheet

    @property
    def patient_info(self) -> tuple[str, ...]:
        """sourcePatientInfo: names as PID-5 (L birth, D used), birth date, sex."""
        h = self.header
        names = [f"PID-5|{h.birth_name}^{h.first_birth_name}^^^^^L"] if h.birth_name else []
        if h.used_name:
            names.append(f"PID-5|{h.used_name}^{h.used_first_name}^^^^^D")
        birth = [f"PID-7|{h.birth_time[:8]}"] if h.birth_time[:1].isdecimal() else []
        return (*names, *birth, *([f"PID-8|{h.sex}"] if h.sex else []))


def cda_view(header: CdaHeader, *, wrapped: bool = False) -> CdaView:
    """The view of a header, read without walking the body."""
    root = header.root
    act = _principal(root)
    place = _find(root, "componentOf/encompassingEncounter/location/healthCareFacility/code")
    practice = _find(act, "performer/assignedEntity/representedOrganization/standardIndustryClassCode")
    legal = _find(root, "legalAuthenticator")
    return CdaView(
        header=header,
        created=xds_time(header.effective_time),
        start=xds_time(_value(act, "effectiveTime/low", "value")),
        stop=xds_time(_value(act, "effectiveTime/high", "value")),
        language=_value(root, "languageCode", "code"),
        facility=_coded(place),
        practice=_coded(practice),
        authors=tuple(_person(a, "assignedAuthor") for a in root.iterchildren(tag("author"))),
        legal=_person(legal, "assignedEntity") if legal is not None else None,
        formats=tuple(_formats(header)),
        wrapped=wrapped,
    )


def xds_time(cda: str) -> str:
    """A CDA time as XDS wants it: UTC, no offset, to the precision of the document.

    A date without an hour stays what it is: it has no offset to convert. "" when it is no time, or an hour without
    its offset, which cannot be converted.
    """
    match = _TIME.fullmatch(cda)
    if match is None or len(match[1]) not in _PRECISION or (len(match[1]) > 8 and not match[2]):
        return ""
    form = _PRECISION[len(match[1])]
    try:
        read = datetime.strptime(match[1] + (match[2] or ""), form + ("%z" if match[2] else ""))
        return (read.astimezone(UTC) if match[2] and len(match[1]) > 8 else read).strftime(form)
    except (ValueError, OverflowError):
        return ""


@cache
def class_codes() -> dict[tuple[str, str], Coded]:
    """(typeCode, its system) -> classCode: ASS_X16 and ASS_X04 of the ANS, labels of JDV_J57."""
    data, labels = _load("class-codes"), _load("tables/jdv-j57")
    systems = labels.get("systems", {})
    found = {}
    for code, row in data["codes"].items():
        name = str(row["class"])
        system = systems.get(name, labels["system"])
        found[str(code), str(row.get("system", data["system"]))] = Coded(name, system, labels["codes"].get(name, ""))
    return found


@cache
def format_codes() -> dict[str, Coded]:
    """templateId of a document model -> formatCode: ASS_A11 of the ANS."""
    data, labels = _load("format-codes"), _format_labels()
    systems = data.get("systems", {})
    return {t: Coded(c, systems.get(t, data["system"]), labels.get(c, "")) for t, c in data["templates"].items()}


@cache
def confidentiality_label(code: str) -> str:
    """Its label in JDV_J58, or the code itself."""
    return str(_load("tables/jdv-j58")["codes"].get(code, code))


@cache
def _format_labels() -> dict[str, str]:
    found: dict[str, str] = _load("tables/jdv-j60")["codes"]
    return found


@cache
def _load(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (schemas_dir() / "xds" / f"{name}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are safe ones
    return loaded


def _formats(header: CdaHeader) -> Iterator[Coded]:
    """N1: by what the body holds. N3: the image of each template that has one; the most precise ones come last."""
    if header.level == "N1":
        body = _find(header.root, "component/nonXMLBody/text")
        media = body.get("mediaType", "text/plain") if body is not None else ""
        if media in _UNSTRUCTURED:
            yield Coded(_UNSTRUCTURED[media], _IHE_FORMATS, _format_labels().get(_UNSTRUCTURED[media], ""))
        return
    for template in reversed(header.templates):
        # The table names a model of an edition as `root^extension`, or by its root alone.
        for key in (str(template), template.root):
            if (found := format_codes().get(key)) is not None:
                yield found
                break


def _principal(root: etree._Element) -> etree._Element | None:
    """The documented act; the principal one carries the performer when there are several."""
    acts = [e for d in root.iterchildren(tag("documentationOf")) if (e := _find(d, "serviceEvent")) is not None]
    return next((a for a in acts if _find(a, "performer") is not None), acts[0] if acts else None)


def _person(element: etree._Element, assigned: str) -> PersonView:
    at = _find(element, assigned)
    organisation = _find(at, "representedOrganization")
    name = _find(at, "assignedPerson/name")
    return PersonView(
        id=_id(_find(at, "id")),
        family=_text(_find(name, "family")),
        given=_text(_find(name, "given")),
        device=_text(_find(at, "assignedAuthoringDevice/softwareName")),
        organisation=_text(_find(organisation, "name")),
        organisation_id=_id(_find(organisation, "id")),
        role=_value(element, "functionCode", "displayName"),
        specialty=_coded(_find(at, "code")),
        others=tuple(_others(at)) + tuple(_others(organisation)),
    )


def _others(element: etree._Element | None) -> Iterator[InstanceId]:
    """Identifiers after the first."""
    found = [] if element is None else [_id(e) for e in element.iterchildren(tag("id"))][1:]
    yield from (i for i in found if i is not None)


def _find(element: etree._Element | None, path: str) -> etree._Element | None:
    return None if element is None else element.find("/".join(tag(step) for step in path.split("/")))


def _value(element: etree._Element | None, path: str, name: str) -> str:
    found = _find(element, path)
    return "" if found is None else found.get(name, "")


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(str(t) for t in element.itertext()).split())


def _id(element: etree._Element | None) -> InstanceId | None:
    if element is None or not element.get("root"):
        return None
    return InstanceId(element.get("root", ""), element.get("extension", ""))


def _coded(element: etree._Element | None) -> Coded:
    if element is None:
        return Coded("")
    return Coded(element.get("code", ""), element.get("codeSystem", ""), element.get("displayName", ""))
