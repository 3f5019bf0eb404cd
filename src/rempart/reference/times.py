"""HL7 v2 timestamps read: YYYY[MM[DD[HH[MM[SS]]]]][±ZZZZ]."""

from __future__ import annotations

import re
from datetime import datetime

_TIMESTAMP = re.compile(r"(\d{8})(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?")


def instant(text: str) -> datetime | None:
    """An aware instant, local when no zone is given; None under the day, or when it is no date."""
    if not (match := _TIMESTAMP.fullmatch(text)):
        return None
    day, hours, minutes, seconds, zone = match.groups()
    digits = day + (hours or "00") + (minutes or "00") + (seconds or "00")
    try:
        moment = datetime.strptime(digits + (zone or ""), "%Y%m%d%H%M%S%z" if zone else "%Y%m%d%H%M%S")
        return moment if zone else moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
