"""Identity rules, on the PID of a PAM message: the same functions serve the two volets."""

from __future__ import annotations

import pytest
from validation.hl7v2.pam_messages import IPP, message, spoiled

from rempart.formats import ins
from rempart.model.finding import Severity
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import functions

ERROR, WARNING = Severity.ERROR, Severity.WARNING
NAMED = "PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^"

# rule, place changed, value, where the finding is, severity, rules that may come with it
FAULTS = [
    ("HL7-036", "PID-3[1].4", "", "PID-3.4", ERROR, ()),
    ("HL7-036", "PID-3[1].1", "", "PID-3.1", ERROR, ()),
    ("HL7-036", "PID-3", "", "PID-3", ERROR, ()),
    ("HL7-037", "PID-5", "", "PID-5", ERROR, ()),
    ("HL7-037", "PID-5", f"{NAMED}D", "PID-5", ERROR, ()),
    ("HL7-037", "PID-5.7", "", "PID-5.7", ERROR, ()),
    ("HL7-037", "PID-5", f"{NAMED}L~{NAMED}M", "PID-5[2].7", ERROR, ()),
    ("HL7-039", "PID-32", "PROV", "PID-32", ERROR, ()),
    ("HL7-039", "PID-32", "", "PID-32", ERROR, ("HL7-175",)),
    ("HL7-169", "PID-3[2].1", "279035121518988", "PID-3[2].1", ERROR, ()),
    ("HL7-169", "PID-3[2].1", "2790351215189", "PID-3[2].1", ERROR, ()),
    ("HL7-169", "PID-3[2].1", "X79035121518989", "PID-3[2].1", ERROR, ()),
    ("HL7-169", "PID-3[2].4.2", "1.2.250.1.213.1.4.12", "PID-3[2].4.2", ERROR, ()),
    ("HL7-169", "PID-3[2].4.3", "", "PID-3[2].4.3", ERROR, ()),
    ("HL7-169", "PID-3[2].4", "ASIP-SANTE-INS-NIR", "PID-3[2].4.2", ERROR, ()),
    ("HL7-169", "PID-3[2].5", "PI", "PID-3[2].5", ERROR, ()),
    ("HL7-169", "PID-3[2].5", "", "PID-3[2].5", ERROR, ("HL7-036",)),
    ("HL7-170", "PID-3[2].7", "20200101", "PID-3[2].7", WARNING, ()),
    ("HL7-170", "PID-3[2].8", "20200101", "PID-3[2].8", WARNING, ()),
    ("HL7-171", "PID-3[2].4.1", "INSEE", "PID-3[2].4.1", WARNING, ()),
    ("HL7-171", "PID-3[2].4", "ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.9&ISO", "PID-3[2].4.1", WARNING, ("HL7-172",)),
    ("HL7-172", "PID-3[2].4.2", ins.NIR, "PID-3[2].4.2", WARNING, ()),
    ("HL7-173", "PID-3[2].5", "NH", "PID-3[2].5", ERROR, ()),
    ("HL7-173", "PID-3[2].4.1", "ASIP-SANTE-NIR", "PID-3[2].4.1", ERROR, ()),
    ("HL7-174", "PID-5.1", "", "PID-5.1", ERROR, ()),
    ("HL7-174", "PID-5.2", "", "PID-5.2", ERROR, ()),
    ("HL7-174", "PID-5.3", "", "PID-5.3", WARNING, ()),
    ("HL7-174", "PID-7", "", "PID-7", ERROR, ()),
    ("HL7-174", "PID-8", "", "PID-8", ERROR, ()),
    ("HL7-174", "PID-8", "U", "PID-8", ERROR, ()),
    ("HL7-174", "PID-11", "^^PARIS^^75007^FRA^H", "PID-11", ERROR, ()),
    ("HL7-174", "PID-11[2].9", "", "PID-11[2].9", ERROR, ()),
    ("HL7-174", "PID-11[2].9", "CLERMONT", "PID-11[2].9", ERROR, ()),
    ("HL7-175", "PID-32", "VALI~QUAL", "PID-32[2]", ERROR, ()),
    ("HL7-175", "PID-32", "VALI~DOUT", "PID-32[2]", ERROR, ()),
    ("HL7-175", "PID-32", "VALI~PROV", "PID-32", ERROR, ()),
    ("HL7-176", "PID-8", "O", "PID-8", ERROR, ()),
]


def faults_of(data: bytes, environment: str = "test") -> list[tuple[str, Severity, str]]:
    found = validate_message(data, environment=environment).findings
    return [(f.rule, f.severity, f.location) for f in found]


def test_every_identity_rule_has_its_fault() -> None:
    assert {row[0] for row in FAULTS} == {"HL7-036", "HL7-037", "HL7-039", *(f"HL7-{n}" for n in range(169, 177))}


@pytest.mark.parametrize(("rule", "path", "value", "location", "severity", "also"), FAULTS)
def test_one_fault_of_identity_is_found_at_its_place_and_alone(
    rule: str, path: str, value: str, location: str, severity: Severity, also: tuple[str, ...]
) -> None:
    seen = faults_of(spoiled(message("A31"), (path, value)))
    assert (rule, severity, location) in seen
    assert {r for r, _, _ in seen} - {rule} <= set(also)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("PID-32", "VALI~HOMA"),
        ("PID-3", IPP),
        ("PID-11[2].9", "2A004"),
        ("PID-11[2].9", "99999"),
        ("PID-3[2].4", "ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.11&ISO"),
        ("PID-5", f"{NAMED}L~MARTEL^DOMINIQUE^^^^^D~X^^^^^^S"),
        ("PID-3[3]", "279035121518989^^^ASIP-SANTE-NIR&1.2.250.1.213.1.4.8&ISO^NH"),
    ],
)
def test_a_sound_identity_has_no_finding(path: str, value: str) -> None:
    assert faults_of(spoiled(message("A31"), (path, value))) == []


@pytest.mark.parametrize(
    ("status", "errors"),
    [("PROV", []), ("VIDE", []), ("PROV~DOUT", []), ("PROV~FICT~HOMA", []), ("PROV~DOUT~FICT", ["PID-32"])],
)
def test_statuses_of_an_identity_without_ins(status: str, errors: list[str]) -> None:
    seen = faults_of(spoiled(message("A28"), ("PID-3", IPP), ("PID-32", status)))
    assert [location for _, severity, location in seen if severity is ERROR] == errors


def test_without_ins_the_traits_are_not_asked_for() -> None:
    bare = spoiled(message("A28"), ("PID-3", IPP), ("PID-7", ""), ("PID-8", "U"), ("PID-11", ""), ("PID-5.2", ""))
    assert faults_of(bare) == []


def test_in_production_the_test_authorities_are_the_wrong_ones() -> None:
    data = message("A31")
    assert faults_of(data, environment="production") == [("HL7-172", WARNING, "PID-3[2].4.2")]
    assert faults_of(spoiled(data, ("PID-3[2].4.2", ins.NIR)), environment="production") == []


def test_a_nia_and_a_nir_may_travel_together() -> None:
    nia = f"109076322088835^^^ASIP-SANTE-INS-NIA&{ins.NIA}&ISO^INS"
    seen = faults_of(spoiled(message("A31"), ("PID-3[2].4.2", ins.NIR), ("PID-3[3]", nia)), environment="production")
    assert seen == []


def test_the_identity_rules_serve_the_two_volets_as_well() -> None:
    shared = {f.__name__ for f in functions("pam")} & {f.__name__ for f in functions("cda")}
    assert {"identifiers", "traits_with_an_ins", "status_combinations", "ins_only_when_qualified"} <= shared
    assert shared == shared & {f.__name__ for f in functions("lps")}
