"""What a schema reads beside itself: parts that it includes, documents where it looks codes up."""

from __future__ import annotations

from pathlib import Path

import pytest
from schematron_samples import VALUES, doc, run, schema, texts

_PATTERN = (
    '<pattern xmlns="http://purl.oclc.org/dsdl/schematron" id="inc"><rule context="d:a"><assert test="false()">inclus'
    "</assert></rule></pattern>"
)


@pytest.mark.parametrize("href", ["Parts/Un.sch", "parts/un.SCH", "./Parts/../parts/un.sch"])
def test_a_file_is_included_whatever_the_case_of_its_name(tmp_path: Path, href: str) -> None:
    outcome = run(tmp_path, schema(f'<include href="{href}"/>'), doc("<a/>"), {"Parts/un.sch": _PATTERN})
    assert texts(outcome) == ["inclus"] and outcome.failures[0].file == "Parts/un.sch"


def test_a_part_of_a_file_is_included_by_its_identifier(tmp_path: Path) -> None:
    other = schema(_PATTERN + _PATTERN.replace('id="inc"', 'id="other"').replace("inclus", "autre"))
    assert texts(run(tmp_path, schema('<include href="o.sch#other"/>'), doc("<a/>"), {"o.sch": other})) == ["autre"]


@pytest.mark.parametrize(
    ("href", "files", "words"),
    [
        ("rien.sch", {}, "fichier absent du pack: rien.sch (inclus par essai.sch)"),
        ("../dehors.sch", {}, "fichier absent du pack: ../dehors.sch"),
        ("/etc/hostname", {}, "fichier absent"),
        ("../" * 40 + "etc/hostname", {}, "fichier absent"),
        ("boucle.sch", {"boucle.sch": _PATTERN.replace("<rule", '<include href="boucle.sch"/><rule')}, "sans fin"),
        ("mal.sch", {"mal.sch": "<pattern"}, "mal.sch: XML mal formé"),
        ("o.sch#x", {"o.sch": _PATTERN}, "n'a pas d'élément d'identifiant x"),
    ],
)
def test_an_inclusion_that_leads_nowhere_is_told(tmp_path: Path, href: str, files: dict[str, str], words: str) -> None:
    (tmp_path / "dehors.sch").write_text(_PATTERN)
    folder = tmp_path / "pack"
    folder.mkdir()
    outcome = run(folder, schema(f'<include href="{href}"/>'), doc("<a/>"), files)
    assert outcome.status == "compile" and words in outcome.reason


def test_two_names_that_differ_by_case_are_not_guessed_between(tmp_path: Path) -> None:
    files = {"un.sch": _PATTERN, "UN.sch": _PATTERN}
    assert run(tmp_path, schema('<include href="Un.sch"/>'), doc("<a/>"), files).status == "compile"


def test_a_schema_reads_no_entity(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    text = schema('<pattern><rule context="d:a"><assert test="false()">&e;</assert></rule></pattern>')
    outcome = run(tmp_path, '<!DOCTYPE schema [<!ENTITY e SYSTEM "secret">]>' + text, doc("<a/>"))
    assert all("secret" not in f.text for f in outcome.failures)


# -- documents ------------------------------------------------------------------------------------------------------

_LOOK_UP = (
    '<pattern><rule context="d:a"><assert test="{call}//svs:Concept[@code = current()/@code]">hors du jeu</assert>'
    '<assert test="@x">sans x</assert></rule></pattern>'
)


@pytest.mark.parametrize(
    "call", ["document('v.xml')", "doc( 'V.XML' )", "fn:doc('./v.xml')", "doc(concat('v', '.xml'))"]
)
def test_codes_are_looked_up_in_the_files_of_the_pack(tmp_path: Path, call: str) -> None:
    text = schema(_LOOK_UP.format(call=call.replace("fn:", "")))
    outcome = run(tmp_path, text, doc('<a code="B" x="1"/><a code="Z" x="1"/>'), {"v.xml": VALUES})
    if "concat" in call:  # only addresses that are written can be given: said, not guessed
        assert [f.code for f in outcome.faults] == ["absent", "absent"] and not outcome.failures
    else:
        assert texts(outcome) == ["hors du jeu"] and not outcome.faults


@pytest.mark.parametrize("address", ["absent.xml", "file:///etc/hostname", "http://localhost:9/v.xml", "../v.xml", ""])
def test_a_document_that_the_pack_lacks_is_a_fault_and_the_other_checks_go_on(tmp_path: Path, address: str) -> None:
    (tmp_path / "v.xml").write_text(VALUES)
    folder = tmp_path / "pack"
    folder.mkdir()
    outcome = run(folder, schema(_LOOK_UP.format(call=f"doc('{address}')")), doc('<a code="A"/>'))
    assert texts(outcome) == ["sans x"]
    assert [(f.code, f.reason) for f in outcome.faults] == [("absent", address)]


def test_the_word_document_in_a_literal_is_left_alone(tmp_path: Path) -> None:
    text = schema('<pattern><rule context="d:a"><assert test="@x = \'document(1)\'">x</assert></rule></pattern>')
    assert texts(run(tmp_path, text, doc('<a x="document(1)"/>'))) == []


def test_a_damaged_value_set_keeps_the_schema_from_running(tmp_path: Path) -> None:
    outcome = run(tmp_path, schema(_LOOK_UP.format(call="doc('v.xml')")), doc("<a/>"), {"v.xml": "<pas"})
    assert outcome.status == "compile" and "v.xml" in outcome.reason
