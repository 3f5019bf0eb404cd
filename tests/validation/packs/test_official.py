"""What an installed pack says of a document, and every way in which it may fail to say it: never a pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cda_edit import edit
from pack_samples import (
    ANS,
    EDITION,
    FILES,
    IHE,
    MODEL,
    N1,
    N3,
    STRUCMIN,
    cda_schema,
    check,
    folder,
    rule,
)
from schematron_samples import SCH

from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.cda.validate import validate_cda
from rempart.validation.document import validate_bytes
from rempart.validation.editions import differences, validate_editions
from rempart.validation.packs.install import install
from rempart.validation.packs.store import Installed
from rempart.validation.report import Report

LABEL = f"ci-sis-cda@{EDITION}"


def pack(tmp_path: Path, edition: str = EDITION, **changed: str) -> Installed:
    return install("ci-sis-cda", edition, folder(tmp_path / f"source-{edition}", **changed), "essai")


def of(report: Report, rule_id: str) -> list[Finding]:
    return [f for f in report.findings if f.rule == rule_id]


def titled(text: str, data: bytes = N1) -> bytes:
    return edit(data, ("text", "title", text))


def test_without_a_pack_nothing_of_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from rempart.validation.packs import selection

    monkeypatch.setattr(selection, "opened", lambda names: pytest.fail("no pack was to be opened"))
    assert validate_cda(N1).validators == ["schéma CDA", "règles CDA"]


def test_judging_without_a_pack_costs_no_import(tmp_path: Path) -> None:
    """Nor does judging with one load SaxonC in this process: that is the service's."""
    (tmp_path / "d.xml").write_bytes(N1)
    program = (
        "import sys; from pathlib import Path; from rempart.validation.document import validate_bytes\n"
        "r = validate_bytes(Path(sys.argv[1]).read_bytes())\n"
        "print(r.verdict, *sorted(m for m in sys.modules if 'saxon' in m or 'requests' in m or '.schematron' in m))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "d.xml")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["conforme"]
    pack(tmp_path)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "conforme" and "rempart.validation.schematron.client" in told
    assert not {"saxonche", "requests", "rempart.validation.schematron.engine"} & set(told)


def test_a_sound_n1_passes_what_applies_to_it(tmp_path: Path) -> None:
    pack(tmp_path)
    report = validate_bytes(N1)
    assert report.verdict == "conforme" and not [f for f in report.findings if f.severity is Severity.ERROR]
    assert report.validators[2:] == [
        f"XSD officiel ({LABEL})",
        f"schématron ModelesDeContenusCDA ({LABEL})",
        f"schématron StructurationMinimale ({LABEL})",
    ]
    silent = {(f.severity, f.source) for f in of(report, "REF-004")}
    assert silent == {(Severity.INFO, f"{IHE}, pack {LABEL}"), (Severity.INFO, f"{ANS}, pack {LABEL}")}
    (terminologies,) = of(report, "REF-008")
    assert terminologies.origin is Origin.REFERENCE and terminologies.severity is Severity.INFO


def test_an_n3_is_judged_by_the_schematron_of_its_model(tmp_path: Path) -> None:
    pack(tmp_path)
    report = validate_bytes(N3)
    assert report.verdict == "conforme"
    assert f"schématron BIO-CR-BIO_2024.01 ({LABEL})" in report.validators and len(report.validators) == 8


def test_a_failed_assert_says_where_what_and_by_whom(tmp_path: Path) -> None:
    pack(tmp_path)
    (found,) = of(validate_bytes(titled("x" * 70)), "CDA-003")
    assert found.message == "titre trop long" and found.blocks and found.origin is Origin.CANDIDATE
    assert found.location.startswith("/ClinicalDocument/title (ligne ") and found.expected == "string-length(.) < 60"
    assert found.source == f"ASIP-STRUCT-MIN-StrucMin.sch, pattern p, pack {LABEL}"


def test_severity_is_that_of_the_role(tmp_path: Path) -> None:
    pack(tmp_path)
    report = validate_bytes(titled("Lettre ?!"))
    assert [(f.severity, f.message) for f in of(report, "CDA-003")] == [
        (Severity.WARNING, "titre interrogatif"), (Severity.INFO, "titre"),
    ]  # fmt: skip
    assert report.verdict == "conforme"


def test_the_same_words_at_several_places_are_one_finding(tmp_path: Path) -> None:
    pack(tmp_path, STRUCMIN=cda_schema(rule("*", check("false()", "non"))))
    (found,) = of(validate_bytes(N1), "CDA-003")
    assert found.count > 60 and found.location.startswith("/ClinicalDocument")


def test_what_several_layers_find_is_kept_from_each(tmp_path: Path) -> None:
    pack(tmp_path)
    report = validate_bytes(edit(N1, ("set", "realmCode", "code", "BE")))
    assert {"CDA-005", "OFF-001"} <= {f.rule for f in report.findings}
    (found,) = of(report, "OFF-001")
    assert found.location.startswith("/ClinicalDocument/realmCode") and "CDA_extended.xsd" in found.source


def test_a_document_in_a_wrapper_is_cut_out(tmp_path: Path) -> None:
    pack(tmp_path, STRUCMIN=FILES[STRUCMIN].replace('context="*"', 'context="/cda:ClinicalDocument//*"'))
    body = edit(titled("x" * 70), ("set", "realmCode", "code", "BE")).partition(b"?>")[2]
    wrapped = (
        b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"/>'
        + body + b"</xsl:stylesheet>"
    )  # fmt: skip
    report = validate_bytes(wrapped)
    assert of(report, "OFF-001")[0].location.startswith("/ClinicalDocument/realmCode")
    assert of(report, "CDA-003")[0].location.startswith("/ClinicalDocument/title") and not of(report, "REF-004")[2:]


# -- the reference at fault -----------------------------------------------------------------------------------------


def test_a_schematron_that_fires_too_few_rules_is_never_a_pass(tmp_path: Path) -> None:
    """A wrong typeId makes the official StructurationMinimale fire one rule, and pass."""
    pack(tmp_path, STRUCMIN=cda_schema(rule("cda:title", check("true()", "x"))))
    report = validate_bytes(N1)
    found = next(f for f in of(report, "REF-004") if f.severity is Severity.ERROR)
    assert found.actual == "1" and found.origin is Origin.REFERENCE and report.verdict == "erreur"
    assert not any("StructurationMinimale" in v for v in report.validators)


def test_a_model_that_fires_nothing_is_never_a_pass(tmp_path: Path) -> None:
    pack(tmp_path, MODEL=cda_schema(rule("cda:zzz", check("true()", "x"))))
    report = validate_bytes(N3)
    assert report.verdict == "erreur" and not any("BIO-CR-BIO" in v for v in report.validators)


def test_a_pattern_that_is_activated_and_absent_is_said(tmp_path: Path) -> None:
    phase = '<phase id="ph"><active pattern="p"/><active pattern="oublié"/></phase>'
    text = FILES[STRUCMIN].replace("<schema ", '<schema defaultPhase="ph" ').replace("<pattern", phase + "<pattern", 1)
    pack(tmp_path, STRUCMIN=text)
    report = validate_bytes(N1)
    found = next(f for f in of(report, "REF-004") if f.severity is Severity.WARNING)
    assert "oublié" in found.message and not any("StructurationMinimale" in v for v in report.validators)


def test_a_value_set_that_the_pack_lacks_is_a_finding_on_the_reference(tmp_path: Path) -> None:
    pack(tmp_path, JDV="")
    report = validate_bytes(titled("hors du jeu"))
    (found,) = of(report, "REF-003")
    assert "JDV_Essai_CISIS.xml" in found.message and found.location.startswith("/ClinicalDocument/title")
    assert report.verdict == "erreur" and not of(report, "OFF-003")
    assert not any("ModelesDeContenusCDA" in v for v in report.validators)


def test_with_its_value_set_the_same_check_speaks(tmp_path: Path) -> None:
    pack(tmp_path)
    report = validate_bytes(titled("hors du jeu"))
    assert [f.message for f in of(report, "OFF-003")] == ["code hors du jeu"] and report.verdict == "non_conforme"


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        (cda_schema('<include href="absent.sch"/>'), "REF-002"),
        (cda_schema(rule("cda:title", check("@x ===", "x"))), "REF-002"),
        ("<pas un schéma", "REF-002"),
        (cda_schema(rule("*", check("xs:integer(concat('x', .)) = 1", "x"))), "REF-005"),
        ("", "REF-002"),
    ],
)
def test_a_schematron_that_cannot_run_is_never_a_pass(tmp_path: Path, text: str, rule_id: str) -> None:
    pack(tmp_path, STRUCMIN=text)
    report = validate_bytes(N1)
    found = of(report, rule_id)
    assert found and {f.origin for f in found} == {Origin.REFERENCE} and report.verdict == "erreur"
    assert not any("StructurationMinimale" in v for v in report.validators)


def test_a_schematron_that_hangs_is_never_a_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rempart.validation.schematron import client

    monkeypatch.setitem(client._shared._times, "run_timeout", 1.5)
    slow = "sum(for $a in 1 to 1000000, $b in 1 to 1000000 return ($a * $b) mod 7) = 0"
    pack(tmp_path, CONTENTS=cda_schema(rule("cda:title", check(slow, "x"))))
    report = validate_bytes(N1)
    (found,) = of(report, "REF-001")
    assert "1.5 s" in found.message and report.verdict == "erreur"
    assert f"schématron StructurationMinimale ({LABEL})" in report.validators  # the others went on


def test_an_altered_pack_is_refused_and_not_used(tmp_path: Path) -> None:
    done = pack(tmp_path)
    (done.root / IHE).write_text(FILES[IHE] + " ")
    report = validate_bytes(N1)
    (found,) = of(report, "REF-006")
    assert IHE in found.message and report.verdict == "erreur" and report.validators == ["schéma CDA", "règles CDA"]


def test_a_pack_that_is_asked_for_and_absent_is_not_silence() -> None:
    report = validate_cda(N1, packs=("ci-sis-cda@2025-02",))
    assert [f.rule for f in report.findings if f.blinds] == ["REF-006"] and report.verdict == "erreur"


def test_a_document_that_is_refused_anyway_stays_refused(tmp_path: Path) -> None:
    pack(tmp_path, MODEL=cda_schema('<include href="absent.sch"/>'))
    report = validate_bytes(edit(N3, ("set", "realmCode", "code", "BE")))
    assert report.verdict == "non_conforme"
    assert [f.severity for f in of(report, "REF-002")] == [Severity.WARNING]


def test_a_schema_that_cannot_be_loaded_is_never_a_pass(tmp_path: Path) -> None:
    pack(tmp_path, XSD="<pas un schéma")
    report = validate_bytes(N1)
    assert report.verdict == "erreur" and "schéma XML" in of(report, "REF-002")[0].message


@pytest.mark.parametrize(
    ("extension", "runs", "words"),
    [("2024.01", "BIO-CR-BIO_2024.01", ""), ("2027.01", "BIO-CR-BIO_2027.01", ""), ("2031.01", "", "2031.01")],
)
def test_the_model_is_chosen_by_its_version(tmp_path: Path, extension: str, runs: str, words: str) -> None:
    """One that the table does not have is found by the name of its file, when the pack has it."""
    path = folder(tmp_path / "source")
    (path / MODEL.replace("2024.01", "2027.01")).write_text(FILES[MODEL])
    install("ci-sis-cda", EDITION, path, "essai")
    report = validate_bytes(edit(N3, ("bytes", 'extension="2024.01"', f'extension="{extension}"')))
    assert any(runs in v for v in report.validators) if runs else words in of(report, "REF-007")[0].message
    assert bool(of(report, "REF-007")) is not bool(runs)


# -- choosing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "count"), [("none", 2), ("", 5), ("ci-sis-cda", 5), (LABEL, 5), (f" {LABEL} , ", 5), ("nul", 2)]
)
def test_the_environment_chooses_for_a_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, count: int
) -> None:
    pack(tmp_path)
    monkeypatch.setenv("REMPART_PACKS", value)
    report = validate_cda(N1)
    assert len(report.validators) == count and bool(of(report, "REF-006")) is (value == "nul")


def test_two_editions_side_by_side_show_what_differs(tmp_path: Path) -> None:
    pack(tmp_path, "1")
    pack(tmp_path, "2", STRUCMIN=FILES[STRUCMIN].replace("&lt; 60", "&lt; 80").replace("interrogatif", "en question"))
    data = titled("x" * 65 + "?")
    one, two = validate_editions(data, (), packs=("ci-sis-cda@1", "ci-sis-cda@2"))
    assert (one.edition, two.edition) == ("1.16, ci-sis-cda@1", "1.16, ci-sis-cda@2")
    assert (one.verdict, two.verdict) == ("non_conforme", "conforme")
    first, second = ([f.message for f in own if f.rule == "CDA-003"] for own in differences([one, two]))
    assert first == ["titre trop long", "titre interrogatif"] and second == ["titre en question"]
    assert not [f for own in differences([one, two]) for f in own if f.rule != "CDA-003"]


def test_every_place_of_an_engine_is_found_in_the_document() -> None:
    from lxml import etree

    from rempart.validation.packs.places import place

    text = f'<ClinicalDocument xmlns="urn:hl7-org:v3">\n<a/>\n<a x="1"><b xmlns="{SCH}"/></a>\n</ClinicalDocument>'
    root = etree.fromstring(text)
    top = "/Q{urn:hl7-org:v3}ClinicalDocument[1]"
    assert place(root, "/") == "/ClinicalDocument (ligne 1)" == place(root, top)
    assert place(root, f"{top}/Q{{urn:hl7-org:v3}}a[2]/@x") == "/ClinicalDocument/a[2]/@x (ligne 3)"
    assert place(root, f"{top}/Q{{urn:hl7-org:v3}}a[2]/Q{{{SCH}}}b[1]/text()[1]").startswith("/ClinicalDocument/a[2]/b")
    assert place(root, f"{top}/Q{{urn:hl7-org:v3}}z[9]/Q{{}}y[1]") == "/ClinicalDocument (ligne 1)"
