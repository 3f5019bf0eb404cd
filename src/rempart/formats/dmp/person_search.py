"""TD0.5, the search of a patient by traits: HL7 v3 PRPA_IN201305UV02 and its answer, in the little that it needs.

Source: HL7 v3 Patient Registry Find Candidates Query (recalled: no sample of TD0.5 could be read); the envelope of the
message is that of TD0.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from rempart.formats.dmp.existence import DMP_OID, INTERACTIONS
from rempart.formats.xds.transactions import V3


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSearch:
    """`birth_date` is 8 digits, `sex` M or F; what is absent is ""."""

    message_id: str
    sender: str
    family: str
    given: str = ""
    sex: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    ins: str
    register: str
    family: str
    given: str
    sex: str
    birth_date: str


def read_person_search(body: etree._Element) -> PersonSearch:
    """What a PRPA_IN201305UV02 asks; what is absent is empty."""
    parameters = body.find(f".//{_v3('parameterList')}")
    name = None if parameters is None else parameters.find(f"{_v3('livingSubjectName')}/{_v3('value')}")
    return PersonSearch(
        message_id=_at(body.find(_v3("id")), "root"),
        sender=_at(body.find(f"{_v3('sender')}/{_v3('device')}/{_v3('id')}"), "root"),
        family=_text(name, "family"), given=_text(name, "given"),
        sex=_parameter(parameters, "livingSubjectAdministrativeGender", "code"),
        birth_date=_parameter(parameters, "livingSubjectBirthTime", "value")[:8],
    )  # fmt: skip


def write_person_search(wanted: PersonSearch) -> etree._Element:
    root = _message("PRPA_IN201305UV02", wanted.message_id, "", DMP_OID, wanted.sender)
    act = _add(root, "controlActProcess", classCode="CACT", moodCode="EVN")
    parameters = _add(_add(act, "queryByParameter"), "parameterList")
    values = (("livingSubjectAdministrativeGender", "code", wanted.sex),
              ("livingSubjectBirthTime", "value", wanted.birth_date))  # fmt: skip
    for element, attribute, value in values:
        if value:
            _add(_add(parameters, element), "value", **{attribute: value})
    name = _add(_add(parameters, "livingSubjectName"), "value")
    _name(name, wanted.family, wanted.given)
    return root


def write_person_answer(
    wanted: PersonSearch, found: Sequence[FoundPerson], *, message_id: str, created: str
) -> etree._Element:
    """A PRPA_IN201306UV02: one registrationEvent for each person."""
    root = _message("PRPA_IN201306UV02", message_id, created, wanted.sender, DMP_OID)
    acknowledgement = _add(root, "acknowledgement", typeCode="AA")
    _add(_add(acknowledgement, "targetMessage"), "id", root=wanted.message_id)
    act = _add(root, "controlActProcess", classCode="CACT", moodCode="EVN")
    for person in found:
        event = _add(_add(act, "subject", typeCode="SUBJ"), "registrationEvent", classCode="REG", moodCode="EVN")
        patient = _add(_add(event, "subject1", typeCode="SBJ"), "patient", classCode="PAT")
        _add(patient, "id", root=person.register, extension=person.ins)
        _add(patient, "statusCode", code="active")
        traits = _add(patient, "patientPerson", classCode="PSN", determinerCode="INSTANCE")
        _name(_add(traits, "name"), person.family, person.given)
        _add(traits, "administrativeGenderCode", code=person.sex)
        _add(traits, "birthTime", value=person.birth_date)
    _add(_add(act, "queryAck"), "queryResponseCode", code="OK" if found else "NF")
    return root


def read_person_answer(body: etree._Element) -> list[FoundPerson]:
    """Persons of a PRPA_IN201306UV02."""
    found = []
    for patient in body.iter(_v3("patient")):
        id_, traits = patient.find(_v3("id")), patient.find(_v3("patientPerson"))
        name = None if traits is None else traits.find(_v3("name"))
        sex = None if traits is None else traits.find(_v3("administrativeGenderCode"))
        birth = None if traits is None else traits.find(_v3("birthTime"))
        found.append(
            FoundPerson(
                ins=_at(id_, "extension"), register=_at(id_, "root"), family=_text(name, "family"),
                given=_text(name, "given"), sex=_at(sex, "code"), birth_date=_at(birth, "value"),
            )
        )  # fmt: skip
    return found


def _message(interaction: str, id_: str, created: str, receiver: str, sender: str) -> etree._Element:
    root = etree.Element(_v3(interaction), ITSVersion="XML_1.0", nsmap={None: V3})  # type: ignore[dict-item]
    _add(root, "id", root=id_)
    if created:
        _add(root, "creationTime", value=created)
    _add(root, "interactionId", root=INTERACTIONS, extension=interaction)
    for role, kind, device in (("receiver", "RCV", receiver), ("sender", "SND", sender)):
        at = _add(root, role, typeCode=kind)
        _add(_add(at, "device", classCode="DEV", determinerCode="INSTANCE"), "id", root=device)
    return root


def _name(at: etree._Element, family: str, given: str) -> None:
    for name, value in (("family", family), ("given", given)):
        if value:
            _add(at, name).text = value


def _parameter(parameters: etree._Element | None, name: str, attribute: str) -> str:
    return "" if parameters is None else _at(parameters.find(f"{_v3(name)}/{_v3('value')}"), attribute)


def _text(parent: etree._Element | None, name: str) -> str:
    return "" if parent is None else (parent.findtext(_v3(name)) or "").strip()


def _at(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "").strip()


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _v3(name), attributes)


def _v3(name: str) -> str:
    return f"{{{V3}}}{name}"
