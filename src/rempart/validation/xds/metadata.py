"""The engine of `schemas/xds/metadata.yaml`: how many times each metadata stands, its form, its value set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from rempart.formats.xds.model import Classification, RegistryObject
from rempart.model.finding import Finding, Severity
from rempart.resources import schemas_dir
from rempart.validation.cardinality import Card
from rempart.validation.cardinality import card as read_card
from rempart.validation.registry import load_yaml, table_entries
from rempart.validation.xds.context import EntryContext, SubmissionContext, classified, slot

Form = Literal["time", "partial_time", "oid", "sha1", "number", ""]
OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_FORMS = {
    "time": (re.compile(r"\d{14}", re.ASCII), "AAAAMMJJhhmmss en UTC, sans décalage"),
    "partial_time": (re.compile(r"\d{8}(\d{2}){0,3}", re.ASCII), "AAAAMMJJhhmmss en UTC, sans décalage, ou AAAAMMJJ"),
    "oid": (OID, "un OID de 64 caractères au plus"),
    "sha1": (re.compile(r"[0-9a-fA-F]{40}"), "40 chiffres hexadécimaux"),
    "number": (re.compile(r"\d{1,15}", re.ASCII), "un nombre d'octets"),
}


class Line(BaseModel):
    """One metadata. `rule` is that of its presence; `form_rule` and `table_rule` default to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    slot: str = ""
    coded: str = ""
    identifier: str = ""
    attribute: Literal["title", "mime_type", ""] = ""
    card: Annotated[Card, BeforeValidator(read_card)]
    rule: str
    form: Form = ""
    form_rule: str = ""
    tables: tuple[str, ...] = ()
    table_rule: str = ""
    closed: bool = False  # nothing outside of its value sets, wherever the document goes


Judged = EntryContext | SubmissionContext


@cache
def lines(of: Literal["lot", "fiche"]) -> tuple[Line, ...]:
    """In file order."""
    return tuple(Line(**row) for row in load_yaml(schemas_dir() / "xds" / "metadata.yaml")[of])


def check_entry(context: EntryContext) -> Iterator[Finding]:
    for line in lines("fiche"):
        yield from _check(context, context.entry, line)


def check_package(context: SubmissionContext) -> Iterator[Finding]:
    for package in context.objects.packages:
        for line in lines("lot"):
            yield from _check(context, package, line)


def _check(context: Judged, of: RegistryObject, line: Line) -> Iterator[Finding]:
    found = _values(of, line)
    least, most = line.card
    filled = [v for v in found if v[0]]
    if len(filled) < least:
        yield _find(context, of, line.rule, _place(line), f"{line.name} est obligatoire", expected="une valeur")
    if most is not None and len(found) > most:
        what = f"{line.name} est présent {len(found)} fois"
        yield _find(context, of, line.rule, _place(line), what, expected=f"{most} au plus", at=found[most][1])
    for value, at in filled:
        if line.form and not has_form(line.form, value):
            rule = line.form_rule or line.rule
            expected = _FORMS[line.form][1]
            what = f"{line.name} n'a pas la forme attendue: « {value[:80]} »"
            yield _find(context, of, rule, _place(line), what, expected=expected, actual=value, at=at)
    for code in of.coded(line.coded) if line.tables else ():
        yield from _check_code(context, of, line, code)


def has_form(form: Form, value: str) -> bool:
    """Is it a time to the second, an OID…? A time is also a date that exists."""
    if not _FORMS[form][0].fullmatch(value) or (form == "oid" and len(value) > 64):
        return False
    return form not in ("time", "partial_time") or is_time(value)


def is_time(value: str) -> bool:
    try:
        datetime.strptime(value.ljust(14, "0"), "%Y%m%d%H%M%S")
    except ValueError:
        return False
    return True


def _check_code(context: Judged, of: RegistryObject, line: Line, code: Classification) -> Iterator[Finding]:
    """In one of its value sets, with the code system and the label that it has there."""
    # The first value set is that of the DMP: the others, wider, are for what goes elsewhere.
    tables = line.tables if context.xdm else line.tables[:1]
    entry = known(tables, code.code)
    rule = line.table_rule or line.rule
    named = " ou ".join(t.rpartition("/")[2].upper().replace("-", "_") for t in tables)
    if not code.code:
        return
    if entry is None:
        # The sets of the DMP bind what is sent to the DMP. Those of the CI-SIS for other uses are wider.
        severity = Severity.WARNING if context.xdm and not line.closed else None
        yield _find(
            context, of, rule, classified(code), f"{line.name} n'est pas un code de {named}: « {code.code[:80]} »",
            expected=f"un code de {named}", actual=code.code, severity=severity, at=code.line,
        )  # fmt: skip
        return
    if code.system and code.system == entry.get("other_system"):  # a value set may hold one code of two systems
        entry = {"system": code.system, "label": entry["other_label"]}
    if code.system and code.system != entry["system"]:
        yield _find(
            context, of, rule, classified(code), f"{line.name}: le système n'est pas celui du code {code.code}",
            expected=entry["system"], actual=code.system, at=code.line,
        )  # fmt: skip
    if code.label and entry["label"] and _folded(code.label) != _folded(entry["label"]):
        yield _find(
            context, of, "XDS-053", classified(code), f"{line.name}: le libellé n'est pas celui du code {code.code}",
            expected=entry["label"], actual=code.label, at=code.line,
        )  # fmt: skip


def known(tables: tuple[str, ...], code: str) -> dict[str, str] | None:
    """Label and system of a code in the first of these value sets that has it."""
    for name in tables:
        folder, _, table = name.partition("/")
        if (found := table_entries(table, schemas_dir() / folder).get(code)) is not None:
            return found
    return None


def _folded(label: str) -> str:
    return " ".join(label.replace("’", "'").split()).casefold()


def _values(of: RegistryObject, line: Line) -> list[tuple[str, int]]:
    """Values with their lines; an author is there when its classification is, whatever it says."""
    if line.slot:
        return [(v, of.line) for v in of.values(line.slot)]
    if line.coded:
        return [(c.code or "author" * (line.name == "author"), c.line) for c in of.coded(line.coded)]
    if line.identifier:
        return [(i.value, i.line) for i in of.identified(line.identifier)]
    return [(str(getattr(of, line.attribute)), of.line)]


def _place(line: Line) -> str:
    if line.slot:
        return slot(line.slot)
    if line.coded:
        return f"Classification[@classificationScheme='{line.coded}']"
    if line.identifier:
        return f"ExternalIdentifier[@identificationScheme='{line.identifier}']"
    return "Name" if line.attribute == "title" else "@mimeType"


def _find(
    context: Judged, of: RegistryObject, rule: str, below: str, message: str, *, expected: str = "", actual: str = "",
    severity: Severity | None = None, at: int = 0,
) -> Finding:  # fmt: skip
    said = {"expected": expected, "actual": actual}
    if isinstance(context, EntryContext):
        return context.find(rule, below, message, severity=severity, line=at, **said)
    return context.find(rule, of, below, message, severity=severity, line=at, **said)


