"""Points in time and intervals: real dates, of an admitted form, with their offset, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rempart.formats.cda.model import SDTC, V3
from rempart.formats.cda.nodes import XSI
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.rules.encounter import principal_event
from rempart.validation.cda.times import Moment, before, parse_time
from rempart.validation.registry import rule

# Those of the header and of entries, of coordinates and of names; `phase` and `comp` are parts of a frequency.
_TIMES = (
    *(f"{{{V3}}}{name}" for name in ("effectiveTime", "time", "birthTime", "expectedUseTime", "phase", "comp")),
    *(f"{{{V3}}}{name}" for name in ("useablePeriod", "validTime")),
    *(f"{{urn:ihe:pharm:medication}}{name}" for name in ("expirationTime", "stabilityTime")),
)
_PARTS = tuple(f"{{{V3}}}{name}" for name in ("low", "high", "center"))
_TYPE = f"{{{XSI}}}type"
_TO_THE_SECOND = ("effectiveTime", "author/time", "legalAuthenticator/time", "authenticator/time")
_BIRTH = "recordTarget/patientRole/patient/birthTime"


def _times(context: CdaContext) -> list[Element]:
    """Elements of a TS type, by their name, or by the type that they declare."""

    def find() -> list[Element]:
        values = [v for v in context.anywhere("value") if v.get(_TYPE, "").rpartition(":")[2] in ("TS", "IVL_TS")]
        return [*context.root.iter(*_TIMES), *values]

    return context.once(_times, find)


def _points(context: CdaContext) -> list[Element]:
    """The same, and the bounds of those that are intervals."""

    def find() -> list[Element]:
        found: list[Element] = []
        for node in _times(context):
            found.append(node)
            if len(node):
                found.extend(node.iterchildren(*_PARTS))
        return [*found, *context.anywhere("deceasedTime", SDTC)]

    return context.once(_points, find)


def _remarkable(context: CdaContext) -> list[Element]:
    """Those that a rule has something to look at in: nearly all have a usual value."""

    def find() -> list[Element]:
        return [node for node in _points(context) if (value := node.get("value")) and not _plain(value)]

    return context.once(_remarkable, find)


@rule("CDA-118", families=("cda-document",))
def real_dates(context: CdaContext) -> Iterator[Finding]:
    """Thirty-one February is no date: the official layers look at the digits only. The form is only advised."""
    own = _with_a_form_of_their_own(context) if _remarkable(context) else {}
    birth = set(context.at(_BIRTH))
    for node in _remarkable(context):
        value = node.get("value", "")
        if _usual(value):
            continue
        moment = parse_time(value)
        if moment is None and not (node in own and not re.fullmatch(own[node], value, re.ASCII)):
            message = "Ce n'est pas une date réelle"
            yield context.find("CDA-118", node, "@value", message, expected="AAAAMMJJ, ou AAAAMMJJhhmm[ss]±ZZzz")
        elif moment and _far(moment):
            message = "Le décalage horaire n'existe nulle part"
            yield context.find("CDA-118", node, "@value", message, expected="de -1200 à +1400")
        elif moment and len(moment.digits) in (6, 10) and node not in birth:
            message = "La date n'a pas une forme admise"
            expected = "AAAA, AAAAMMJJ, AAAAMMJJhhmm±ZZzz ou AAAAMMJJhhmmss±ZZzz"
            yield context.find("CDA-118", node, "@value", message, expected=expected, severity=Severity.WARNING)


@rule("CDA-118", families=("cda-document",))
def said_or_not(context: CdaContext) -> Iterator[Finding]:
    """A date of the header has a value, bounds, or the reason why it has none."""
    judged = _with_a_form_of_their_own(context).keys() if "ins" in context.facts else set[Element]()
    for node in context.in_header("effectiveTime", "time", "birthTime", "low", "high"):
        empty = not node.get("value") and not node.get("nullFlavor") and not len(node)
        if empty and node not in judged and not _starts_an_act(node):
            message = "Une date porte une valeur, ou dit pourquoi elle n'en a pas (nullFlavor)"
            yield context.find("CDA-118", node, "", message, expected="@value ou @nullFlavor")


def _starts_an_act(node: Element) -> bool:
    """The start of a documented act, and the act without start: CDA-070 looks at them."""
    holder = node.getparent() if node.tag in _PARTS else node
    above = None if holder is None else holder.getparent()
    return above is not None and above.tag == f"{{{V3}}}serviceEvent"


@lru_cache(maxsize=16384)
def _plain(value: str) -> bool:
    """Usual, and with an offset if there is an hour."""
    moment = parse_time(value)
    return _usual(value) and moment is not None and (bool(moment.offset) or not moment.has_hour)


def _usual(value: str) -> bool:
    """A real date of an admitted form."""
    moment = parse_time(value)
    return moment is not None and not _far(moment) and len(moment.digits) not in (6, 10)


def _far(moment: Moment) -> bool:
    return bool(moment.offset) and not -1200 <= int(moment.offset) <= 1400


def _with_a_form_of_their_own(context: CdaContext) -> dict[Element, str]:
    """Times whose form has its rule: that one speaks of a value that it refuses."""
    found = {e: r"\d{14}(\.\d+)?[+-]\d{4}" for path in _TO_THE_SECOND for e in context.at(path)}
    return found | dict.fromkeys(context.at(_BIRTH), r"\d{4}(\d\d(\d\d(\d{4}[+-]\d{4})?)?)?")


@rule("CDA-072", families=("cda-document",))
def intervals(context: CdaContext) -> Iterator[Finding]:
    """An interval does not end before it starts: instants are compared, not digits."""
    for node in _times(context):
        if len(node) < 2:
            continue
        low, high = first(node, "low"), first(node, "high")
        if low is None or high is None:
            continue
        start, end = parse_time(low.get("value", "")), parse_time(high.get("value", ""))
        if start and end and before(end, start):
            message = "L'intervalle finit avant de commencer"
            yield context.find("CDA-072", high, "@value", message, expected=f"à partir de {low.get('value')}")


@rule("CDA-080", families=("cda-document",))
def hours_have_an_offset(context: CdaContext) -> Iterator[Finding]:
    """An hour carries its offset; the times that have a rule of their own are left to it."""
    judged = _judged_elsewhere(context) if _remarkable(context) else set[Element]()
    for node in _remarkable(context):
        moment = parse_time(node.get("value", ""))
        if moment and moment.has_hour and not moment.offset and node not in judged:
            message = "Une heure porte son décalage par rapport au temps universel"
            yield context.find("CDA-080", node, "@value", message, expected=f"{moment.digits}±ZZzz")


def _judged_elsewhere(context: CdaContext) -> set[Element]:
    stay = "componentOf/encompassingEncounter/effectiveTime"
    paths = ("effectiveTime", "author/time", "legalAuthenticator/time", stay, f"{stay}/low", f"{stay}/high")
    found = {e for path in paths for e in context.at(path)}
    found.update(context.at("recordTarget/patientRole/patient/birthTime"))
    event = principal_event(context)
    return found | set(select(event, "effectiveTime/low") if event is not None else ())
