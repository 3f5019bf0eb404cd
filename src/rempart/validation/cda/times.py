"""HL7 v3 points in time: how precise they are, and which instant they are when they say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

_TIME = re.compile(r"(\d{4}(?:\d\d){0,5})(?:\.\d+)?([+-]\d{4})?", re.ASCII)
_FORMS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True)
class Moment:
    """`digits` as written, local time of the place; `instant` when there is an hour and an offset."""

    digits: str
    offset: str
    instant: datetime | None

    @property
    def has_hour(self) -> bool:
        return len(self.digits) > 8


@lru_cache(maxsize=16384)
def parse_time(value: str) -> Moment | None:
    """None when it is not a time."""
    match = _TIME.fullmatch(value)
    if not match:
        return None
    digits, offset = match[1], match[2] or ""
    try:
        local = datetime.strptime(digits + offset, _FORMS[len(digits)] + ("%z" if offset else ""))
    except ValueError:
        return None
    return Moment(digits, offset, local if offset and len(digits) > 8 else None)


def before(first: Moment, second: Moment) -> bool:
    """First is earlier: as instants when both are (the clock change of autumn repeats an hour), else as far as said."""
    if first.instant and second.instant:
        return first.instant < second.instant
    common = min(len(first.digits), len(second.digits))
    return first.digits[:common] < second.digits[:common]
