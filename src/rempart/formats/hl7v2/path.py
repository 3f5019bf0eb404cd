"""Addresses inside a message: `PID-3[2].4.2`, `OBX[7]-5.1`, `MSH-21`. Everything counts from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PATH = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\[(?P<occurrence>\d+)\])?"
    r"(?:-(?P<field>\d+)(?:\[(?P<repetition>\d+)\])?(?:\.(?P<component>\d+)(?:\.(?P<sub>\d+))?)?)?"
)


Place = tuple[int, int | None, int | None, int | None]  # field, repetition, component, sub-component


@dataclass(frozen=True, slots=True)
class Path:
    """One place. `repetition`, `component` and `sub` are None when the address stops above them."""

    segment: str
    occurrence: int = 1
    field: int | None = None
    repetition: int | None = None
    component: int | None = None
    sub: int | None = None

    def __str__(self) -> str:
        text = self.segment + (f"[{self.occurrence}]" if self.occurrence > 1 else "")
        if self.field is not None:
            text += f"-{self.field}" + (f"[{self.repetition}]" if self.repetition and self.repetition > 1 else "")
        if self.component is not None:
            text += f".{self.component}"
        return text + (f".{self.sub}" if self.sub is not None else "")


@lru_cache(maxsize=4096)
def parse_path(text: str) -> Path:
    """Raises ValueError on anything that is not an address: a typo in a profile must not read as an empty field."""
    match = _PATH.fullmatch(text)
    if not match:
        raise ValueError(f"not an HL7v2 address: {text!r}")
    number = {k: int(v) if v else None for k, v in match.groupdict().items() if k != "segment"}
    if any(n == 0 for n in number.values()):
        raise ValueError(f"HL7v2 addresses count from 1: {text!r}")
    return Path(
        segment=match["segment"],
        occurrence=number["occurrence"] or 1,
        field=number["field"],
        repetition=number["repetition"],
        component=number["component"],
        sub=number["sub"],
    )


@lru_cache(maxsize=4096)
def printed(address: str | int) -> str:
    """`-5.1`. The segment's own name may be garbage: it is printed, never parsed."""
    return str(inside(address))[3:]


@lru_cache(maxsize=4096)
def inside(address: str | int) -> Path:
    """`"3[2].4.1"`: an address inside some segment."""
    return parse_path(f"XXX-{address}")


@lru_cache(maxsize=4096)
def place_of(address: str | int) -> Place:
    """The same as numbers."""
    place = inside(address)
    assert place.field is not None
    return place.field, place.repetition, place.component, place.sub
