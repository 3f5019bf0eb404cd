"""`rempart validate`: three formats, three verdicts, and never a traceback."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cda_samples import SAMPLES
from click.testing import CliRunner, Result
from mail_samples import header, sound

from rempart.cli import validate as module
from rempart.cli.validate import validate
from rempart.formats.cda import build

GOOD = b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||ACK^R01^ACK|1|D|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|42\r"
BAD = GOOD.replace(b"MSA|AA|42", b"MSA|XX|")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bon.hl7").write_bytes(GOOD)
    (tmp_path / "trame.hl7").write_bytes(b"\x0b" + GOOD + b"\x1c\r")
    (tmp_path / "mauvais.hl7").write_bytes(BAD)
    (tmp_path / "bruit.bin").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "vide").write_bytes(b"")
    (tmp_path / "cda.xml").write_bytes(b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>")
    (tmp_path / "cassé.xml").write_bytes(b"<ClinicalDocument>")
    (tmp_path / "bombe.xml").write_bytes(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")
    return tmp_path


def _run(folder: Path, *arguments: str) -> Result:
    names = {f.name for f in folder.iterdir()}
    result = CliRunner().invoke(validate, [str(folder / a) if a in names else a for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["bon.hl7"], 0),
        (["trame.hl7"], 0),
        (["mauvais.hl7"], 1),
        (["bon.hl7", "bruit.bin"], 3),
        (["bruit.bin", "mauvais.hl7", "bon.hl7"], 1),
        (["cda.xml"], 1),
        ([], 2),
        (["bon.hl7", "--format", "xml"], 2),
        (["bon.hl7", "--edition", "courante"], 2),
    ],
)
def test_exit_codes(folder: Path, files: list[str], code: int) -> None:
    assert _run(folder, *files).exit_code == code


def test_text_says_rule_place_values_source_and_remedy(folder: Path) -> None:
    text = _run(folder, "mauvais.hl7").stdout
    assert "mauvais.hl7: non conforme (ACK^R01" in text
    assert "MSA-1" in text and "lu:      XX" in text
    for part in ("attendu:", "source:", "à faire:"):
        assert part in text


@pytest.mark.parametrize("name", ["bruit.bin", "vide", "cassé.xml", "bombe.xml", "/absent", "/proc/self/mem"])
def test_what_cannot_be_judged_is_an_error_with_its_reason(folder: Path, name: str) -> None:
    result = _run(folder, "--format", "json", name)
    assert result.exit_code == 3
    (line,) = _lines(result)
    assert line["verdict"] == "erreur" and line["reason"]


@pytest.mark.parametrize("bulk", [[], ["--workers", "1"]])
def test_a_document_of_the_future_is_told(tmp_path: Path, bulk: list[str]) -> None:
    """A file at rest was made before it is looked at, alone or among others."""
    ahead = build(SAMPLES["n1"]).replace(b'<effectiveTime value="2', b'<effectiveTime value="3', 1)
    (tmp_path / "demain.xml").write_bytes(ahead)
    (told,) = _lines(_run(tmp_path, "demain.xml", "--format", "json", *bulk))
    assert [f["rule"] for f in told["findings"]] == ["CDA-017"]  # type: ignore[index, attr-defined]


def test_json_is_one_object_per_file(folder: Path) -> None:
    lines = _lines(_run(folder, "--format", "json", "mauvais.hl7", "bon.hl7"))
    assert [Path(str(line["path"])).name for line in lines] == ["mauvais.hl7", "bon.hl7"]
    assert [line["verdict"] for line in lines] == ["non_conforme", "conforme"]
    for line in lines:
        assert {"path", "kind", "verdict", "findings", "elapsed_ms", "validators"} <= set(line)
        assert line["kind"] == "ACK^R01" and line["validators"]
    assert any(f["location"] == "MSA-1" for f in lines[0]["findings"])  # type: ignore[attr-defined]


def test_junit_has_one_case_per_file(folder: Path) -> None:
    result = _run(folder, "--format", "junit", "bon.hl7", "mauvais.hl7", "bruit.bin")
    suite = ElementTree.fromstring(result.stdout.encode())
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"]]


def test_control_characters_of_a_message_do_not_reach_the_terminal(folder: Path) -> None:
    (folder / "piège.hl7").write_bytes(BAD.replace(b"MSA|XX|", b"MSA|\x1b[2J\x07|"))
    for output in ("text", "json", "junit"):
        printed = _run(folder, "--format", output, "piège.hl7").stdout
        assert "\x1b" not in printed and "\x07" not in printed
        if output == "junit":
            ElementTree.fromstring(printed.encode())


def test_a_validator_that_fails_is_our_fault_and_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("rempart.validation.hl7v2.validate.validate_message", broken)
    result = _run(folder, "bon.hl7")
    assert result.exit_code == 3 and "erreur de Rempart" in result.stdout


def test_a_file_too_big_is_not_read_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_MESSAGE", 10)
    result = _run(folder, "bon.hl7")
    assert result.exit_code == 3 and "au-delà" in result.stdout


def test_a_forced_edition_is_the_one_that_judges(folder: Path) -> None:
    (line,) = _lines(_run(folder, "--format", "json", "--edition", "1.15", "cda.xml"))
    assert line["edition"] == "1.15"


def test_text_shows_the_segment_with_the_place_underlined(folder: Path) -> None:
    (folder / "m.hl7").write_bytes(GOOD.replace(b"MSA|AA|42", b"MSA|XX|"))
    lines = _run(folder, "m.hl7").stdout.splitlines()
    wrong, missing = lines.index("  ERREUR HL7-105 MSA-1"), lines.index("  ERREUR HL7-106 MSA-2")
    assert lines[wrong + 1 : wrong + 8] == [
        "    MSA|XX|",
        "        ^^",
        "    MSA-1 n'a pas la valeur attendue",
        "    attendu: AA ou AE ou AR",
        "    lu:      XX",
        "    à faire: Réserver CA, CE et CR au mode étendu, convenu entre les deux systèmes.",
        "    source:  Volet Transmission de documents CDA en HL7v2 2.1, profils de messages, ACK",
    ]
    assert lines[missing + 1 : missing + 3] == ["    MSA|XX|", "           ^"]


def test_text_shows_where_an_absent_segment_would_stand(folder: Path) -> None:
    (folder / "m.hl7").write_bytes(GOOD.split(b"\r")[0] + b"\r")
    lines = _run(folder, "m.hl7").stdout.splitlines()
    at = lines.index("  ERREUR HL7-105 MSA")
    assert lines[at + 1].startswith("    MSH|") and lines[at + 2] == " " * len(lines[at + 1]) + "^ MSA absent"


def test_text_shows_the_line_of_a_document(folder: Path) -> None:
    data = b"<ClinicalDocument xmlns='urn:hl7-org:v3'>\n<realmCode code='US'/>\n</ClinicalDocument>"
    (folder / "d.xml").write_bytes(data)
    lines = _run(folder, "d.xml").stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "CDA-005 /ClinicalDocument/realmCode/@code (ligne 2)" in line)
    assert lines[at + 1 : at + 3] == ["    <realmCode code='US'/>", "               ^^^^^^^^^"]


def test_json_gives_the_bytes_of_each_finding(folder: Path) -> None:
    data = (folder / "mauvais.hl7").read_bytes()
    findings = _lines(_run(folder, "--format", "json", "mauvais.hl7"))[0]["findings"]
    places = {f["location"]: (f["offset"], f["length"]) for f in findings}  # type: ignore[attr-defined]
    at = data.index(b"XX|")
    assert places["MSA-1"] == (at, 2) and places["MSA-2"] == (at + 3, 0)


def test_junit_tells_what_the_text_tells(folder: Path) -> None:
    suite = ElementTree.fromstring(_run(folder, "--format", "junit", "mauvais.hl7").stdout.encode())
    failure = suite.find("testcase/failure")
    assert failure is not None and "    MSA|XX|\n        ^^\n" in (failure.text or "")


def test_colours_are_for_terminals(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_colours", lambda: True)
    path = str(folder / "mauvais.hl7")
    assert "\x1b[31m\x1b[1mXX\x1b[0m" in CliRunner().invoke(validate, [path], color=True).stdout
    assert "\x1b[" not in CliRunner().invoke(validate, [path]).stdout


def test_a_mail_is_judged_with_what_is_declared_of_it(tmp_path: Path) -> None:
    mail = tmp_path / "courriel.eml"
    mail.write_bytes(header(sound()["n1"], "X-MSS-INS", "OUI"))
    told = _run(tmp_path, "courriel.eml")
    assert told.exit_code == 1 and "en-tête X-MSS-INS\n    X-MSS-INS: OUI\n    ^^^" in told.stdout
    mail.write_bytes(sound()["n1"])
    assert _run(tmp_path, "courriel.eml").exit_code == 0
    asked = _run(tmp_path, "courriel.eml", "--requirement", "MSS/va1.15", "--format", "json")
    assert asked.exit_code == 1 and [f["rule"] for f in _lines(asked)[0]["findings"]] == ["MSS-018"]
    assert _run(tmp_path, "courriel.eml", "--requirement", "MSS/va1.99").exit_code == 2
