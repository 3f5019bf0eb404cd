"""Datatypes that the French texts constrain: a profile line names one in `type`, and these functions say what is wrong.

Each takes the text of a place, delimiters kept, and returns where inside it (`""`, `".3"`) and why, in French.
Source: IHE France, constraints on HL7 v2.5 datatypes 1.8.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

Faults = tuple[tuple[str, str], ...]

_TS = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d))?)?)?)?)?([+-]\d{4})?", re.ASCII)
_TS_FORM = "AAAA[MM[JJ[HH[MM[SS]]]]][±ZZZZ]"
# One mailbox, with no display name: RFC 5321 addr-spec as MSSanté operators use it.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+", re.ASCII)


@lru_cache(maxsize=1024)
def timestamp(text: str) -> Faults:
    """TS: AAAA[MM[JJ[HH[MM[SS]]]]][±ZZZZ], a date of the calendar, TS.2 not valued."""
    if text == '""':
        return ()
    match = _TS.fullmatch(text)
    if not match:
        return (("", f"n'est pas une date de la forme {_TS_FORM}"),)
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return (("", "n'est pas une date du calendrier"),)
    if zone and (int(zone[1:3]) > 14 or int(zone[3:]) > 59):
        return (("", f"a un décalage horaire impossible ({zone})"),)
    return ()


def coded(text: str) -> Faults:
    """CE and CWE: the coding system stands in .3 whenever .1 is valued (HL7 2.7 pre-adopted by the volets)."""
    components = text.split("^")
    if components[0] and components[0] != '""' and not (len(components) > 2 and components[2]):
        return ((".3", "est obligatoire: un code ne se comprend pas sans son système de codage"),)
    return ()


def number(text: str) -> Faults:
    """SI and NM without sign: digits."""
    return () if text.isascii() and text.isdigit() else (("", "n'est pas un entier"),)


@lru_cache(maxsize=1024)
def mail(text: str) -> Faults:
    return () if _MAIL.fullmatch(text) else (("", "n'est pas une adresse électronique"),)


@lru_cache(maxsize=1024)
def oid(text: str) -> Faults:
    return () if _OID.fullmatch(text) else (("", "n'est pas un OID"),)


CHECKS: dict[str, Callable[[str], Faults]] = {
    "TS": timestamp,
    "CE": coded,
    "SI": number,
    "MAIL": mail,
    "OID": oid,
}
EXPECTED = {"TS": _TS_FORM, "CE": "code^libellé^système", "SI": "un entier", "MAIL": "une adresse", "OID": "un OID"}
