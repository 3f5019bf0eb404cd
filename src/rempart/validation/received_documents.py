"""Named checks on what a DPI shows of documents that came by MSSanté: evidence is the answers of its driver."""

from __future__ import annotations

import json
from typing import Any

from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.registry import finding

_COLUMNS = ("integrated_automatically", "integrated_manually", "not_integrated")


@check("mss.statistics")
def statistics(evidence: list[bytes], *, type_code: str, more: dict[str, int], rule: str) -> list[Finding]:
    """Between two readings of the statistics, [before, after], the figures of this type grow by `more`, by column; a
    column that `more` leaves out does not change."""
    try:
        before, after = (_row(json.loads(data), type_code) for data in evidence)
    except (ValueError, TypeError, AttributeError) as error:
        return [finding(rule, "statistics", f"réponse illisible: {error}", origin=Origin.HARNESS)]
    found = []
    for column in _COLUMNS:
        grown, wanted = after[column] - before[column], more.get(column, 0)
        if grown != wanted:
            where = f"statistics[type_code={type_code}].{column}"
            found.append(finding(rule, where, "", expected=f"{wanted} de plus", actual=f"{grown} de plus"))
    return found


def _row(answer: dict[str, Any], type_code: str) -> dict[str, int]:
    """The figures of this type; zeros when it is not listed."""
    rows = [row for row in answer.get("statistics") or [] if row.get("type_code") == type_code]
    return {column: sum(int(row.get(column) or 0) for row in rows) for column in _COLUMNS}


@check("mss.history")
def history(evidence: list[bytes], *, operations: list[str], rule: str) -> list[Finding]:
    """The history tells these operations in this order, whatever it tells between them, and each at its time."""
    try:
        told = list(json.loads(evidence[0]).get("operations") or [])
        names, times = [o["operation"] for o in told], [o.get("time") or "" for o in told]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return [finding(rule, "operations", f"réponse illisible: {error}", origin=Origin.HARNESS)]
    found = []
    rest = iter(names)
    if missing := [wanted for wanted in operations if wanted not in rest]:
        expected, actual = ", ".join(operations), ", ".join(names) or "(aucune)"
        found.append(finding(rule, "operations", f"il manque {missing[0]}", expected=expected, actual=actual))
    if untimed := [name for name, time in zip(names, times, strict=True) if not time]:
        found.append(finding(rule, "operations.time", "", expected="une date et une heure", actual=untimed[0]))
    return found
