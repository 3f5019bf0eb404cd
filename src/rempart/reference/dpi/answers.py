"""How the actions of the DPI answer."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
UNKNOWN_PATIENT = "patient inconnu"
UNKNOWN_DOCUMENT = "document inconnu"


def done(**more: object) -> Json:
    return {"outcome": "done", "reason": "", **more}


def refused(reason: str) -> Json:
    return {"outcome": "refused", "reason": reason}
