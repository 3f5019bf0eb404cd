"""`rempart validate` on messages of the DMP: recognised by content, or told by --as; the contract of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dmp_samples import CONSULTING, assertion, edited, sound

from rempart.cli.validate import validate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "alimentation.http").write_bytes(sound()["feed-mtom"])
    (tmp_path / "alimentation.xml").write_bytes(sound()["feed"])
    (tmp_path / "jeton.xml").write_bytes(assertion(CONSULTING))
    (tmp_path / "faute.xml").write_bytes(edited(sound()["feed"], 'nodeRepresentation="07"', 'nodeRepresentation="77"'))
    (tmp_path / "autre.xml").write_bytes(b"<autre/>")
    return tmp_path


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(validate, [str(a) for a in (*arguments, "--no-packs", "--format", "json")])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(("name", "kind"), [
    ("alimentation.http", "SOAP TD2.1 (ITI-41)"), ("alimentation.xml", "SOAP TD2.1 (ITI-41)"),
    ("jeton.xml", "VIHF INDIRECTE_RENFORCEE"),
])  # fmt: skip
def test_messages_are_recognised_by_their_content(folder: Path, name: str, kind: str) -> None:
    line = json.loads(_run(folder / name).stdout)
    assert (line["kind"], line["verdict"]) == (kind, "conforme") and line["validators"]
    assert {"path", "kind", "verdict", "findings", "elapsed_ms", "validators"} <= set(line)


@pytest.mark.parametrize(("name", "kind", "code"), [
    ("alimentation.http", "xds", 0), ("alimentation.xml", "xds", 0), ("faute.xml", "xds", 1), ("autre.xml", "xds", 3),
    ("jeton.xml", "vihf", 0), ("alimentation.xml", "vihf", 3), ("jeton.xml", "xds", 3), ("jeton.xml", "autre", 2),
])  # fmt: skip
def test_what_a_file_is_told_to_be_is_what_it_is_judged_as(folder: Path, name: str, kind: str, code: int) -> None:
    assert _run("--as", kind, folder / name).exit_code == code


@pytest.mark.parametrize(("instant", "code"), [
    ("2026-05-04T10:15:20Z", 0), ("2026-05-04T12:15:20+02:00", 0), ("2026-05-04T10:16:00Z", 1),
    ("2026-05-04T10:15:20", 2), ("hier", 2),
])  # fmt: skip
def test_the_instant_of_reception_is_declared(folder: Path, instant: str, code: int) -> None:
    assert _run("--received", instant, folder / "jeton.xml").exit_code == code


def test_a_folder_is_judged_by_workers_too(folder: Path) -> None:
    (folder / "autre.xml").unlink()
    lines = [json.loads(line) for line in _run(folder, "--received", "2026-05-04T10:15:20Z").stdout.splitlines()]
    verdicts = {Path(line["path"]).name: line["verdict"] for line in lines}
    assert verdicts["alimentation.http"] == verdicts["jeton.xml"] == "conforme"
    assert verdicts["faute.xml"] == "non_conforme"
