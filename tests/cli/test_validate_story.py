"""`rempart validate --story DIR` and several `--edition`: three formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from validation.hl7v2.story.stories import sound, written
from validation.hl7v2.volet_messages import mdm

from rempart.cli.validate import validate
from rempart.formats.hl7v2.write import replace


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("histoires")
    messages = dict(list(sound().messages.items())[:20])
    written(folder / "bonne", messages)
    written(folder / "mauvaise", {**messages, "A11": replace(messages["A11"], "ZBE-1.1", "M99")})
    written(folder / "trouble", messages)
    (folder / "trouble" / "000-bruit").write_bytes(b"\x00" * 10)
    (folder / "vide").mkdir()
    (folder / "initial.er7").write_bytes(mdm("T02"))
    (folder / "identite.er7").write_bytes(messages["A28"])
    return folder


def _run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(validate, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("output", ["text", "json", "junit"])
@pytest.mark.parametrize(("name", "code"), [("bonne", 0), ("mauvaise", 1), ("trouble", 3), ("vide", 3), ("absente", 2)])
def test_exit_codes(stories: Path, name: str, code: int, output: str) -> None:
    assert _run("--story", stories / name, "--format", output).exit_code == code


def test_a_file_or_a_folder_is_needed() -> None:
    assert _run().exit_code == 2


def test_files_and_stories_go_together(stories: Path) -> None:
    folders = ("--story", stories / "bonne", "--story", stories / "vide")
    lines = _run("--format", "json", stories / "identite.er7", *folders).stdout.splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds[0] == "ADT^A28" and kinds.count("histoire") == 2


def test_json_has_a_line_per_message_and_one_for_the_story(stories: Path) -> None:
    lines = [json.loads(line) for line in _run("--story", stories / "mauvaise", "--format", "json").stdout.splitlines()]
    assert len(lines) == 21
    (message,) = [line for line in lines[:-1] if line["verdict"] == "non_conforme"]
    assert Path(message["path"]).name == "019-A11.er7"
    (finding,) = [f for f in message["findings"] if f["severity"] == "error"]
    assert (finding["rule"], finding["location"]) == ("HL7-158", "ZBE-1.1") and finding["offset"]
    story = lines[-1]
    assert (Path(story["path"]).name, story["kind"], story["verdict"]) == ("mauvaise", "histoire", "non_conforme")
    assert [(f["rule"], f["location"]) for f in story["findings"]] == [("HL7-158", "019-A11.er7, ZBE-1.1")]
    assert "only_in_edition" not in story


def test_text_tells_a_story_in_one_line_per_finding(stories: Path) -> None:
    text = _run("--story", stories / "mauvaise").stdout
    assert "mauvaise: non conforme (histoire)" in text
    assert "  ERREUR HL7-158 019-A11.er7, ZBE-1.1: A11 ne reprend pas" in text
    assert "(fichier 017-A01.er7, ZBE-1.1)" in text
    assert "contrôles passés: règles d'état (20 messages)" in text


def test_junit_has_a_case_per_message_and_one_for_the_story(stories: Path) -> None:
    suite = ElementTree.fromstring(_run("--story", stories / "mauvaise", "--format", "junit").stdout.encode())
    assert (suite.get("tests"), suite.get("failures")) == ("21", "2")


def test_editions_are_compared(stories: Path) -> None:
    arguments = (stories / "initial.er7", "--edition", "2.0", "--edition", "2.1")
    old, new = (json.loads(line) for line in _run(*arguments, "--format", "json").stdout.splitlines())
    assert (old["edition"], old["verdict"]) == ("2.0", "non_conforme")
    assert (new["edition"], new["verdict"], new["only_in_edition"]) == ("2.1", "conforme", [])
    own = {(old["findings"][n]["rule"], old["findings"][n]["location"]) for n in old["only_in_edition"]}
    assert ("HL7-020", "MSH-21") in own and new["findings"] == []
    text = _run(*arguments).stdout
    assert f"propres à l'édition 2.0: {len(old['only_in_edition'])}" in text
    assert "propres à l'édition 2.1: aucun constat" in text
    suite = ElementTree.fromstring(_run(*arguments, "--format", "junit").stdout.encode())
    assert [str(case.get("name")).rpartition(" (")[2] for case in suite] == ["édition 2.0)", "édition 2.1)"]


def test_editions_that_a_message_does_not_have_judge_it_once(stories: Path) -> None:
    editions = ("--edition", "2.0", "--edition", "2.1")
    (line,) = _run(stories / "identite.er7", *editions, "--format", "json").stdout.splitlines()
    assert "only_in_edition" not in json.loads(line)


def test_a_story_takes_editions_too(stories: Path) -> None:
    result = _run("--story", stories / "bonne", "--edition", "2.0", "--edition", "2.1", "--format", "json")
    assert len(result.stdout.splitlines()) == 21  # neither edition speaks of PAM
