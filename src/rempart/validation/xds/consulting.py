"""Bodies of consultation, stored queries and retrieval; and what each authentication may call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from rempart.formats.vihf.model import PURPOSE
from rempart.formats.xds.messages import StoredQuery
from rempart.formats.xds.model import APPROVED, DMP_REPOSITORY
from rempart.formats.xds.transactions import RETRIEVE
from rempart.model.finding import Finding, Severity
from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml, rule
from rempart.validation.vihf.context import attribute
from rempart.validation.xds.identity import named_authority, split_cx
from rempart.validation.xds.message import MessageContext
from rempart.validation.xds.metadata import OID, is_time

MESSAGE = ("dmp-message",)
_QUERY = "Envelope/Body/AdhocQueryRequest"
_TEXT = r"'(?:[^']|'')*'"
_SINGLE = re.compile(rf"{_TEXT}|\d+(?:\.\d+)?", re.ASCII)
_LIST = re.compile(rf"\(\s*(?:{_TEXT}|\d+)(?:\s*,\s*(?:{_TEXT}|\d+))*\s*\)", re.ASCII)
_PREFIX = re.compile(r"\$(XDSDocumentEntry|XDSSubmissionSet|XDSFolder|XDSAssociation)?(\w+)")
_MOST_TOLD = 10  # values of one parameter
_STAMP = re.compile(r"\d{4}(\d\d){0,5}", re.ASCII)


@cache
def _data(name: str) -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(schemas_dir() / "xds" / f"{name}.yaml")
    return data


@rule("XDS-103", families=MESSAGE)
def rights(context: MessageContext) -> Iterator[Finding]:
    """Feeding is never AIR; indirect authentication only feeds, deletes, and reads what it needs to delete."""
    said, kind = context.vihf, context.kind
    allowed = _data("rights")["modes"].get(said.mode) if said else None
    if said is None or allowed is None:
        return
    if kind in allowed["refused"]:
        message = f"{kind} n'est pas permis en authentification {said.mode}"
        yield context.find("XDS-103", "Envelope/Body", message, actual=kind)
    purposes, purpose = _data("rights")["purposes"].get(kind), said.purpose.code
    if purposes and purpose and purpose not in purposes:
        message = f"{kind} ne s'emploie pas en accès {purpose}"
        expected = " ou ".join(purposes)
        at = f"Assertion/{attribute(PURPOSE)}"
        yield context.find("XDS-103", at, message, expected=expected, actual=purpose, severity=Severity.WARNING)
    asked = _data("queries")["queries"].get(context.query.id) if context.query else None
    if asked and asked.get("criteria") and not allowed["criteria"]:
        message = f"La recherche par critères ({asked['name']}) n'est pas permise en authentification {said.mode}"
        at = f"{_QUERY}/AdhocQuery/@id"
        yield context.find("XDS-103", at, message, expected="GetDocuments", actual=asked["name"])


@rule("XDS-110", "XDS-112", "XDS-113", families=MESSAGE)
def query(context: MessageContext) -> Iterator[Finding]:
    """A known query, its parameters, and how they are written."""
    asked = context.query
    if asked is None:
        return
    found = _data("queries")["queries"].get(asked.id)
    place = f"{_QUERY}/AdhocQuery"
    if found is None:
        message = "Cette requête n'est pas de celles d'ITI-18"
        yield context.find("XDS-110", f"{place}/@id", message, actual=asked.id, line=asked.line)
        return
    for group in found["needs"]:
        if not any(v for name in group for v in asked.parameters.get(name, ())):
            message = f"{found['name']} demande {' ou '.join(group)}"
            # The documents that a list shows by default: what EX_3.1-1030 is about.
            rule_id = "XDS-112" if group == ["$XDSDocumentEntryStatus"] else "XDS-110"
            yield context.find(rule_id, place, message, expected=" ou ".join(group), line=asked.line)
    unknown = [n for n in asked.parameters if not _known(n)][:_MOST_TOLD]
    for name, values in asked.parameters.items():
        at = f"{place}/Slot[@name='{name}']"
        if name in unknown:
            message = "Ce paramètre n'est pas de ceux d'ITI-18: le registre ne le lit pas"
            yield context.find("XDS-110", at, message, actual=name, severity=Severity.WARNING, line=asked.line)
        if name in _data("queries")["patients"] and len(values) > 1:
            yield context.find("XDS-110", at, f"La recherche porte sur {len(values)} patients", line=asked.line)
        yield from _forms(context, asked, name)
        for value in values:
            yield from _written(context, name, value, asked.line, single=name in found.get("single", ()))
    level = "$MetadataLevel"
    if "$XDSDocumentEntryLogicalID" in asked.parameters and asked.parameters.get(level, ()) != ("2",):
        message = "Une recherche par identifiant logique est de niveau 2"
        actual = ", ".join(asked.parameters.get(level, ()))
        yield context.find("XDS-110", f"{place}/Slot[@name='{level}']", message, expected="2", actual=actual)
    yield from _statuses(context, asked)
    yield from _periods(context, asked)


def _periods(context: MessageContext, asked: StoredQuery) -> Iterator[Finding]:
    """A period that ends before it starts finds nothing, and looks like an empty DMP."""
    for name in asked.parameters:
        start, end = ("".join(filter(str.isdecimal, _one(asked, n))) for n in (name, f"{name[:-4]}To"))
        known = min(len(start), len(end))
        if name.endswith("From") and known and start[:known] > end[:known]:
            message = "La période de recherche finit avant de commencer: rien ne peut être trouvé"
            at = f"{_QUERY}/AdhocQuery/Slot[@name='{name}']"
            expected = f"au plus tard {end}"
            yield context.find("XDS-110", at, message, expected=expected, actual=start, severity=Severity.WARNING)


def _one(asked: StoredQuery, name: str) -> str:
    return next(iter(asked.parameters.get(name, ())), "")


def _known(name: str) -> bool:
    return bool(_PREFIX.fullmatch(name)) and _PREFIX.sub(r"\2", name) in _known_parameters()


@cache
def _known_parameters() -> tuple[str, ...]:
    data = _data("queries")
    return (*data["lists"], *data["times"], *data["others"], "PatientId", "patientId")


def _written(context: MessageContext, name: str, value: str, line: int, *, single: bool) -> Iterator[Finding]:
    """`'…'` for one value, `('…','…')` for a list, digits for a number. `single`: the query asks for one value where
    others take a list."""
    place = f"{_QUERY}/AdhocQuery/Slot[@name='{name}']"
    data = _data("queries")
    if any(name.endswith(t) for t in data["times"]):
        bare = value[1:-1] if _SINGLE.fullmatch(value) and value.startswith("'") else value
        if not _STAMP.fullmatch(bare) or not is_time(bare + "0101"[len(bare) - 4 :]):
            message = "La date de recherche n'est pas en UTC, sans décalage"
            yield context.find("XDS-113", place, message, expected="AAAAMMJJhhmmss", actual=value, line=line)
        return
    listed, alone = bool(_LIST.fullmatch(value)), bool(_SINGLE.fullmatch(value))
    wants_list = not single and any(name.endswith(t) for t in data["lists"])
    if not listed and not alone:
        message = "La valeur n'est pas écrite comme ITI-18 le demande"
        yield context.find("XDS-110", place, message, expected="'…', ('…','…') ou un nombre", actual=value, line=line)
    elif name in data["patients"] and listed:
        message = "Une valeur unique s'écrit entre apostrophes, sans parenthèses"
        yield context.find("XDS-110", place, message, expected="'…'", actual=value, line=line)
    elif wants_list and alone and name.endswith("Status"):
        message = "Une liste s'écrit entre parenthèses, même d'une valeur"
        yield context.find("XDS-110", place, message, expected="('…')", actual=value, line=line)
    elif wants_list and alone and not name.endswith("uuid"):
        message = "Une liste s'écrit entre parenthèses, même d'une valeur"
        yield context.find(
            "XDS-110", place, message, expected="('…')", actual=value, severity=Severity.WARNING, line=line
        )


def _forms(context: MessageContext, asked: StoredQuery, name: str) -> Iterator[Finding]:
    for form in _data("queries")["forms"]:
        if not _PREFIX.fullmatch(name) or _PREFIX.sub(r"\2", name) not in form["names"]:
            continue
        wrong = [v for v in asked.values(name) if v and not re.fullmatch(form["pattern"], v)]
        for value in wrong[:_MOST_TOLD]:
            place, message = f"{_QUERY}/AdhocQuery/Slot[@name='{name}']", "La valeur n'a pas la forme attendue"
            yield context.find(
                "XDS-110", place, message, expected=form["expected"], actual=value, severity=Severity.WARNING,
                line=asked.line,
            )  # fmt: skip


def _statuses(context: MessageContext, asked: StoredQuery) -> Iterator[Finding]:
    for name in asked.parameters:
        if not name.endswith("Status"):
            continue
        values, place = asked.values(name), f"{_QUERY}/AdhocQuery/Slot[@name='{name}']"
        unknown = [v for v in dict.fromkeys(values) if v not in _data("queries")["statuses"]]
        for value in unknown[:_MOST_TOLD]:
            message = "Ce statut n'est pas de ceux du DMP"
            yield context.find("XDS-110", place, message, actual=value, line=asked.line)
        if name == "$XDSDocumentEntryStatus" and values and APPROVED not in values:
            # A filter chosen by the user may ask for the others alone.
            message = "La recherche ne demande pas les documents actifs: par défaut, c'est elle qui est attendue"
            yield context.find(
                "XDS-112", place, message, expected=APPROVED, actual=", ".join(values), severity=Severity.WARNING,
                line=asked.line,
            )  # fmt: skip


@rule("XDS-111", families=MESSAGE)
def metadata_wanted(context: MessageContext) -> Iterator[Finding]:
    """The metadata, whole: references alone are for those who already have them."""
    asked = context.query
    if asked is None:
        return
    place = f"{_QUERY}/ResponseOption"
    if asked.return_type != "LeafClass":
        severity = Severity.WARNING if asked.return_type == "ObjectRef" else None
        yield context.find(
            "XDS-111", f"{place}/@returnType", expected="LeafClass", actual=asked.return_type, severity=severity
        )
    elif not asked.composed:
        message = "Les métadonnées sont demandées sans ce qui les compose (returnComposedObjects)"
        yield context.find("XDS-111", f"{place}/@returnComposedObjects", message, expected="true")


@rule("XDS-028", "XDS-029", families=MESSAGE)
def patient_of_the_query(context: MessageContext) -> Iterator[Finding]:
    """A query on a patient is about the one of the VIHF; without one, that of the VIHF is meant (RG_3010)."""
    said = split_cx(context.vihf.patient) if context.vihf else None
    if context.query is None or said is None:
        return
    for name in _data("queries")["patients"]:
        for value in context.query.values(name):
            own = split_cx(value)
            place = f"{_QUERY}/AdhocQuery/Slot[@name='{name}']"
            if own is None or own[:2] != said[:2]:
                message = "La recherche et le VIHF ne désignent pas le même patient"
                expected = f"{said[0]}^^^&{said[1]}&ISO^NH"
                yield context.find("XDS-028", place, message, expected=expected, actual=value, line=context.query.line)
            elif own[2] != "NH" or named_authority(value):
                expected = "matricule^^^&OID&ISO^NH"
                yield context.find(
                    "XDS-029",
                    place,
                    "L'INS n'a pas la forme qu'elle a dans XDS",
                    expected=expected,
                    actual=value,
                    line=context.query.line,
                )


@rule("XDS-118", families=MESSAGE)
def retrieval(context: MessageContext) -> Iterator[Finding]:
    """By repository and uniqueId."""
    if context.transaction is not RETRIEVE:
        return
    at = "Envelope/Body/RetrieveDocumentSetRequest"
    if not context.wanted:
        yield context.find("XDS-118", at, "La consultation ne demande aucun document", expected="DocumentRequest")
    for number, one in enumerate(context.wanted, 1):
        place = f"{at}/DocumentRequest[{number}]"
        if not OID.fullmatch(one.unique_id):
            uuid = one.unique_id.startswith("urn:uuid:")
            message = "Le document est désigné par son entryUUID, et non par son uniqueId" if uuid else (
                "L'uniqueId du document manque ou n'est pas un OID"
            )  # fmt: skip
            at_id = f"{place}/DocumentUniqueId"
            yield context.find("XDS-118", at_id, message, expected="un OID", actual=one.unique_id, line=one.line)
        if not OID.fullmatch(one.repository):
            message = "L'entrepôt manque ou n'est pas désigné par un OID"
            yield context.find(
                "XDS-118", f"{place}/RepositoryUniqueId", message, expected=DMP_REPOSITORY, actual=one.repository,
                line=one.line,
            )  # fmt: skip
        elif one.repository != DMP_REPOSITORY:
            message = "L'entrepôt n'est pas celui du DMP"
            yield context.find(
                "XDS-118", f"{place}/RepositoryUniqueId", message, expected=DMP_REPOSITORY, actual=one.repository,
                severity=Severity.WARNING, line=one.line,
            )  # fmt: skip
