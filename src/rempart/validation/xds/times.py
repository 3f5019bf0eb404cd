"""A time of the metadata beside that of the document: the same instant, in UTC, to the precision of the document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from rempart.validation.xds.metadata import is_time

Agreement = Literal["same", "local", "cut", "midnight", "other"]
_WIDEST = timedelta(hours=14)  # no offset is wider


def agreement(xds: str, cda: str) -> Agreement:
    """`xds` is what the metadata say, `cda` the time of the document already in UTC (`xds_time`).

    same; local: some whole offset away, as if it had not been converted; cut: right, but less precise than the
    document; midnight: a date that was taken for an hour; other.
    """
    if xds.startswith(cda):
        return "same"
    if cda.startswith(xds):
        return "cut"
    if not is_time(xds) or not is_time(cda):
        return "other"
    apart = abs(_read(xds) - _read(cda))
    if len(cda) <= 8:
        return "midnight" if len(xds) > 8 and apart <= _WIDEST else "other"
    whole = apart % timedelta(minutes=15) == timedelta(0)
    return "local" if whole and apart <= _WIDEST and len(xds) > 8 else "other"


def _read(value: str) -> datetime:
    return datetime.strptime(value.ljust(14, "0"), "%Y%m%d%H%M%S")
