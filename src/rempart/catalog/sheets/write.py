"""A REM written in the layouts of the ANS, filled with the verdicts of a campaign when there is one.

After the columns of the layout come those it lacks and those of ours, so that what is written reads back whole.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rempart.catalog.sheets.columns import OWN, RESULT, Column, Layout, title_of
from rempart.catalog.sheets.model import PLAIN, Rem, RemEvidence, RemRequirement, RemScenario
from rempart.catalog.sheets.verdicts import Verdicts
from rempart.catalog.sheets.workbook import guarded
from rempart.catalog.sheets.xlsx import Table, write_workbook

_WIDTHS = {"statement": 70, "scenario": 60, "evidence": 40, "section": 24, "function": 24, "comment": 30}


def write_xlsx(rems: Sequence[Rem], layout: Layout, verdicts: Verdicts | None, path: Path) -> None:
    """Raises SheetError and OSError."""
    columns = _columns(rems, layout, verdicts)
    titles = [title for _, title in columns]
    widths = {t: _WIDTHS.get(c.name, 30 if t.startswith(OWN) else 14) for c, t in columns}
    write_workbook(path, [Table(layout.sheet, titles, _rows(rems, layout, columns, verdicts), widths)])


def write_csv(rems: Sequence[Rem], layout: Layout, verdicts: Verdicts | None, path: Path) -> None:
    """For a French spreadsheet program: semicolons, and a byte order mark that says UTF-8."""
    columns = _columns(rems, layout, verdicts)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([title for _, title in columns])
    writer.writerows([guarded(value) for value in row] for row in _rows(rems, layout, columns, verdicts))
    _write(path, "\ufeff" + text.getvalue())


def write_json(rems: Sequence[Rem], verdicts: Verdicts | None, path: Path) -> None:
    """The REMs as they are kept, a list; verdicts travel in `own`."""
    items = []
    for rem in rems:
        item = rem.model_dump(mode="json", exclude_defaults=True)
        if verdicts:
            item["requirements"] = [_filled(rem, r, verdicts) for r in rem.requirements]
        items.append(item)
    _write(path, json.dumps(items, ensure_ascii=False, indent=1) + "\n")


def write_markdown(rems: Sequence[Rem], verdicts: Verdicts | None, path: Path) -> None:
    """One table per dispositif and section: for reading, not for reading back."""
    _write(path, "\n".join(_markdown(rems, verdicts)) + "\n")


def _filled(rem: Rem, r: RemRequirement, verdicts: Verdicts) -> dict[str, object]:
    scenarios = []
    for s in r.scenarios:
        preuves = ((e, verdicts.preuve(rem.dispositif, r.bare, e.id)) for e in s.evidence)
        evidence = tuple(e.model_copy(update={"own": e.own | _result(told)}) for e, told in preuves)
        own = s.own | _result(verdicts.scenario(rem.dispositif, s.id))
        scenarios.append(s.model_copy(update={"own": own, "evidence": evidence}))
    own = r.own | _result(verdicts.requirement(rem.dispositif, r.bare))
    filled = r.model_copy(update={"own": own, "scenarios": tuple(scenarios)})
    return filled.model_dump(mode="json", exclude_defaults=True)


def _result(told: dict[str, str]) -> dict[str, str]:
    """Named so that reading back leaves it."""
    return {f"{RESULT}: {name}": value for name, value in told.items()}


def _columns(rems: Sequence[Rem], layout: Layout, verdicts: Verdicts | None) -> list[tuple[Column, str]]:
    """The layout's, then the other official ones that have a value, then ours, then the campaign's."""
    columns = list(layout.columns)
    has = {c.name for c, _ in columns}
    requirements = [r for rem in rems for r in rem.requirements]
    columns += [(Column(n), title_of(n)) for n in PLAIN if n not in has and any(getattr(r, n) for r in requirements)]
    columns.append((Column("dispositif"), title_of("dispositif")))
    used = max((len(s.evidence) for r in requirements for s in r.scenarios), default=1)
    numbers = range(1, min(max(used, 1), layout.preuves) + 1)
    scenarios = [s for r in requirements for s in r.scenarios]
    columns += [(Column(n, 1, "exigence"), f"{OWN} exigence: {n}") for n in _keys(requirements)]
    columns += [(Column(n, 1, "scénario"), f"{OWN} scénario: {n}") for n in _keys(scenarios)]
    for name in _keys([e for s in scenarios for e in s.evidence]):
        columns += [(Column(name, n, "preuve"), f"{OWN} preuve {n}: {name}") for n in numbers]
    if verdicts:
        columns += [(Column(n, 1, "exigence"), f"{RESULT}, exigence: {n}") for n in ("verdict",)]
        columns += [(Column(n, 1, "scénario"), f"{RESULT}, scénario: {n}") for n in ("verdict", "raison", "écarts")]
        for name in ("statut", "fichier", "sha256"):
            columns += [(Column(name, n, "preuve"), f"{RESULT}, preuve {n}: {name}") for n in numbers]
    return columns


def _keys(items: Iterable[RemRequirement | RemScenario | RemEvidence]) -> list[str]:
    return list(dict.fromkeys(name for item in items for name in item.own))


def _rows(
    rems: Sequence[Rem], layout: Layout, columns: Sequence[tuple[Column, str]], verdicts: Verdicts | None
) -> Iterator[list[str]]:
    """One row per preuve, or per scénario; more preuves than the layout has columns for go on the next row."""
    for rem in rems:
        for r in rem.requirements:
            for scenario in r.scenarios or (None,):
                held = scenario.evidence if scenario else ()
                for at in range(0, max(len(held), 1), layout.preuves):
                    group = held[at : at + layout.preuves]
                    values = _values(rem, r, scenario, group)
                    results = _results(rem, r, scenario, group, verdicts) if verdicts else {}
                    yield [
                        (results if title.startswith(RESULT) else values).get(column, "") for column, title in columns
                    ]


def _values(
    rem: Rem, r: RemRequirement, scenario: RemScenario | None, evidence: Sequence[RemEvidence]
) -> dict[Column, str]:
    values = {Column("id"): r.id, Column("dispositif"): rem.dispositif}
    values |= {Column(name): getattr(r, name) for name in PLAIN}
    values |= {Column(name, 1, "exigence"): v for name, v in r.own.items()}
    if scenario:
        values |= {Column("scenario_id"): scenario.id, Column("scenario"): scenario.text}
        values |= {Column(name, 1, "scénario"): v for name, v in scenario.own.items()}
    for n, e in enumerate(evidence, 1):
        values |= {Column("evidence_id", n): e.id, Column("evidence", n): e.text}
        values |= {Column(name, n, "preuve"): v for name, v in e.own.items()}
    return values


def _results(
    rem: Rem, r: RemRequirement, scenario: RemScenario | None, evidence: Sequence[RemEvidence], verdicts: Verdicts
) -> dict[Column, str]:
    found = {Column(n, 1, "exigence"): v for n, v in verdicts.requirement(rem.dispositif, r.bare).items()}
    if scenario:
        told = verdicts.scenario(rem.dispositif, scenario.id)
        found |= {Column(n, 1, "scénario"): v for n, v in told.items()}
    for number, e in enumerate(evidence, 1):
        told = verdicts.preuve(rem.dispositif, r.bare, e.id)
        found |= {Column(n, number, "preuve"): v for n, v in told.items()}
    return found


def _markdown(rems: Sequence[Rem], verdicts: Verdicts | None) -> Iterator[str]:
    for rem in rems:
        yield from (f"# {rem.dispositif} ({_md(rem.edition)})", "")
        sections: dict[str, list[RemRequirement]] = {}
        for r in rem.requirements:
            sections.setdefault(r.section or "Sans section", []).append(r)
        for section, requirements in sections.items():
            yield from (f"## {_md(section)}", "")
            more = " | Verdict" if verdicts else ""
            yield f"| Exigence | Énoncé | Scénarios | Preuves{more} |"
            yield f"| --- | --- | --- | ---{' | ---' if verdicts else ''} |"
            for r in requirements:
                told = verdicts.requirement(rem.dispositif, r.bare).get("verdict", "non testé") if verdicts else ""
                scenarios = "<br>".join(f"{_md(s.id)}: {_md(s.text)}" for s in r.scenarios)
                preuves = "<br>".join(f"{_md(e.id)}: {_md(e.text)}" for s in r.scenarios for e in s.evidence)
                cells = [_md(r.id), _md(r.statement), scenarios, preuves, *([told] if verdicts else [])]
                yield "| " + " | ".join(cells) + " |"
            yield ""


def _md(text: str) -> str:
    """A text that stays text in a Markdown table."""
    for mark in ("\\", "|", "`", "*", "_", "[", "]", "#"):
        text = text.replace(mark, "\\" + mark)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.replace(temporary, path)
