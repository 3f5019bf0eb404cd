"""Rows put together into exigences: an exigence, a scénario or a preuve may be spread over several rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rempart.catalog.sheets.columns import Column
from rempart.catalog.sheets.model import DISPOSITIFS, PLAIN, RemEvidence, RemRequirement, RemScenario
from rempart.catalog.sheets.text import identifier, well_formed

Values = dict[Column, str]


@dataclass
class _Draft:
    """What is gathered of an exigence, a scénario or a preuve."""

    id: str
    text: str = ""
    plain: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    parts: list[_Draft] = field(default_factory=list)
    slots: dict[int, _Draft] = field(default_factory=dict)  # last preuve of each column


@dataclass
class Assembly:
    """Exigences in the order in which they are first met. `problems`: French lines, each with its place."""

    requirements: dict[tuple[str, str], _Draft] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _current: _Draft | None = None
    _scenario: _Draft | None = None

    def row(self, place: str, values: Values) -> None:
        """Add a row. A row without an id goes on with the exigence before it."""
        given = identifier(values.get(Column("id"), ""))
        if given:
            self._open(place, given, values)
        requirement = self._current
        if requirement is None:
            self.problems.append(f"{place}: ligne sans numéro d'exigence, avant la première exigence: ignorée")
            return
        statement = values.get(Column("statement"), "")
        self._text(place, requirement, statement, "énoncé", goes_on=not given)
        for name in PLAIN:
            if name != "statement" and (value := values.get(Column(name))):
                self._plain(place, requirement, name, value)
        requirement.own |= {c.name: v for c, v in values.items() if c.own == "exigence"}
        self._scenario_row(place, requirement, values)

    def _open(self, place: str, given: str, values: Values) -> None:
        key = (_dispositif(values.get(Column("dispositif"), "")), given)
        if key not in self.requirements:
            self.requirements[key] = _Draft(given)
            if not well_formed(given):
                self.problems.append(f"{place}: identifiant inhabituel, gardé tel quel: {given}")
        if self.requirements[key] is not self._current:
            self._current, self._scenario = self.requirements[key], None

    def _scenario_row(self, place: str, requirement: _Draft, values: Values) -> None:
        given = identifier(values.get(Column("scenario_id"), ""))
        text = values.get(Column("scenario"), "")
        goes_on = not given
        if given:
            found = next((s for s in requirement.parts if s.id == given), None)
            if found is None:
                found = _Draft(given)
                requirement.parts.append(found)
            if found is not self._scenario:
                found.slots.clear()
            self._scenario = found
        elif self._scenario is None and (text or _evidence(values)):
            self._scenario = _Draft("")
            requirement.parts.append(self._scenario)
            self.problems.append(f"{place}: {requirement.id}: scénario sans numéro")
        if self._scenario is not None:
            self._text(place, self._scenario, text, "scénario", goes_on=goes_on)
            self._scenario.own |= {c.name: v for c, v in values.items() if c.own == "scénario"}
            for number, (evidence_id, label) in _evidence(values).items():
                self._evidence(place, number, evidence_id, label, values, goes_on=goes_on)

    def _evidence(self, place: str, number: int, evidence_id: str, text: str, values: Values, *, goes_on: bool) -> None:
        assert self._scenario is not None
        scenario = self._scenario
        before = scenario.slots.get(number)
        if not evidence_id and before is not None and goes_on:
            self._text(place, before, text, "preuve", goes_on=True)
            return
        found = next((e for e in scenario.parts if e.id and e.id == evidence_id), None)
        if found is not None and text and found.text not in ("", text):
            self.problems.append(f"{place}: {evidence_id}: deux preuves sous le même numéro, gardées toutes deux")
            found = None
        if found is None:
            found = _Draft(evidence_id)
            scenario.parts.append(found)
            if not evidence_id:
                self.problems.append(f"{place}: preuve sans numéro: {text[:60]}")
        scenario.slots[number] = found
        self._text(place, found, text, "preuve", goes_on=False)
        found.own |= {c.name: v for c, v in values.items() if c.own == "preuve" and c.number == number}

    def _text(self, place: str, draft: _Draft, text: str, what: str, *, goes_on: bool) -> None:
        """The same text on each row is one; a row that goes on adds its own; another text is told, and not kept."""
        if not text or text == draft.text:
            return
        if not draft.text:
            draft.text = text
        elif goes_on:
            if not draft.text.endswith(text):
                draft.text = f"{draft.text}\n{text}"
        else:
            self.problems.append(f"{place}: {draft.id}: autre {what} sous le même numéro, le premier est gardé")

    def _plain(self, place: str, draft: _Draft, name: str, value: str) -> None:
        if draft.plain.setdefault(name, value) != value:
            self.problems.append(f"{place}: {draft.id}: autre valeur de la même exigence, ignorée: {value[:60]}")

    def by_dispositif(self, default: str) -> dict[str, tuple[RemRequirement, ...]]:
        """The exigences of each dispositif. A row's own column wins, then `default`, then prefixes; "": unknown."""
        groups: dict[str, list[RemRequirement]] = {}
        prefixed = {d for _, given in self.requirements if (d := _by_prefix(given))}
        alone = prefixed.pop() if len(prefixed) == 1 else ""
        for (named, given), draft in self.requirements.items():
            dispositif = named or default or _by_prefix(given) or alone
            groups.setdefault(dispositif, []).append(_requirement(draft))
        return {dispositif: tuple(found) for dispositif, found in groups.items()}


def _dispositif(value: str) -> str:
    wanted = identifier(value).replace("_", "-")
    return next((d for d in DISPOSITIFS if wanted and wanted in (d.upper(), d.split("-")[1])), "")


def _by_prefix(requirement_id: str) -> str:
    return next((d for d in DISPOSITIFS if requirement_id.startswith(d.split("-")[1] + ".")), "")


def _evidence(values: Values) -> dict[int, tuple[str, str]]:
    """Number and text of the preuves of a row, by column; one cell may hold several, each on its lines."""
    if (listed := values.get(Column("evidence_list"))) and not values.get(Column("evidence")):
        return dict(enumerate(_listed(listed), 1))
    numbers = sorted({c.number for c in values if not c.own and c.name in ("evidence", "evidence_id")})
    return {
        n: (identifier(values.get(Column("evidence_id", n), "")), values.get(Column("evidence", n), ""))
        for n in numbers
    }


_NUMBERED = re.compile(r"^(\S+\.\d{2}\.\d{2})\s*[:\-–]\s*", re.M)


def _listed(cell: str) -> list[tuple[str, str]]:
    """`A.01.01 : texte` on each line, or a text without number."""
    before, *rest = _NUMBERED.split(cell)
    found = [(identifier(number), text.strip()) for number, text in zip(rest[::2], rest[1::2], strict=True)]
    return ([("", before.strip())] if before.strip() else []) + found


def _requirement(draft: _Draft) -> RemRequirement:
    scenarios = tuple(
        RemScenario(
            id=s.id,
            text=s.text,
            own=s.own,
            evidence=tuple(RemEvidence(id=e.id, text=e.text, own=e.own) for e in s.parts),
        )
        for s in draft.parts
    )
    return RemRequirement(id=draft.id, statement=draft.text, own=draft.own, scenarios=scenarios, **draft.plain)
