"""What the user looks for in the DMP, as a stored query says it: codes with their system, times in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from rempart.formats.cda.model import LOINC, Coded
from rempart.formats.xds import model as xds
from rempart.formats.xds.cda_view import class_codes
from rempart.formats.xds.write import confidentiality
from rempart.reference.body import BadRequest, Body
from rempart.reference.dmp import search
from rempart.reference.dpi.consulting.entries import HIDDEN_FROM_PATIENT, midnight
from rempart.reference.mutation import Mutants
from rempart.resources import own_yaml, schemas_dir

_DATES = ("created_from", "created_to", "service_from", "service_to", "submitted_from")
_CODES = {
    "class_codes": "jdv-j57",
    "format_codes": "jdv-j60",
    "practice_settings": "jdv-j62",
    "facility_types": "jdv-j61",
}
_LISTS = ("type_codes", *_CODES)
_FLAGS = ("invisible_to_patient", "with_archived", "with_replaced")
FIELDS = (*_LISTS, *_DATES, *_FLAGS, "author", "order_number")
_ORDER = "urn:ihe:iti:xds:2013:order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`order` is a CXi; `submitted` a time (UTC) before which nothing put in is wanted."""

    criteria: search.Criteria
    statuses: tuple[str, ...]
    order: str = ""
    submitted: str = ""


def read_criteria(body: Body, mutants: Mutants) -> Wanted:
    """Raises BadRequest on a criterion that cannot be read."""
    body.only(*FIELDS)
    texts = {name: body.text(name, "") for name in (*_DATES, "author", "order_number")}
    flags = {name: body.flag(name, False) for name in _FLAGS}
    for name in _DATES:
        if texts[name] and not re.fullmatch(r"\d{8}", texts[name]):
            raise BadRequest(f"{name}: AAAAMMJJ attendu")
    try:
        spans = {
            name: (midnight(texts[f"{name}_from"], mutants), midnight(texts[f"{name}_to"], mutants, after=True))
            for name in ("created", "service")
        }
        submitted = midnight(texts["submitted_from"], mutants)
    except ValueError as error:
        raise BadRequest(f"date inconnue du calendrier: {error}") from None
    codes = {name: [coded(table, code) for code in body.texts(name)] for name, table in _CODES.items()}
    hidden = flags["invisible_to_patient"] and not mutants.on("critere-invisible-ignore")
    author = texts["author"] if not mutants.on("critere-auteur-ignore") else ""
    criteria = search.Criteria(
        types=[type_code(code) for code in body.texts("type_codes")], classes=codes["class_codes"],
        formats=codes["format_codes"], practices=codes["practice_settings"], facilities=codes["facility_types"],
        created=spans["created"], started=spans["service"], author=f"%^{author.upper()}^%" if author else "",
        confidentialities=[confidentiality(HIDDEN_FROM_PATIENT)] if hidden else (),
    )  # fmt: skip
    return Wanted(
        criteria=criteria, statuses=tuple(_statuses(flags, mutants)), order=_order(texts["order_number"]),
        submitted=submitted,
    )  # fmt: skip


def coded(table: str, code: str) -> Coded:
    """A code with the system that its value set gives it."""
    known = _table(table)
    return Coded(code, known["systems"].get(code, known["system"]))


def type_code(code: str) -> Coded:
    """A type of document; one that no table knows is searched as LOINC."""
    return Coded(code, next((system for known, system in class_codes() if known == code), LOINC))


def _statuses(flags: dict[str, bool], mutants: Mutants) -> Iterable[str]:
    """Active documents, unless others are asked for too (EX_3.1-1030)."""
    yield xds.APPROVED
    if flags["with_archived"] or mutants.on("archives-montrees-par-defaut"):
        yield xds.ARCHIVED
    if flags["with_replaced"]:
        yield xds.DEPRECATED


def _order(number: str) -> str:
    """`number^^^&oid&ISO` as an item of referenceIdList."""
    return f"{number}^{_ORDER}" if number else ""


@cache
def _table(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = own_yaml(schemas_dir() / "xds/tables" / f"{name}.yaml")
    return {"systems": {}} | loaded
