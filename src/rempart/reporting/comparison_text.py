"""A comparison told: text for a terminal, JSON for a program, Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rempart.model.finding import excerpt
from rempart.model.results import Results
from rempart.model.verdict import Verdict
from rempart.reporting import words
from rempart.reporting.comparison import Comparison, FindingChange, VerdictChange
from rempart.reporting.markdown_text import code, md

FORMAT = "1.0"
MAX_LISTED = 200  # of each kind, in text and Markdown; JSON has them all


def conclusion(found: Comparison) -> str:
    count = found.regressions
    return f"{count} régression{'s' if count > 1 else ''}" if count else "aucune régression"


def as_text(found: Comparison) -> Iterator[str]:
    yield f"Avant: {_named(found.before)}"
    yield f"Après: {_named(found.after)}"
    yield from (
        f"Version différente: {n}: {a or 'absente'} puis {b or 'absente'}" for n, (a, b) in found.versions.items()
    )
    for title, changes in (("Exigences", found.requirements), ("Scénarios", found.scenarios)):
        if changes:
            yield from ("", f"{title}: {len(changes)} changement(s)")
            for c in _bounded(changes):
                yield f"{_sign(c)} {c.dispositif}  {c.id:<19}  {_arrow(c)}  {c.title}"
                if c.reason and c.after is not Verdict.CONFORME:
                    yield f"    {c.reason}"
            yield from _more(changes)
    if found.findings:
        yield from ("", f"Constats: {len(found.findings)} changement(s)")
        for f in _bounded(found.findings):
            yield (
                f"{_sign(f)} {f.dispositif}  {f.scenario:<19}  {_counts(f)}  {f.finding.rule} {f.finding.location}: "
                + (excerpt(f.finding.message))
            )
        yield from _more(found.findings)
    yield from ("", f"Conclusion: {conclusion(found)}")


def as_markdown(found: Comparison) -> Iterator[str]:
    yield f"### Rempart: {conclusion(found)}"
    yield ""
    yield f"Avant: {md(_named(found.before))}<br>Après: {md(_named(found.after))}"
    if found.versions:
        told = ", ".join(
            f"{md(n)} {code(a) or 'absente'} → {code(b) or 'absente'}" for n, (a, b) in found.versions.items()
        )
        yield from ("", f"Versions différentes: {told}")
    for title, changes in (("Exigence", found.requirements), ("Scénario", found.scenarios)):
        if changes:
            yield from ("", f"|  | {title} | Avant | Après | Raison |", "| --- | --- | --- | --- | --- |")
            for c in _bounded(changes):
                before, after = (v.label if v else "absent" for v in (c.before, c.after))
                name = f"{md(c.dispositif)} {code(c.id)} {md(c.title, 100)}"
                yield f"| {'🔴' if c.regression else ''} | {name} | {before} | {after} | {md(c.reason)} |"
            yield from _more(changes)
    if found.findings:
        yield from ("", "|  | Constat | Scénario | Avant | Après |", "| --- | --- | --- | --- | --- |")
        for f in _bounded(found.findings):
            told = f"{code(f.finding.rule)} {code(f.finding.location)} {md(f.finding.message)}"
            sign = "🔴" if f.regression else ""
            yield f"| {sign} | {told} | {md(f.dispositif)} {code(f.scenario)} | {f.before} | {f.after} |"
        yield from _more(found.findings)


def as_json(found: Comparison) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "before": _identity(found.before),
            "after": _identity(found.after),
            "versions": {n: list(pair) for n, pair in found.versions.items()},
            "requirements": [asdict(c) for c in found.requirements],
            "scenarios": [asdict(c) for c in found.scenarios],
            "findings": [_finding(c) for c in found.findings],
            "regressions": found.regressions,
        },
        ensure_ascii=False,
        indent=1,
    )


def _finding(c: FindingChange) -> dict[str, Any]:
    return {
        "dispositif": c.dispositif,
        "scenario": c.scenario,
        "finding": c.finding.model_dump(mode="json"),
        "before": c.before,
        "after": c.after,
        "regression": c.regression,
    }


def _identity(results: Results) -> dict[str, str]:
    c = results.campaign
    return {"campaign": c.id, "candidate": c.candidate.name, "version": c.candidate.version, "verdict": results.verdict}


def _named(results: Results) -> str:
    c = results.campaign
    return f"{c.candidate.name} {c.candidate.version}, campagne {c.id}: {results.verdict.label}" + (
        " (interrompue)" if c.interrupted else ""
    )


def _sign(c: VerdictChange | FindingChange) -> str:
    return "!" if c.regression else " "


def _arrow(c: VerdictChange) -> str:
    before, after = (f"{words.SIGN[v]} {v.label}" if v else "absent" for v in (c.before, c.after))
    return f"{before} → {after}"


def _counts(c: FindingChange) -> str:
    if not c.before:
        return "apparu"
    return "disparu" if not c.after else f"{c.before} → {c.after}"


def _bounded(changes: list[Any]) -> list[Any]:
    """Regressions first, so that the cut never hides one behind a hundred improvements."""
    return sorted(changes, key=lambda c: not c.regression)[:MAX_LISTED]


def _more(changes: list[Any]) -> Iterator[str]:
    if len(changes) > MAX_LISTED:
        yield from ("", f"et {len(changes) - MAX_LISTED} autres changements (tous dans --format json)")
