"""`rempart catalog coverage`: what is played, what a person attests, what cannot be tested and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rempart.campaign.coverage import LABELS, LEVELS, Section, totals

_HEAD = ("section", "exigences", *(LABELS[level] for level in LEVELS), "à automatiser", "non testables")


def as_json(sections: Sequence[Section]) -> str:
    return json.dumps([s.as_dict() for s in sections], ensure_ascii=False, indent=1)


def as_markdown(sections: Sequence[Section]) -> str:
    return "\n".join(_markdown(sections))


def as_text(sections: Sequence[Section]) -> str:
    return "\n".join(_text(sections))


def _markdown(sections: Sequence[Section]) -> Iterator[str]:
    for title, group in _groups(sections):
        yield f"## {title}\n"
        yield f"| {' | '.join(_HEAD)} |"
        yield "|" + " --- |" * len(_HEAD)
        for row in _rows(group):
            yield f"| {' | '.join(row)} |"
        yield ""
        yield from (f"- **{i}**: {reason}" for i, reason in _reasons(group))
        yield ""


def _text(sections: Sequence[Section]) -> Iterator[str]:
    for title, group in _groups(sections):
        rows = [_HEAD, *_rows(group)]
        widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
        yield title
        for row in rows:
            yield "  " + "  ".join(
                cell.ljust(w) if not n else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
        yield ""
    reasons: Counter[str] = Counter(reason for s in sections for reason in s.untestable.values())
    yield "Pourquoi des exigences ne sont pas testables (--format md les nomme une à une):"
    yield from (f"  {count:>4}  {reason or 'aucune raison'}" for reason, count in reasons.most_common(12))
    gaps = [f"{s.dispositif} {i}" for s in sections for i in s.gaps]
    yield f"Sans couverture: {', '.join(gaps) if gaps else 'rien'}"


def _groups(sections: Sequence[Section]) -> Iterator[tuple[str, list[Section]]]:
    for (dispositif, official), group in groupby(sections, key=lambda s: (s.dispositif, s.official)):
        yield f"{dispositif}, {'exigences des REM' if official else 'règles du programme'}", list(group)


def _rows(group: Sequence[Section]) -> Iterator[tuple[str, ...]]:
    for section in group:
        yield _row(section.name, totals([section]))
    yield _row("total", totals(group))


def _row(name: str, counts: Counter[str]) -> tuple[str, ...]:
    keys = ("requirements", *LEVELS, "machine", "untestable")
    return (name, *(str(counts[key]) if counts[key] else "·" for key in keys))


def _reasons(group: Sequence[Section]) -> Iterator[tuple[str, str]]:
    for section in group:
        yield from section.untestable.items()
