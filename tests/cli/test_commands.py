"""The small commands: catalogue, rules, versions, candidate.yaml, reports; and how the command line starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cda_samples import sample
from click.testing import CliRunner, Result

from rempart.candidate.config import load
from rempart.catalog import CatalogError
from rempart.cli.main import COMMANDS, main
from rempart.resources import schemas_dir


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command: str) -> None:
    result = _run(command, "--help")
    assert result.exit_code == 0 and result.output.startswith("Usage:")


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    output = _run("--help").output
    assert all(name in output for name in COMMANDS) and "130 interrupted" in output


@pytest.mark.parametrize("arguments", [["x"], ["run", "--dispositif", "HOP-RIS"], ["run", "-n", "0"], ["validate"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert _run(*arguments).exit_code == 2


def test_listing_the_commands_imports_none_of_them() -> None:
    code = (
        "import sys; from rempart.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "slow = {'pytest', 'requests', 'lxml', 'rich', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'imported at start: {slow}' if slow else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", ["n1.xml", "message.hl7"])
def test_one_file_loads_nothing_that_judging_it_does_not_need(name: str, tmp_path: Path) -> None:
    """What each start pays for: a command that is run thousands of times a day must stay under 0.4 s.

    The second run reads no YAML: the first one kept it.
    """
    (tmp_path / "message.hl7").write_bytes((schemas_dir() / "hl7v2" / "examples" / "mdm-t02.hl7").read_bytes())
    (tmp_path / "n1.xml").write_bytes(sample("n1"))
    code = (
        "import sys; from rempart.cli.main import main\n"
        "try: main(['validate', sys.argv[1]])\nexcept SystemExit: pass\n"
        "slow = {'pydantic', 'yaml', 'rich', 'http', 'email', 'ssl', 'importlib.metadata', 'xml.etree.ElementTree',\n"
        "        'zipfile', 'multiprocessing', 'pikepdf', 'PIL', 'saxonche', 'xmlschema', 'hl7apy'}\n"
        "slow &= set(sys.modules)\n"
        "print('loaded:', *sorted(slow))"
    )
    environment = os.environ | {"REMPART_CACHE": str(tmp_path / "cache")}
    for loaded in ("loaded: yaml", "loaded:"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)], capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr
        assert "conforme (" in done.stdout and done.stdout.splitlines()[-1] == loaded


def test_catalog_list_and_show() -> None:
    assert "HOP-DPI-Va2  CDA/HL7.02" in _run("catalog", "list").output
    assert "HOP-PFI-Va2" not in _run("catalog", "list", "--dispositif", "HOP-DPI-Va2").output
    first = json.loads(_run("catalog", "list", "--format", "json").output.splitlines()[0])
    assert {"id", "statement", "source"} <= set(first)
    both = _run("catalog", "show", "CDA/HL7.02").output
    assert "HOP-DPI-Va2 CDA/HL7.02" in both and "HOP-PFI-Va2 CDA/HL7.02" in both and "preuve CDA/HL7.02.01.01" in both
    assert _run("catalog", "show", "XXX/1.01").exit_code == 2


def test_catalog_check_agrees_with_the_features() -> None:
    result = _run("catalog", "check")
    assert result.exit_code == 0, result.output


def test_catalog_check_fails_on_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rempart.cli.catalog.check_catalog", lambda _: ["a.yaml:3: x"])
    result = _run("catalog", "check")
    assert result.exit_code == 1 and "a.yaml:3: x" in result.output


def test_an_unreadable_catalogue_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise CatalogError(["a.yaml:1: illisible"])

    monkeypatch.setattr("rempart.cli.catalog.load", broken)
    result = _run("catalog", "list")
    assert result.exit_code == 2 and "illisible" in result.output


def test_rules_list_and_show() -> None:
    assert "HL7-014" in _run("rules", "list").output
    assert json.loads(_run("rules", "list", "--format", "json").output.splitlines()[0])["id"]
    shown = _run("rules", "show", "hl7-014").output
    assert "HL7-014" in shown and "source:" in shown and "à faire:" in shown
    assert _run("rules", "show", "HL7-999").exit_code == 2


def test_version_names_what_a_verdict_depends_on() -> None:
    output = _run("version").output
    assert all(name in output for name in ("rempart:", "catalogue:", "règles et profils:", "pilote:"))


def test_report_without_a_campaign(tmp_path: Path) -> None:
    result = _run("report", str(tmp_path))
    assert result.exit_code == 2 and "results.json" in result.output


def test_candidate_init_writes_a_file_that_loads(tmp_path: Path) -> None:
    file = tmp_path / "candidate.yaml"
    assert _run("candidate", "init", str(file)).exit_code == 0
    assert load(file).candidate.name == "Mon logiciel"
    file.write_text("mien")
    assert _run("candidate", "init", str(file)).exit_code == 2
    assert file.read_text() == "mien"
    assert _run("candidate", "init", "--force", str(file)).exit_code == 0
    assert _run("candidate", "init", str(tmp_path / "absent" / "x.yaml")).exit_code == 2


def test_every_commented_line_of_the_model_is_a_valid_setting(tmp_path: Path) -> None:
    """A stranger uncomments: what comes out must be accepted, or refused for a missing file only."""
    file = tmp_path / "candidate.yaml"
    _run("candidate", "init", str(file))
    text = file.read_text().replace("    # start:", "    start:").replace("    #   command", "      command")
    file.write_text(text.replace("    #   ready_timeout", "      ready_timeout"))
    start = load(file).dispositifs["HOP-DPI-Va2"].start
    assert start and start.command[2] == "{partner_host}:{partner_port}"


def test_candidate_openapi(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    assert _run("candidate", "openapi", "--output", str(file)).exit_code == 0
    assert json.loads(file.read_text())["openapi"] == "3.1.0"
    assert json.loads(_run("candidate", "openapi").output) == json.loads(file.read_text())


@pytest.mark.parametrize("command", [["candidate", "check"], ["run", "--candidate"]])
def test_a_wrong_candidate_yaml_is_told_line_by_line(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "candidate.yaml"
    head = "version: 1\ncandidate: {name: X, version: '1'}\n"
    file.write_text(head + "dispositifs:\n  HOP-DPI-Va2: {driver: {kind: http}}\n")
    result = _run(*command, str(file))
    assert result.exit_code == 2
    assert f"{file}:4: dispositifs.HOP-DPI-Va2: le pilote http veut une clé « url »" in result.output
