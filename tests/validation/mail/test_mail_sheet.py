"""Mails and faults written from the texts, without our writers: sound ones conform, faulty ones fail where they are so.
The tables are in `sheet/`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from validation.mail.sheet.edits import edited
from validation.mail.sheet.hostile import HOSTILE
from validation.mail.sheet.letters import LETTERS
from validation.mail.sheet.notices import NOTICES
from validation.mail.sheet.others import OTHERS, WARNED

from rempart.model.finding import Finding, Severity
from rempart.validation.document import validate_bytes
from rempart.validation.registry import load_yaml, rules
from rempart.validation.report import Report

TABLES = Path(__file__).parent / "sheet"
BASES = {**LETTERS, **NOTICES}


def shown(line: dict[str, Any]) -> str:
    return f"{line['of']}: {'; '.join(line.get('do', line.get('declared', [])))}"[:100]


SOUND = [pytest.param(line, id=shown(line)) for line in load_yaml(TABLES / "sound.yaml")]
FAULTS = [
    pytest.param(rule, line, id=f"{rule} {shown(line)}")
    for table in ("faults", "notices", "archive")
    for rule, lines in load_yaml(TABLES / f"{table}.yaml").items()
    for line in lines
]


def judged(line: dict[str, Any]) -> Report:
    return validate_bytes(edited(BASES[line["of"]](), *line.get("do", ())), requirements=line.get("declared", []))


def place(finding: Finding) -> str:
    return re.sub(r" \(ligne \d+\)$", "", finding.location)


def said(report: Report, *severities: Severity) -> list[tuple[str, str, str]]:
    return [(f.rule, place(f), f.message) for f in report.findings if f.severity in (severities or tuple(Severity))]


@pytest.mark.parametrize("name", BASES)
def test_sound(name: str) -> None:
    report = validate_bytes(edited(BASES[name]()))
    assert said(report) == []
    assert report.verdict == "conforme"


@pytest.mark.parametrize("name", OTHERS)
def test_sound_however_it_is_written(name: str) -> None:
    report = validate_bytes(OTHERS[name]())
    assert report.verdict == "conforme", said(report)
    assert {f[0] for f in said(report, Severity.WARNING)} == WARNED.get(name, set()), said(report)


@pytest.mark.parametrize("line", SOUND)
def test_legitimate_variant(line: dict[str, Any]) -> None:
    report = judged(line)
    assert report.verdict == "conforme", said(report)
    assert {f[0] for f in said(report, Severity.WARNING)} == set(line.get("warns", ())), said(report)


@pytest.mark.parametrize(("rule", "line"), FAULTS)
def test_one_fault(rule: str, line: dict[str, Any]) -> None:
    report = judged(line)
    wanted = Severity.WARNING if line.get("warning") else Severity.ERROR
    found = [f for f in report.findings if f.rule == rule and place(f).endswith(line["at"])]
    assert wanted in {f.severity for f in found}, said(report)
    beside = line.get("beside", [])  # errors that a mere warning comes with
    assert report.verdict == ("conforme" if line.get("warning") and not beside else "non_conforme")
    others = {f[0] for f in said(report, Severity.ERROR)} - {rule, *line.get("also", beside)}
    assert others == set(), said(report)


def test_every_rule_of_a_mail_at_rest_has_a_fault() -> None:
    """Those of sessions, envelopes and orders are proved beside them."""
    ours = {r for r, info in rules().items() if r.startswith(("MSS-", "XDM-")) and not info.same_as}
    ours |= {"XDS-129", "XDS-130", "XDS-131", *(f"HL7-{n}" for n in range(142, 153))}
    told = {r for table in ("faults", "notices", "archive") for r in load_yaml(TABLES / f"{table}.yaml")}
    attacked = {rule for _, _, rule, _ in HOSTILE.values()}
    elsewhere = set(load_yaml(TABLES / "elsewhere.yaml"))
    assert ours - told - attacked - elsewhere == set()
    assert (told | attacked) & elsewhere == set()
