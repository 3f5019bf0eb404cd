"""One file judged by several editions of the text, and what they say differently."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Unpack

from rempart.model.finding import Finding
from rempart.validation.declared import Declared
from rempart.validation.document import validate_bytes
from rempart.validation.report import Report

_SCHEMATRONS = ("CDA-003", "CDA-004")


def validate_editions(data: bytes, editions: Sequence[str], **declared: Unpack[Declared]) -> list[Report]:
    """A report per edition, in order; without any, that of the edition which the file declares.

    Editions that the text of this file does not have lead to the same one: it is judged once. `packs` (NAME or
    NAME@EDITION; None: those installed) may name several editions of one pack: a report for each, and its edition
    names them.
    """
    reports: dict[str, Report] = {}
    sides = _sides(declared.get("packs"))
    for edition in editions or (None,):
        for side in sides:
            said: Declared = {**declared, "packs": side}
            report = validate_bytes(data, edition=edition, **said)
            if len(sides) > 1 and side and report.kind.startswith("CDA"):
                report.edition = ", ".join(filter(None, (report.edition, *side)))
            reports.setdefault(report.edition, report)
    return list(reports.values())


def _sides(packs: Sequence[str] | None) -> list[Sequence[str] | None]:
    """What is compared: a selection for each edition of the pack that is named more than once, the others in all."""
    if packs is None:
        return [None]
    by_pack: dict[str, list[str]] = {}
    for name in dict.fromkeys(packs):
        by_pack.setdefault(name.partition("@")[0], []).append(name)
    return [list(side) for side in product(*by_pack.values())]


def differences(reports: Sequence[Report]) -> list[list[Finding]]:
    """For each report, its findings that not all the others have: same rule, same place, same severity."""
    keys = [{_key(f) for f in report.findings} for report in reports]
    common = set.intersection(*keys) if keys else set()
    return [[f for f in report.findings if _key(f) not in common] for report in reports]


def _key(found: Finding) -> tuple[str, str, str, str]:
    """An official rule holds all the checks of a schematron: their words tell them apart."""
    said = found.message if found.rule.startswith(("OFF-", "REF-")) or found.rule in _SCHEMATRONS else ""
    return found.rule, found.location, str(found.severity), said
