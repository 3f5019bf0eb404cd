"""Messages and faults written from the texts, without looking at our profiles: sound ones pass, faulty ones fail where
they are faulty. The tables are in `sheet/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from validation.hl7v2.sheet.edits import edited
from validation.hl7v2.sheet.templates import MESSAGES

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import load_yaml, rules

TABLES = Path(__file__).parent / "sheet"
VARIANTS = [
    pytest.param(name, line["do"], id=f"{name}: {'; '.join(line['do'])}"[:90])
    for line in load_yaml(TABLES / "sound.yaml")
    for name in line["of"]
]
FAULTS = [
    pytest.param(line.get("rule", rule), line, id=f"{rule} {line['of']}: {'; '.join(line['do'])}"[:90])
    for rule, lines in load_yaml(TABLES / "faults.yaml").items()
    for line in lines
]


def said(findings: list[Finding], *severities: Severity) -> list[tuple[str, str]]:
    return [(f.rule, f.location) for f in findings if f.severity in severities]


@pytest.mark.parametrize("name", MESSAGES)
def test_sound(name: str) -> None:
    report = validate_message(MESSAGES[name]())
    assert said(report.findings, Severity.ERROR) == []
    assert report.verdict == "conforme"


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("form", ["MLLP", "CRLF", "LF", "no last CR", "8859/15", "blank lines"])
def test_sound_however_it_is_stored(name: str, form: str) -> None:
    data = MESSAGES[name]()
    written = {
        "MLLP": b"\x0b" + data + b"\x1c\r",
        "CRLF": data.replace(b"\r", b"\r\n"),
        "LF": data.replace(b"\r", b"\n"),
        "no last CR": data.removesuffix(b"\r"),
        "8859/15": data.decode().replace("UNICODE UTF-8", "8859/15").encode("iso8859-15"),
        "blank lines": data + b"\r\r\n",
    }[form]
    assert said(validate_message(written).findings, Severity.ERROR) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_sound_with_separators_to_spare(name: str) -> None:
    lines = MESSAGES[name]().removesuffix(b"\r").split(b"\r")
    data = b"".join(line + b"||\r" for line in lines)
    assert said(validate_message(data).findings, Severity.ERROR) == []


@pytest.mark.parametrize(("name", "edits"), VARIANTS)
def test_legitimate_variant(name: str, edits: list[str]) -> None:
    report = validate_message(edited(MESSAGES[name](), *edits))
    assert said(report.findings, Severity.ERROR) == []
    assert report.verdict == "conforme"


@pytest.mark.parametrize(("rule", "line"), FAULTS)
def test_one_fault(rule: str, line: dict[str, Any]) -> None:
    sound = MESSAGES[line["of"]]()
    report = validate_message(edited(sound, *line["do"]))
    before = said(validate_message(sound).findings, *Severity)
    wanted = Severity.WARNING if line.get("warning") else Severity.ERROR
    places = line["at"] if isinstance(line["at"], list) else [line["at"]]
    found = [f for f in report.findings if f.rule == rule and f.location in places]
    assert [f.severity for f in found[:1]] == [wanted], said(report.findings, *Severity)
    assert report.verdict == ("conforme" if line.get("warning") else "non_conforme")
    if "also" not in line:
        others = [x for x in said(report.findings, Severity.ERROR) if x not in before and x[1] not in places]
        assert others == []


@pytest.mark.parametrize(("rule", "line"), FAULTS)
def test_the_finding_points_into_the_message(rule: str, line: dict[str, Any]) -> None:
    data = edited(MESSAGES[line["of"]](), *line["do"])
    for finding in validate_message(data).findings:
        if finding.location == "bloc MLLP":
            continue
        assert finding.offset is not None and 0 <= finding.offset <= len(data)
        assert finding.offset + (finding.length or 0) <= len(data)


def test_every_rule_of_a_message_at_rest_has_a_fault() -> None:
    """Those that a pair, a story or an answer judges are proved beside them."""
    ours = ((r, info) for r, info in rules().items() if r.startswith("HL7-"))
    messages_alone = {r for r, info in ours if info.role == "out" and not info.same_as}
    told = set(load_yaml(TABLES / "faults.yaml"))
    elsewhere = set(load_yaml(TABLES / "elsewhere.yaml"))
    assert messages_alone - told - elsewhere == set()
    assert told & elsewhere == set()
