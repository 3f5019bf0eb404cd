"""summary.md: a campaign on one screen of a pull request, and every scenario once in a folded list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rempart.model.results import Results, ScenarioResult
from rempart.model.verdict import Verdict
from rempart.reporting import words
from rempart.reporting.markdown_text import code, md
from rempart.reporting.outline import Outline

MAX_ATTENTION = 20
MAX_PROBLEMS = 5
COMMENT_LIMIT = 60_000  # characters: a comment of GitHub holds 65,536


def write_markdown(results: Results, plan: Outline, path: Path) -> None:
    """Whole or not at all. Names are left out of the list when a comment could not hold it; ids never are."""
    text = "\n".join(_lines(results, plan, names=True)) + "\n"
    if len(text) > COMMENT_LIMIT:
        text = "\n".join(_lines(results, plan, names=False)) + "\n"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, "utf-8", errors="replace")
    os.replace(temporary, path)


def _lines(results: Results, plan: Outline, *, names: bool) -> Iterator[str]:
    c = results.campaign
    verdict = results.verdict
    yield f"## Rempart: {md(c.candidate.name)} {md(c.candidate.version)}: {words.SIGN[verdict]} {verdict.label}"
    yield ""
    yield f"Campagne {code(c.id)} du {c.started:%d/%m/%Y}: {words.MEANING[verdict]}." + (
        " **Campagne interrompue.**" if c.interrupted else ""
    )
    yield from ("", *_counts(plan))
    yield from _attention(plan)
    yield from _problems(results.problems)
    awaited = sum(p.status == "to_supply" for r in results.requirements for p in r.preuves)
    if awaited:
        yield from ("", f"{words.counted(awaited, 'preuve')} encore à fournir par une personne.")
    total = len(plan.scenarios())
    yield from ("", f"<details><summary>{'Le scénario' if total == 1 else f'Les {total} scénarios'}</summary>", "")
    yield from _all(plan, names=names)
    yield from ("", "</details>", "", "Rempart produit des preuves; seule l'instruction de l'ANS en juge.")


def _counts(plan: Outline) -> Iterator[str]:
    """Scenarios by verdict, a column for each dispositif: narrow enough for a telephone."""
    groups = plan.counts()["Par dispositif"]
    yield "| Scénarios | " + " | ".join(md(g.name) for g in groups) + " |"
    yield "| --- | " + " | ".join("---:" for _ in groups) + " |"
    for verdict in words.ORDER:
        if any(g.scenarios[verdict] for g in groups):
            cells = " | ".join(str(g.scenarios[verdict]) for g in groups)
            yield f"| {words.SIGN[verdict]} {verdict.label} | {cells} |"
    yield "| total | " + " | ".join(str(g.scenarios.total()) for g in groups) + " |"
    yield "| exigences | " + " | ".join(str(g.requirements.total()) for g in groups) + " |"


def _attention(plan: Outline) -> Iterator[str]:
    wanted = [s.record for v in words.ORDER[:2] for s in plan.scenarios() if s.record.verdict is v]
    if not wanted:
        return
    yield from ("", "### À regarder d'abord", "")
    for s in wanted[:MAX_ATTENTION]:
        optional = "" if s.mandatory else " (préconisation)"
        yield f"- {words.SIGN[s.verdict]} {s.verdict.label}{optional}: {_named(s)}" + (
            f"<br>{md(s.reason)}" if s.reason else ""
        )
    if len(wanted) > MAX_ATTENTION:
        yield f"- et {len(wanted) - MAX_ATTENTION} autres"


def _problems(problems: list[str]) -> Iterator[str]:
    if problems:
        yield from ("", f"### Problèmes rencontrés par Rempart ({len(problems)})", "")
        yield from (f"- {md(p)}" for p in problems[:MAX_PROBLEMS])


def _all(plan: Outline, *, names: bool) -> Iterator[str]:
    for verdict in words.ORDER:
        found = [s.record for s in plan.scenarios() if s.record.verdict is verdict]
        if found:
            yield from (f"**{_plural(verdict, len(found))}**", "")
            yield from (f"- {_named(s) if names else f'{md(s.dispositif)} {code(s.scenario_id)}'}" for s in found)
            yield ""


def _plural(verdict: Verdict, count: int) -> str:
    return f"{words.SIGN[verdict]} {verdict.label} ({count})"


def _named(s: ScenarioResult) -> str:
    return f"{md(s.dispositif)} {code(s.scenario_id)} {md(s.name, 120)}"
