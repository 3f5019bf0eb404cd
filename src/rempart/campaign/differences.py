"""What two records of one campaign say differently: the stated one (results.json) and the recomputed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from rempart.model.finding import Finding, excerpt
from rempart.model.results import CheckResult, RequirementResult, Results, ScenarioResult

_ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """`subject` (French) names what differs, `stated` is what results.json says, `replayed` what the evidence gives."""

    subject: str
    stated: str
    replayed: str

    def __str__(self) -> str:
        return f"{self.subject}: annoncé {self.stated}, rejoué {self.replayed}"


def differences(stated: Results, replayed: Results) -> list[Difference]:
    """Every difference, the verdicts' first. Empty only when the two records are the same in every field."""
    found = [
        *_fields("verdict de la campagne", stated, replayed, ("verdict",)),
        *_each("scénario", _scenario, _by(stated.scenarios, _key), _by(replayed.scenarios, _key)),
        *_each("exigence", _requirement, _by(stated.requirements, _id), _by(replayed.requirements, _id)),
        *_each("totaux", _whole, _by(stated.totals, _section), _by(replayed.totals, _section)),
        *_each("échange", _whole, _by(stated.exchanges, _exchange), _by(replayed.exchanges, _exchange)),
        *_fields("campagne", stated.campaign, replayed.campaign, type(stated.campaign).model_fields),
        *_fields("anomalies", stated, replayed, ("problems", "format")),
    ]
    if not found and stated.model_dump() != replayed.model_dump():
        found.append(Difference("results.json", "un autre ordre ou un doublon", "l'ordre des preuves"))
    return found


def _by(items: Iterable[Any], key: Any) -> dict[str, Any]:
    """Items by key; a second one of the same key is kept apart: it must not hide behind the first."""
    found: dict[str, Any] = {}
    for item in items:
        name, n = key(item), 2
        while name in found:
            name, n = f"{key(item)} ({n})", n + 1
        found[name] = item
    return found


def _key(scenario: ScenarioResult) -> str:
    return scenario.key


def _id(requirement: RequirementResult) -> str:
    return f"{requirement.dispositif} {requirement.id}"


def _section(total: Any) -> str:
    return f"{total.dispositif} {total.section}"


def _exchange(exchange: Any) -> str:
    return str(exchange.id)


def _each(kind: str, compare: Any, stated: Mapping[str, Any], replayed: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*stated, *replayed]):
        one, other = stated.get(name), replayed.get(name)
        if one is None or other is None:
            yield Difference(f"{kind} {name}", _told(one), _told(other))
        else:
            yield from compare(f"{kind} {name}", one, other)


def _whole(subject: str, stated: BaseModel, replayed: BaseModel) -> Iterator[Difference]:
    yield from _fields(subject, stated, replayed, type(stated).model_fields)


def _fields(subject: str, stated: BaseModel, replayed: BaseModel, names: Iterable[str]) -> Iterator[Difference]:
    for name in names:
        one, other = getattr(stated, name), getattr(replayed, name)
        if one != other:
            yield Difference(f"{subject}, {name}" if name != "verdict" else subject, _told(one), _told(other))


def _scenario(subject: str, stated: ScenarioResult, replayed: ScenarioResult) -> Iterator[Difference]:
    own = (name for name in ScenarioResult.model_fields if name != "steps")
    yield from _fields(subject, stated, replayed, own)
    for number in range(max(len(stated.steps), len(replayed.steps))):
        one = stated.steps[number] if number < len(stated.steps) else None
        other = replayed.steps[number] if number < len(replayed.steps) else None
        where = f"{subject}, étape {number + 1}"
        if one is None or other is None:
            yield Difference(where, _told(one), _told(other))
            continue
        yield from _fields(where, one, other, (n for n in type(one).model_fields if n != "checks"))
        yield from _checks(where, one.checks, other.checks)


def _checks(where: str, stated: list[CheckResult], replayed: list[CheckResult]) -> Iterator[Difference]:
    for number in range(max(len(stated), len(replayed))):
        one = stated[number] if number < len(stated) else None
        other = replayed[number] if number < len(replayed) else None
        name = f"{where}, contrôle {number + 1}"
        if one is None or other is None:
            yield Difference(name, _told(one), _told(other))
            continue
        yield from _fields(name, one, other, ("check", "params", "exchanges"))
        yield from _findings(f"{name} ({one.check})", one.findings, other.findings)


def _findings(where: str, stated: list[Finding], replayed: list[Finding]) -> Iterator[Difference]:
    """Finding by finding: one that is said and not found again, one that is found and not said."""
    if stated == replayed:
        return
    said, found = Counter(map(_text, stated)), Counter(map(_text, replayed))
    for text in (said - found).elements():
        yield Difference(f"{where}, constat", text, _ABSENT)
    for text in (found - said).elements():
        yield Difference(f"{where}, constat", _ABSENT, text)
    if said == found:
        yield Difference(f"{where}, ordre des constats", str(len(stated)), "autre ordre")


def _text(finding: Finding) -> str:
    shown = finding.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def _requirement(subject: str, stated: RequirementResult, replayed: RequirementResult) -> Iterator[Difference]:
    own = (name for name in RequirementResult.model_fields if name != "preuves")
    yield from _fields(subject, stated, replayed, own)
    one, other = (_by(r.preuves, lambda p: p.id) for r in (stated, replayed))
    yield from _each(f"{subject}, preuve", _whole, one, other)


def _told(value: Any) -> str:
    """Short enough for one line."""
    if value is None:
        return _ABSENT
    if isinstance(value, ScenarioResult | RequirementResult):
        return f"présent ({value.verdict.label})"
    if isinstance(value, CheckResult):
        return f"{value.check} ({len(value.findings)} constat(s))"
    if isinstance(value, BaseModel):
        return excerpt(value.model_dump_json(exclude_defaults=True))
    if isinstance(value, dict):
        return excerpt(", ".join(f"{k}: {v}" for k, v in value.items())) or "(vide)"
    return excerpt(str(value)) or "(vide)"
