"""A breach of a clause, and small readers of PDF objects that never raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True, slots=True)
class Breach:
    """`clause` of ISO 19005-1 (`6.3.4`), `place` in the file (`page 2, police F1`), what is wrong, in French."""

    clause: str
    place: str
    message: str


def name_of(value: Any) -> str:
    """`/Type3` -> `Type3`; "" for what is no name."""
    return str(value)[1:] if isinstance(value, pikepdf.Name) else ""


def get(container: Any, key: str) -> Any:
    """An entry of a dictionary or of the dictionary of a stream; None when it is absent or when this is neither."""
    if isinstance(container, pikepdf.Dictionary | pikepdf.Stream):
        return container.get(f"/{key}")
    return None


def entries(container: Any) -> Iterator[tuple[str, Any]]:
    """Entries of a dictionary, or of the dictionary of a stream, without the slash."""
    if isinstance(container, pikepdf.Dictionary | pikepdf.Stream):
        for key in list(container.keys()):
            yield str(key)[1:], container.get(key)


def items(value: Any) -> list[Any]:
    """The items of an array; a list of one for anything else that is there."""
    if isinstance(value, pikepdf.Array):
        return list(value)
    return [] if value is None else [value]


def number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None


def same(value: Any, wanted: float) -> bool:
    """Absent, or this number."""
    return value is None or number(value) == wanted


def objgen(value: Any) -> tuple[int, int]:
    """The object and generation numbers of an indirect object; (0, 0) for a direct one."""
    return value.objgen if isinstance(value, pikepdf.Object) else (0, 0)


def place_of(value: Any, otherwise: str = "fichier") -> str:
    """`objet 12`, or what is said otherwise for a direct one."""
    identifier = objgen(value)[0]
    return f"objet {identifier}" if identifier else otherwise
