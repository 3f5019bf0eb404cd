"""French names of HL7 v2 fields, from `reports/templates/hl7-fields.yaml`."""

from __future__ import annotations

from functools import cache

import yaml

from rempart.resources import templates_dir


@cache
def _names() -> dict[str, dict[int, str]]:
    names: dict[str, dict[int, str]] = yaml.safe_load((templates_dir() / "hl7-fields.yaml").read_text("utf-8"))
    return names


def field_name(segment: str, number: int) -> str:
    """`field_name("PID", 3)` is "Identifiants du patient"; "" for a field that has no name here."""
    return _names().get(segment, {}).get(number, "")
