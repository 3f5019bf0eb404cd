"""TD0.3, the caller's own authorisation, and TD0.4, the DMPs that authorised the caller.

Source: exemples de messages DMP 02.05.00, TD0.3 and TD0.4. The patient of TD0.3 is that of the VIHF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from rempart.formats.xds.transactions import HABILITATIONS, PATIENTS

ADD, REMOVE, ATTENDING = "AJOUT", "SUPPRESSION", "MEDECIN_TRAITANT"
MODES = ("ACTIVE", "INTERDITE", "TOUTE")  # of TD1.6
DATE_TYPES = ("LASTAUTORIZATION", "LASTDOC")  # spelt as the DMP spells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    action: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """`since` is 14 digits."""

    since: str
    date_type: str
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPatient:
    """One DMP of a TD0.4 answer. `identifiers` are (value, type)."""

    identifiers: tuple[tuple[str, str], ...]
    family: str
    given: str
    birth_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`status` is DMPOk, or an error code; `context` explains."""

    status: str
    context: str = ""


def read_authorisation(body: etree._Element) -> Authorisation:
    """A setAuthorization."""
    return Authorisation(action=_text(body, HABILITATIONS, "action"), role=_text(body, HABILITATIONS, "role"))


def read_mode(body: etree._Element) -> str:
    """The authorisations that a listAuthorizationByPatient (TD1.6) asks for."""
    return _text(body, HABILITATIONS, "mode")


def write_authorisation(request: Authorisation) -> etree._Element:
    root = etree.Element(f"{{{HABILITATIONS}}}setAuthorization", nsmap={None: HABILITATIONS})  # type: ignore[dict-item]
    _fill(root, HABILITATIONS, (("action", request.action), ("role", request.role)))
    return root


def read_outcome(body: etree._Element) -> Outcome:
    """The status of an answer to TD0.3 or TD0.4."""
    namespace = etree.QName(body).namespace or ""
    output = body.find(f"{{{namespace}}}output")
    holder = body if output is None else output
    return Outcome(status=_text(holder, namespace, "status"), context=_text(holder, namespace, "context"))


def write_authorisation_answer(outcome: Outcome) -> etree._Element:
    root = etree.Element(f"{{{HABILITATIONS}}}setAuthorizationResponse", nsmap={None: HABILITATIONS})  # type: ignore[dict-item]
    output = etree.SubElement(root, f"{{{HABILITATIONS}}}output")
    _fill(output, HABILITATIONS, (("status", outcome.status), ("context", outcome.context)))
    return root


def read_list(body: etree._Element) -> ListRequest:
    """A patientList."""
    since, kind, owner = (_text(body, PATIENTS, name) for name in ("startDate", "dateType", "psOwnerId"))
    return ListRequest(since=since, date_type=kind, owner=owner)


def write_list(request: ListRequest) -> etree._Element:
    root = etree.Element(f"{{{PATIENTS}}}patientList", nsmap={None: PATIENTS})  # type: ignore[dict-item]
    fields = (("startDate", request.since), ("dateType", request.date_type), ("psOwnerId", request.owner))
    _fill(root, PATIENTS, fields)
    return root


def read_list_answer(body: etree._Element) -> list[ListedPatient]:
    """Patients of a patientListResponse."""
    found = []
    for at in body.iter(f"{{{PATIENTS}}}patientlistData"):
        named = list(at.iterchildren(f"{{{PATIENTS}}}patientIdentifier"))
        ids = tuple((_text(n, PATIENTS, "nationalId"), _text(n, PATIENTS, "nationalIdType")) for n in named)
        family, given, birth = (_text(at, PATIENTS, n) for n in ("lastName", "firstName", "dateOfBirth"))
        found.append(ListedPatient(identifiers=ids, family=family, given=given, birth_date=birth))
    return found


def write_list_answer(outcome: Outcome, patients: Sequence[ListedPatient]) -> etree._Element:
    root = etree.Element(f"{{{PATIENTS}}}patientListResponse", nsmap={None: PATIENTS})  # type: ignore[dict-item]
    output = etree.SubElement(root, f"{{{PATIENTS}}}output")
    for patient in patients:
        at = etree.SubElement(output, f"{{{PATIENTS}}}patientlistData")
        for value, kind in patient.identifiers:
            named = etree.SubElement(at, f"{{{PATIENTS}}}patientIdentifier")
            _fill(named, PATIENTS, (("nationalId", value), ("nationalIdType", kind)))
        traits = (("lastName", patient.family), ("firstName", patient.given), ("dateOfBirth", patient.birth_date))
        _fill(at, PATIENTS, traits)
    _fill(output, PATIENTS, (("status", outcome.status),))
    return root


def _fill(parent: etree._Element, namespace: str, fields: Sequence[tuple[str, str]]) -> None:
    for name, value in fields:
        if value:
            etree.SubElement(parent, f"{{{namespace}}}{name}").text = value


def _text(parent: etree._Element, namespace: str, name: str) -> str:
    return (parent.findtext(f"{{{namespace}}}{name}") or "").strip()
