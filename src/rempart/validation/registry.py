"""The index of rules: `schemas/**/rules.yaml` says what each one means, functions and profile lines apply them.

A rule that is applied without being described, or described twice, is a mistake of ours and stops at import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rempart.model.finding import Finding, Origin, Severity, excerpt
from rempart.resources import schemas_dir
from rempart.validation.yamlfile import load_yaml, load_yaml_files

__all__ = [
    "Fault", "RuleFunction", "RuleInfo", "finding", "functions", "functions_of", "implemented", "load_yaml", "rule",
    "rules", "table", "table_entries",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault made in a sound message of `schemas/hl7v2/examples`, that the rule must find: what `rules show` shows.

    `drop` and `after` name segments (`PRT[2]`), `set` places; they are done in this order.
    """

    message: str  # mdm-t02
    drop: list[str] = field(default_factory=list)
    after: dict[str, str] = field(default_factory=dict)  # {"PV1": "ZXX|1"}: a segment added behind another
    set: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RuleInfo:
    """What a rule says, in French, with the official text it comes from."""

    id: str
    title: str  # the requirement as a sentence: what must be true
    severity: Severity
    source: str  # document, edition, section
    applies: list[str] = field(default_factory=list)  # families or message types
    role: Literal["out", "in", "both"] = "out"  # out: what a candidate emits; in: how it reacts
    since: str = ""  # edition from which it applies
    fix: str = ""  # what to do on the candidate's side
    example: str = ""  # what conforms, where no message at rest shows it: an answer, a header
    wrong: str = ""  # what does not, beside it
    at: str = ""  # the faulty place of `wrong`, when it is made of segments
    fault: Fault | None = None  # for a rule that functions apply; that of a profile line is found from the line
    same_as: str = ""  # the rule that says this one too: one implementation, reported under that id

    @classmethod
    def read(cls, rule_id: str, body: dict[str, Any]) -> RuleInfo:
        """A rule as its file describes it. TypeError, ValueError on anything that a rule does not have."""
        values = {**body, "id": rule_id, "severity": Severity(body["severity"])}
        if "fault" in values:
            values["fault"] = Fault(**values["fault"])
        info = cls(**values)
        if info.role not in _ROLES:
            raise ValueError(f"rule {rule_id}: role {info.role!r} is none of {', '.join(_ROLES)}")
        for name in _TEXTS:
            if not isinstance(getattr(info, name), str):
                raise TypeError(f"rule {rule_id}: {name} is no text")
        return info


_ROLES = ("out", "in", "both")
_TEXTS = tuple(f.name for f in fields(RuleInfo) if f.type == "str")


@cache
def rules() -> dict[str, RuleInfo]:
    """All described rules by id, in file order."""
    found: dict[str, RuleInfo] = {}
    files = sorted(schemas_dir().rglob("rules*.yaml"))
    for file, data in zip(files, load_yaml_files(files), strict=True):
        for rule_id, body in (data or {}).items():
            if rule_id in found:
                raise ValueError(f"{file.name}: rule {rule_id} is described twice")
            found[rule_id] = RuleInfo.read(rule_id, body)
    return found


def finding(
    rule: str,
    location: str,
    message: str = "",
    *,
    expected: str = "",
    actual: str = "",
    severity: Severity | None = None,
    origin: Origin = Origin.CANDIDATE,
    edition: str = "",
    offset: int | None = None,
    length: int | None = None,
) -> Finding:
    """A Finding of a described rule; text and severity default to the rule's own. KeyError when it is not described."""
    info = rules()[rule]
    return Finding(
        rule=rule,
        severity=severity or info.severity,
        location=location,
        message=message or info.title,
        expected=expected,
        actual=excerpt(actual),
        source=info.source,
        origin=origin,
        edition=edition,
        offset=offset,
        length=length,
    )


RuleFunction = Callable[[Any], Iterable[Finding]]
_functions: dict[str, list[tuple[tuple[str, ...], RuleFunction]]] = {}


def rule(*ids: str, families: Iterable[str]) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function for the rules it can report, on the families (`cda`, `lps`, `pam`…) it applies to."""

    def register(function: RuleFunction) -> RuleFunction:
        for family in families:
            _functions.setdefault(family, []).append((ids, function))
        return function

    return register


def functions(family: str) -> Iterator[RuleFunction]:
    """Rule functions of a family, in registration order."""
    return iter([function for _, function in _functions.get(family, ())])


def functions_of(rule_id: str) -> dict[RuleFunction, list[str]]:
    """Functions that can report a rule, with the families that they are for."""
    found: dict[RuleFunction, list[str]] = {}
    for family, entries in _functions.items():
        for ids, function in entries:
            if rule_id in ids:
                found.setdefault(function, []).append(family)
    return found


def implemented() -> set[str]:
    """Ids that some rule function can report (profile lines add theirs)."""
    return {i for entries in _functions.values() for ids, _ in entries for i in ids}


@cache
def table(name: str, folder: Path | None = None) -> dict[str, str]:
    """A code table of `schemas/**/tables/NAME.yaml`: code -> French label. FileNotFoundError when there is none."""
    return {code: entry["label"] for code, entry in table_entries(name, folder).items()}


@cache
def table_entries(name: str, folder: Path | None = None) -> dict[str, dict[str, str]]:
    """The same with every property of a code: `{"18748-4": {"label": "CR d'imagerie médicale", "system": "LN"}}`.

    A table may extend another one, `without` some codes; `systems` gives the system of a code, `system` that of the
    others.
    """
    root = folder or schemas_dir()
    files = sorted(root.rglob(f"tables/{name}.yaml"))
    if not files:
        raise FileNotFoundError(f"no table {name!r} under {root}")
    data = load_yaml(files[0])
    entries = dict(table_entries(data["extends"], folder)) if "extends" in data else {}
    for code in data.get("without", []):
        del entries[str(code)]
    systems, common = data.get("systems", {}), str(data.get("system", ""))
    for code, entry in data.get("codes", {}).items():
        own = entry if isinstance(entry, dict) else {"label": entry}
        entries[str(code)] = {"system": str(systems.get(code, common)), **{k: str(v) for k, v in own.items()}}
    return entries
