"""Every rule: silent on our conforming documents, alone and in its place on a copy with one fault."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest
from cda_edit import edit
from cda_faults import DECLARATIONS, FAULTS, Fault
from cda_samples import CHANGED, HOSPITAL, LETTER, PATIENT, REPLACEMENT, SAMPLES, sample

from rempart.formats.cda import CdaRecipient, Organisation, build
from rempart.validation.cda import validate_cda
from rempart.validation.cda.profile import lines
from rempart.validation.registry import implemented, rules

DESCRIBED = {r.id for r in rules().values() if "cda-document" in r.applies}
DECLARED = [f for f in FAULTS if f.declared not in ("", "older edition")]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("declared", sorted(set(DECLARATIONS) - {"DOC/va1.06", "production"}))
def test_our_documents_conform(name: str, declared: str) -> None:
    report = validate_cda(build(SAMPLES[name]), **DECLARATIONS[declared])
    assert report.findings == []
    assert (report.verdict, report.kind) == ("conforme", f"CDA R2 {SAMPLES[name].level}")


@pytest.mark.parametrize("name", CHANGED)
def test_what_the_writer_does_not_say_conforms_too(name: str) -> None:
    report = validate_cda(CHANGED[name])
    assert report.findings == []
    assert report.verdict == "conforme"


VARIANTS = {
    "without INS": replace(LETTER, patient=replace(PATIENT, ins=None)),
    "unknown sex": replace(LETTER, patient=replace(PATIENT, sex="U")),
    "without used names": replace(LETTER, patient=replace(PATIENT, used_name="", used_first_name="")),
    "addressed to a structure": replace(LETTER, recipients=(CdaRecipient(organisation=HOSPITAL),)),
    "addressed to a name": replace(LETTER, recipients=(CdaRecipient(family="ADAM"),)),
    "kept by the DMP": replace(LETTER, custodian=Organisation("", "DMP", "1.2.250.1.213.4.1")),
    "N3 replacing": replace(SAMPLES["n3"], id=REPLACEMENT.id, version=3, replaces=LETTER.id),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_writer_can_say_it_conforming(name: str) -> None:
    report = validate_cda(build(VARIANTS[name]))
    assert [f for f in report.findings if f.rule != "CDA-042"] == []  # the matricule of the test identity is a woman's


def test_an_addressed_document_conforms_where_addressing_is_required() -> None:
    assert validate_cda(build(SAMPLES["addressed"]), **DECLARATIONS["DOC/va1.06"]).findings == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_one_fault_is_one_rule_at_its_place(fault: Fault) -> None:
    report = validate_cda(edit(sample(fault.base), fault.edit), **DECLARATIONS[fault.declared])
    assert {f.rule for f in report.findings} == {fault.rule} | ({"CDA-002"} if fault.schema_too else set())
    own = [f for f in report.findings if f.rule == fault.rule]
    found = [f for f in own if f.location.split(" (")[0] == f"/ClinicalDocument{fault.at}"]
    assert found, [f.location for f in own]
    assert {f.severity for f in found} == {fault.severity}
    assert report.verdict == ("non_conforme" if fault.severity == "error" or fault.schema_too else "conforme")
    assert all(f.message and f.source and f.edition for f in found)


@pytest.mark.parametrize("fault", DECLARED, ids=lambda f: f.name)
def test_what_was_not_declared_makes_no_document_fail(fault: Fault) -> None:
    assert validate_cda(edit(sample(fault.base), fault.edit)).verdict == "conforme"


def test_every_described_rule_has_its_fault() -> None:
    of_the_pdf = {"CDA-094", "CDA-095"}  # test_cda_pdf.py
    assert {f.rule for f in FAULTS} | of_the_pdf == DESCRIBED


def test_every_described_rule_is_applied_and_conversely() -> None:
    by_lines = {line.rule for line in lines()}
    by_functions = {r for r in implemented() if r.startswith("CDA-")}
    assert by_lines | by_functions | {"CDA-002"} == DESCRIBED


def test_the_environment_decides_which_ins_is_expected() -> None:
    report = validate_cda(build(SAMPLES["n1"]), environment="production")
    assert [f.rule for f in report.findings] == ["CDA-032"]


def test_an_edition_that_is_none_is_a_wrong_usage() -> None:
    with pytest.raises(ValueError, match="latest"):
        validate_cda(build(SAMPLES["n1"]), edition="latest")


def test_a_large_document_is_judged_in_bounded_time() -> None:
    """The schema, the lines and the rules do not copy the content around."""
    data = build(replace(SAMPLES["n1"], pdf=SAMPLES["n1"].pdf + b"%" * 15_000_000))
    started = perf_counter()
    assert validate_cda(data).verdict == "conforme"
    assert perf_counter() - started < 5


def test_a_fault_said_ten_thousand_times_is_told_in_bounded_time() -> None:
    """Each place is numbered among its siblings once, not counted again for each of them."""
    many = b"<telecom value='0147000001'/>" * 10_000
    data = build(SAMPLES["n1"]).replace(b"<patient>", many + b"<patient>")
    started = perf_counter()
    told = [f.location.split(" (")[0] for f in validate_cda(data).findings if f.rule == "CDA-066"]
    assert (len(told), told[-1].rpartition("patientRole/")[2]) == (10_000, "telecom[10001]/@value")
    assert perf_counter() - started < 8
