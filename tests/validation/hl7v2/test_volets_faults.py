"""Each rule of the two volets finds its fault, where it is, and nothing else does."""

from __future__ import annotations

import pytest
from validation.hl7v2.volet_faults import FAULTS, Fault
from validation.hl7v2.volet_messages import BASES

from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import load_yaml, rules

# Of other families, and proved there; or another name of a rule proved here.
ELSEWHERE = {"HL7-000", "HL7-017", "HL7-022", "HL7-023"}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_one_fault(fault: Fault) -> None:
    report = validate_message(fault.change(BASES[fault.base]()), on_wire=fault.on_wire)
    told = [f for f in report.findings if f.severity is not Severity.INFO]
    assert sorted((f.rule, f.location) for f in told) == sorted([(fault.rule, fault.at), *fault.also])
    severities = {f.severity.value for f in told if (f.rule, f.location) == (fault.rule, fault.at)}
    assert severities == {fault.severity}
    blocking = any(f.severity is Severity.ERROR for f in told)
    assert report.verdict == ("non_conforme" if blocking else "conforme")


def test_every_described_rule_has_its_fault() -> None:
    described = load_yaml(schemas_dir() / "hl7v2" / "rules-volets.yaml")
    proved = {fault.rule for fault in FAULTS}
    assert {r for r in described if r not in proved | ELSEWHERE and not rules()[r].same_as} == set()


def test_same_as_names_a_described_rule() -> None:
    assert all(info.same_as in rules() for info in rules().values() if info.same_as)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_finding_can_be_acted_on(fault: Fault) -> None:
    report = validate_message(fault.change(BASES[fault.base]()), on_wire=fault.on_wire)
    for finding in report.findings:
        assert finding.message and finding.source, finding
        assert len(finding.actual) < 300
