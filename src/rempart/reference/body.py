"""Requests of the driver, read from plain JSON: each field asked for by its type, each mistake named by its place."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, TypeVar

T = TypeVar("T")
UNREADABLE = "le corps de la requête n'est pas du JSON lisible"


class BadRequest(ValueError):
    """The request is not the one that the driver's contract describes. French, with the place."""


class Body:
    """A JSON object, and where it stands in the request."""

    def __init__(self, values: dict[str, Any], at: str = "") -> None:
        self._values, self._at = values, at

    @classmethod
    def read(cls, data: bytes) -> Body:
        """Raises BadRequest when the bytes are not one JSON object; no bytes at all read as `{}`."""
        try:
            values = json.loads(data or b"{}")
        except (ValueError, RecursionError):
            raise BadRequest(UNREADABLE) from None
        if not isinstance(values, dict):
            raise BadRequest("le corps de la requête n'est pas un objet JSON")
        return cls(values)

    def only(self, *names: str) -> Body:
        """Raises BadRequest on a field that the contract does not have: a typo must not read as a default."""
        if unknown := sorted(set(self._values) - set(names)):
            raise BadRequest(f"champ inconnu: {self._at}{unknown[0]}")
        return self

    def has(self, name: str) -> bool:
        """Present, and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        return self._get(name, str, default)

    def flag(self, name: str, default: bool | None = None) -> bool:
        return self._get(name, bool, default)

    def whole(self, name: str, default: int | None = None) -> int:
        return self._get(name, int, default)

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in allowed and value != default:
            raise BadRequest(f"{self._at}{name}: {value!r} n'est pas l'une des valeurs {', '.join(sorted(allowed))}")
        return value

    def choices(self, name: str, allowed: Collection[str]) -> list[str]:
        values = self._get(name, list, None)
        for value in values:
            if value not in allowed:
                raise BadRequest(
                    f"{self._at}{name}: {value!r} n'est pas l'une des valeurs {', '.join(sorted(allowed))}"
                )
        return values

    def number(self, name: str, default: float) -> float:
        value = self._values.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadRequest(f"{self._at}{name}: nombre attendu")
        return default if value is None else float(value)

    def mapping(self, name: str) -> dict[str, str]:
        values = self._get(name, dict, None)
        if not all(isinstance(v, str) for v in values.values()):
            raise BadRequest(f"{self._at}{name}: textes attendus")
        return dict(values)

    def lists(self, name: str, allowed: Collection[str]) -> dict[str, tuple[str, ...]]:
        """An object whose values are lists of the allowed words; absent, it is empty."""
        values = Body(self._get(name, dict, {}), f"{self._at}{name}.")
        return {key: tuple(values.choices(key, allowed)) for key in values._values}

    def texts(self, name: str) -> list[str]:
        """Each text of a list; an absent list is empty."""
        values = self._get(name, list, [])
        if any(not isinstance(value, str) for value in values):
            raise BadRequest(f"{self._at}{name}: des textes sont attendus")
        return values

    def object(self, name: str) -> Body:
        return Body(self._get(name, dict, None), f"{self._at}{name}.")

    def objects(self, name: str) -> list[Body]:
        """Each object of a list; an absent list is empty."""
        values = self._get(name, list, [])
        for n, value in enumerate(values):
            if not isinstance(value, dict):
                raise BadRequest(f"{self._at}{name}[{n}] n'est pas un objet")
        return [Body(value, f"{self._at}{name}[{n}].") for n, value in enumerate(values)]

    def _get(self, name: str, kind: type[T], default: T | None) -> T:
        value = self._values.get(name)
        if value is None:
            if default is None:
                raise BadRequest(f"{self._at}{name} est obligatoire")
            return default
        if not isinstance(value, kind):
            raise BadRequest(f"{self._at}{name}: {kind.__name__} attendu")
        return value
