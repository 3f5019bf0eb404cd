"""Mutants of what is submitted: each changes one thing in the VIHF, an entry or the submission."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from lxml import etree

from rempart.formats.cda.model import PDF_SECTION, PS_ID_NAT, V3, Coded
from rempart.formats.cda.read import parse_xml
from rempart.formats.vihf import model as vihf
from rempart.formats.xdm.model import XdmDocument, XdsAuthor, sha1
from rempart.formats.xds import model as xds
from rempart.formats.xds.read import rim
from rempart.reference.dmp.caller import Caller
from rempart.reference.mutation import Mutants

T = TypeVar("T")
_OTHER_INS, _OTHER_STRUCTURE = "277076322082910", "1750000001"


def deviate(value: T, mutants: Mutants, table: Mapping[str, Callable[[T], T]]) -> T:
    """The value as the active mutant makes it: unchanged when it has no deviation in this table."""
    for name, change in table.items():
        if mutants.on(name):
            value = change(value)
    return value


CALLERS: Mapping[str, Callable[[Caller], Caller]] = {
    "pfi-en-mode-renforce": lambda c: replace(c, mode=vihf.AIR),
    "vihf-d-une-autre-structure": lambda c: replace(c, structure=_OTHER_STRUCTURE),
    "connexion-secrete-absente-du-vihf": lambda c: replace(c, secret=False),
}


def _confidentiality(before: str, after: str) -> Callable[[XdmDocument], XdmDocument]:
    """A code written otherwise; "" for not at all."""

    def change(d: XdmDocument) -> XdmDocument:
        codes = (after if c == before else c for c in d.confidentiality)
        return replace(d, confidentiality=tuple(c for c in codes if c))

    return change


def _local_time(d: XdmDocument) -> XdmDocument:
    """The digits of the document, whatever their offset."""
    said = re.search(rb"<effectiveTime value=\"(\d{14})[+-]\d{4}\"", d.data)
    return replace(d, created=said[1].decode()) if said else d


def _without_pdf_section(d: XdmDocument) -> XdmDocument:
    root = parse_xml(d.data)[0].getroot()
    for section in list(root.iter(f"{{{V3}}}section")):
        if any(t.get("root") == PDF_SECTION for t in section.iterchildren(f"{{{V3}}}templateId")):
            component = section.getparent()
            assert component is not None
            body = component.getparent()
            assert body is not None
            body.remove(component)
    return replace(d, data=etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _rewritten(d: XdmDocument) -> XdmDocument:
    return replace(d, data=etree.tostring(parse_xml(d.data)[0].getroot(), method="c14n"))


def _by_software(d: XdmDocument) -> XdmDocument:
    first = next(iter(d.authors), XdsAuthor(person=""))
    person = f"REMPART^PFI^Référence^^^^^^&{PS_ID_NAT}&ISO^U^^^RI"
    return replace(d, authors=(XdsAuthor(person=person, institution=first.institution),))


ENTRIES: Mapping[str, Callable[[XdmDocument], XdmDocument]] = {
    "invisible-rep-legaux-tel-quel": _confidentiality(vihf.HIDDEN_FROM_PARENTS, "INVISIBLE_REP_LEGAUX"),
    "masquage-perdu-au-dmp": _confidentiality("MASQUE_PS", ""),
    "masquage-de-trop-au-dmp": lambda d: replace(d, confidentiality=(*d.confidentiality, "INVISIBLE_PATIENT")),
    "heure-locale-dans-la-fiche": _local_time,
    "copie-pdf-otee": _without_pdf_section,
    "document-reecrit-par-la-pfi": _rewritten,
    "auteur-de-la-fiche-logiciel": _by_software,
    "classe-constante": lambda d: replace(d, class_code=Coded("90", "1.2.250.1.213.1.1.4.1", "Expression personnelle")),
    "titre-du-type": lambda d: replace(d, title=d.type.label.upper()),
    "ins-typee-ins-au-dmp": lambda d: replace(d, patient_id=re.sub("NH$", "INS", d.patient_id)),
}


def _without_replacement(objects: etree._Element) -> etree._Element:
    for link in _replacements(objects):
        objects.remove(link)
    return objects


def _replacing(target: Callable[[etree._Element], str]) -> Callable[[etree._Element], etree._Element]:
    """Another target for the replacement."""

    def change(objects: etree._Element) -> etree._Element:
        for link in _replacements(objects):
            link.set("targetObject", target(objects))
        return objects

    return change


def _replacements(objects: etree._Element) -> list[etree._Element]:
    return [a for a in objects.iterchildren(rim("Association")) if a.get("associationType") == xds.RPLC]


def _first_unique_id(objects: etree._Element) -> str:
    path = f"{rim('ExtrinsicObject')}/{rim('ExternalIdentifier')}"
    return next(i.get("value", "") for i in objects.iterfind(path) if i.get("identificationScheme") == xds.ENTRY_ID)


def _package(scheme: str, value: Callable[[str], str]) -> Callable[[etree._Element], etree._Element]:
    """Another value for an identifier of the set."""

    def change(objects: etree._Element) -> etree._Element:
        for one in objects.iterfind(f"{rim('RegistryPackage')}/{rim('ExternalIdentifier')}"):
            if one.get("identificationScheme") == scheme:
                one.set("value", value(one.get("value", "")))
        return objects

    return change


def _slot(holder: str, name: str, value: Callable[[str], str]) -> Callable[[etree._Element], etree._Element]:
    """Another value for a slot, of the first object of a kind."""

    def change(objects: etree._Element) -> etree._Element:
        path = f"{rim(holder)}/{rim('Slot')}[@name='{name}']/{rim('ValueList')}/{rim('Value')}"
        for one in objects.findall(path)[:1]:
            one.text = value(one.text or "")
        return objects

    return change


def _an_hour_late(time: str) -> str:
    """Local time, as a clock of Paris shows it in winter."""
    return (datetime.strptime(time, "%Y%m%d%H%M%S") + timedelta(hours=1)).strftime("%Y%m%d%H%M%S")


def _author_of_the_document(objects: etree._Element) -> etree._Element:
    """The author of the set is that of the document, whoever asks for the sending."""
    path = f"{rim('Classification')}[@classificationScheme='%s']/{rim('Slot')}[@name='authorPerson']/{rim('ValueList')}"
    lot = objects.find(f"{rim('RegistryPackage')}/{path % xds.SUBMISSION_AUTHOR}/{rim('Value')}")
    entry = objects.find(f"{rim('ExtrinsicObject')}/{path % xds.ENTRY_AUTHOR}/{rim('Value')}")
    if lot is not None and entry is not None:
        lot.text = entry.text
    return objects


OBJECTS: Mapping[str, Callable[[etree._Element], etree._Element]] = {
    "association-rplc-oubliee": _without_replacement,
    "rplc-vers-uniqueid": _replacing(_first_unique_id),
    "rplc-vers-entryuuid-invente": _replacing(lambda objects: f"urn:uuid:{uuid.uuid4()}"),
    "empreinte-d-autres-octets": _slot("ExtrinsicObject", "hash", lambda text: sha1(text.encode())),
    "heure-locale-du-lot": _slot("RegistryPackage", "submissionTime", _an_hour_late),
    "lot-d-un-autre-patient": _package(xds.SUBMISSION_PATIENT, lambda cx: _OTHER_INS + cx[len(_OTHER_INS) :]),
    "source-propre-a-chaque-lot": _package(xds.SUBMISSION_SOURCE, lambda old: f"2.25.{uuid.uuid4().int}"),
    "auteur-du-lot-celui-du-document": _author_of_the_document,
}
