"""Documents and faults written from the texts, without our writer: sound ones conform, faulty ones fail where they are
faulty. The documents are in `sheet/sound.py`, the faults in `sheet/faults.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cda_edit import edit
from cda_faults import DECLARATIONS
from validation.cda.sheet.sound import SOUND

from rempart.model.finding import Severity
from rempart.resources import own_yaml
from rempart.validation.cda import validate_cda

TABLE = own_yaml(Path(__file__).parent / "sheet" / "faults.yaml")
FAULTS = [
    pytest.param(line.get("rule", rule), line, id=" ".join((rule, line.get("of", "N1"), *map(str, line["do"])))[:100])
    for rule, lines in TABLE.items()
    for line in lines
]
ADVISED = {"N1 11502-2": {"CDA-077"}}  # a biology report whose request is not named


@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    report = validate_cda(SOUND[name]())
    assert report.verdict == "conforme", report.findings
    assert {f.rule for f in report.findings if f.severity is not Severity.INFO} == ADVISED.get(name, set())


@pytest.mark.parametrize(("rule", "line"), FAULTS)
def test_one_fault(rule: str, line: dict[str, Any]) -> None:
    sound = SOUND[line.get("of", "N1")]()
    declared = DECLARATIONS[line.get("declared", "")]
    before = {(f.rule, f.message) for f in validate_cda(sound, **declared).findings}
    report = validate_cda(edit(sound, tuple(map(str, line["do"]))), **declared)
    place = f"/ClinicalDocument{line['at']}"
    found = [f for f in report.findings if f.rule == rule and f.location.split(" (ligne")[0] == place]
    said = [(f.rule, f.location) for f in report.findings]
    assert [f.severity for f in found[:1]] == [Severity.WARNING if line.get("warning") else Severity.ERROR], said
    assert report.verdict == ("conforme" if line.get("warning") else "non_conforme")
    new = [f for f in report.findings if (f.rule, f.message) not in before and f.severity is Severity.ERROR]
    if "also" not in line:
        assert [f.location for f in new if f not in found] == []
