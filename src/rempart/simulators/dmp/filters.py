"""The optional parameters of FindDocuments: does an entry satisfy them? (IHE ITI TF-2a, 3.18.4.1.2.3.7.1)"""

from __future__ import annotations

import re

from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import StoredQuery
from rempart.simulators.dmp.refusals import refused

_PREFIX = "$XDSDocumentEntry"
_CODED = {
    "ClassCode": xds.CLASS_CODE, "TypeCode": xds.TYPE_CODE, "PracticeSettingCode": xds.PRACTICE,
    "HealthcareFacilityTypeCode": xds.FACILITY, "FormatCode": xds.FORMAT_CODE, "EventCodeList": xds.EVENT_CODE,
    "ConfidentialityCode": xds.CONFIDENTIALITY,
}  # fmt: skip
_TIMES = {"CreationTime": "creationTime", "ServiceStartTime": "serviceStartTime", "ServiceStopTime": "serviceStopTime"}


def check(query: StoredQuery) -> None:
    """Raises Refused when a time is no time, be there documents or not."""
    for name in _TIMES:
        for end in ("From", "To"):
            _time(query, f"{_PREFIX}{name}{end}")


def matches(entry: RegistryObject, query: StoredQuery) -> bool:
    """Of a query that `check` accepted."""
    return _codes(entry, query) and _times(entry, query) and _authors(entry, query) and _type(entry, query)


def _codes(entry: RegistryObject, query: StoredQuery) -> bool:
    for name, scheme in _CODED.items():
        wanted = query.values(f"{_PREFIX}{name}")
        if not wanted:
            continue
        written = {c.code for c in entry.coded(scheme)} | {f"{c.code}^^{c.system}" for c in entry.coded(scheme)}
        if not written & set(wanted):
            return False
    return True


def _times(entry: RegistryObject, query: StoredQuery) -> bool:
    """From is included, To is not; an entry without the time is not found by it. Times are UTC, cut to a precision."""
    for name, slot in _TIMES.items():
        start, end = _time(query, f"{_PREFIX}{name}From"), _time(query, f"{_PREFIX}{name}To")
        value = entry.value(slot).ljust(14, "0") if entry.value(slot) else ""
        if (start or end) and not value:
            return False
        if (start and value < start) or (end and value >= end):
            return False
    return True


def _time(query: StoredQuery, name: str) -> str:
    value = next(iter(query.values(name)), "")
    if value and not re.fullmatch(r"\d{4,14}", value):
        raise refused("XDSStoredQueryParamNumber", f"{name}: {value}")
    return value.ljust(14, "0") if value else ""


def _authors(entry: RegistryObject, query: StoredQuery) -> bool:
    wanted = query.values(f"{_PREFIX}AuthorPerson")
    persons = [p for c in entry.coded(xds.ENTRY_AUTHOR) for p in c.slots.get("authorPerson", ())]
    return not wanted or any(_like(pattern, p) for pattern in wanted for p in persons)


def _like(pattern: str, text: str) -> bool:
    """SQL's LIKE."""
    written = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.fullmatch(written, text, re.DOTALL) is not None


def _type(entry: RegistryObject, query: StoredQuery) -> bool:
    wanted = query.values(f"{_PREFIX}Type")
    return not wanted or entry.object_type in wanted
