"""What an imported REM changes: id by id, against a previous import, or against our catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rempart.catalog.sheets.model import Rem, RemRequirement
from rempart.catalog.sheets.text import header, same


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of an exigence that both have. `before` and `after` are its texts, or its ids."""

    what: str  # French: "énoncé", "scénario ajouté", "preuve retirée"…
    id: str
    before: str = ""
    after: str = ""


@dataclass
class Differences:
    """`against`: what the REM is compared with. `beside`: official wording and ours, where ours is a paraphrase."""

    against: str
    new: list[RemRequirement] = field(default_factory=list)
    gone: list[RemRequirement] = field(default_factory=list)
    changed: dict[str, list[Change]] = field(default_factory=dict)
    same: int = 0
    beside: list[tuple[str, str, str]] = field(default_factory=list)  # id, official, ours


def against_previous(rem: Rem, previous: Rem) -> Differences:
    """Wordings and structure: both are the document's own words."""
    found = Differences(f"à l'édition {previous.edition}")
    _compare(rem, previous, found, wording=lambda r: True)
    return found


def against_catalog(rem: Rem, catalog: Rem) -> Differences:
    """Structure, and the wording where our catalogue quotes it. Elsewhere both are shown: a paraphrase differs anyway.

    Our rules of the programme's documents have no official id: they are never « gone ».
    """
    found = Differences("au catalogue de Rempart")
    quoted = {r.bare for r in catalog.requirements if '"wording": "original"' in r.own.get("source", "")}
    for mine, theirs in _compare(rem, catalog, found, wording=lambda r: r.bare in quoted):
        if theirs.bare not in quoted and same(mine.statement) != same(theirs.statement):
            found.beside.append((mine.id, mine.statement, theirs.statement))
    found.gone = [r for r in found.gone if r.own.get("official") != "false"]
    return found


def pairs(rem: Rem, other: Rem) -> tuple[list[tuple[RemRequirement, RemRequirement]], set[str]]:
    """Exigences of both, the id as published first, then without prefix, then a former id; and what `other` had."""
    left = {r.id: r for r in other.requirements}
    found: list[tuple[RemRequirement, RemRequirement]] = []
    rest: list[RemRequirement] = []
    for r in rem.requirements:
        if r.id in left:
            found.append((r, left.pop(r.id)))
        else:
            rest.append(r)
    for key in (_bare, _aliases):
        known = {name: r for r in left.values() for name in key(r)}
        for r in list(rest):
            match = known.get(r.id) or known.get(r.bare)
            if match is not None and match.id in left:
                found.append((r, left.pop(match.id)))
                rest.remove(r)
    return found, set(left)


def _bare(r: RemRequirement) -> list[str]:
    return [r.bare]


def _aliases(r: RemRequirement) -> list[str]:
    return [word.strip('[]" ') for word in r.own.get("aliases", "").split(",") if word.strip('[]" ')]


def _compare(
    rem: Rem, other: Rem, found: Differences, *, wording: Callable[[RemRequirement], bool]
) -> list[tuple[RemRequirement, RemRequirement]]:
    matched, gone = pairs(rem, other)
    known = {id(mine) for mine, _ in matched}
    found.new = [r for r in rem.requirements if id(r) not in known]
    found.gone = [r for r in other.requirements if r.id in gone]
    for mine, theirs in matched:
        changes = list(_changes(mine, theirs, wording=wording(theirs)))
        if changes:
            found.changed[mine.id] = changes
        else:
            found.same += 1
    return matched


def _changes(mine: RemRequirement, theirs: RemRequirement, *, wording: bool) -> Iterator[Change]:
    prefixed = mine.id != mine.bare and theirs.id != theirs.bare  # working tables leave the prefix out
    if mine.bare != theirs.bare or (prefixed and mine.id != theirs.id):
        yield Change("identifiant", mine.id, theirs.id, mine.id)
    for name, what in (("profile", "profil"), ("nature", "nature")):
        before, after = getattr(theirs, name), getattr(mine, name)
        if before and after and header(before) != header(after):  # accents and capitals come and go
            yield Change(what, mine.id, before, after)
    if wording and same(mine.statement) != same(theirs.statement):
        yield Change("énoncé", mine.id, theirs.statement, mine.statement)
    yield from _parts("scénario", [(s.id, s.text) for s in mine.scenarios], [(s.id, s.text) for s in theirs.scenarios],
                      wording=wording)  # fmt: skip
    yield from _parts(
        "preuve",
        [(e.id, e.text) for s in mine.scenarios for e in s.evidence],
        [(e.id, e.text) for s in theirs.scenarios for e in s.evidence],
        wording=wording,
    )


def _by_id(parts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Texts under one number, where a document has several, are one text."""
    found: dict[str, str] = {}
    for part_id, text in parts:
        found[part_id] = f"{found[part_id]}\n{text}" if part_id in found else text
    return found


def _parts(
    what: str, mine: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], *, wording: bool
) -> Iterator[Change]:
    before, after = _by_id(theirs), _by_id(mine)
    feminine = "e" if what == "preuve" else ""
    for part_id, text in after.items():
        if part_id not in before:
            yield Change(f"{what} ajouté{feminine}", part_id, "", text)
        elif wording and same(text) != same(before[part_id]):
            yield Change(f"{what} reformulé{feminine}", part_id, before[part_id], text)
    for part_id, text in before.items():
        if part_id not in after:
            yield Change(f"{what} retiré{feminine}", part_id, text, "")
