"""`rempart validate DIR`: folders, recorded or printed; the words of the contract and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from xdm_samples import sound

from rempart.cli import bulk_progress
from rempart.cli.bulk_progress import Progress, duration
from rempart.cli.report import report
from rempart.cli.validate import validate

GOOD = b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||ACK^R01^ACK|1|D|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|42\r"
BAD = GOOD.replace(b"MSA|AA|42", b"MSA|XX|")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "données"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "bon.hl7").write_bytes(GOOD)
    (folder / "a" / "mauvais.hl7").write_bytes(BAD)
    (folder / "IHE_XDM.ZIP").write_bytes(sound()["n1"])
    return folder


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(validate, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_folder_is_printed_as_its_files_would_be(data: Path) -> None:
    files = [data / "IHE_XDM.ZIP", data / "a" / "bon.hl7", data / "a" / "mauvais.hl7"]
    for output in ("text", "json"):
        told = run(data, "--format", output, "--workers", 1)
        alone = run(*files, "--format", output)
        assert (told.exit_code, alone.exit_code) == (1, 1)
        if output == "text":
            assert told.stdout == alone.stdout
        else:
            timeless = [
                [{**json.loads(line), "elapsed_ms": 0} for line in r.stdout.splitlines()] for r in (told, alone)
            ]
            assert timeless[0] == timeless[1]
    suite = ElementTree.fromstring(run(data, "--format", "junit").stdout.encode())
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")


def test_a_folder_is_recorded_and_resumed_and_its_page_rebuilt(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "résultats"
    first = run(data, "--output", out, "--workers", 1)
    assert first.exit_code == 1 and "3 fichiers: 2 conformes, 1 non conformes, 0 en erreur" in first.stdout
    names = {"results.jsonl", "results.parquet", "findings.parquet", "summary.json", "summary.html", "run.json"}
    assert {f.name for f in out.iterdir()} == names
    assert run(data, "--output", out).exit_code == 2
    again = run(data, "--output", out, "--resume", "--format", "json")
    assert again.exit_code == 1 and json.loads(again.stdout)["files"] == 3
    changed = run(data, "--output", out, "--resume", "--environment", "production")
    assert changed.exit_code == 2 and "environnement: non déclaré then, production now" in changed.stderr
    for name in ("summary.html", "summary.json", "results.parquet"):
        (out / name).unlink()
    rebuilt = CliRunner().invoke(report, [str(out)])
    assert rebuilt.exit_code == 0 and {f.name for f in out.iterdir()} == names


def test_the_page_says_verdicts_rules_and_files(data: Path, tmp_path: Path) -> None:
    (data / "a" / "<b>&.hl7").write_bytes(BAD)
    (data / "bruit").write_bytes(b"?")
    run(data, "--output", tmp_path / "out", "--workers", 1)
    page = (tmp_path / "out" / "summary.html").read_text("utf-8")
    for part in ("5 fichiers", "XDM (1 document)", "ACK^R01", "HL7-105", "MSA-1", "mauvais.hl7", "ni archive ZIP"):
        assert part in page
    assert "&lt;b&gt;&amp;.hl7" in page and "<b>&.hl7" not in page


def test_exit_codes_of_folders(data: Path, tmp_path: Path) -> None:
    (data / "a" / "mauvais.hl7").unlink()
    assert run(data, "--workers", 1).exit_code == 0
    (data / "bruit").write_bytes(b"?")
    assert run(data, "--workers", 1).exit_code == 3
    empty = tmp_path / "vide"
    empty.mkdir()
    for more in ((), ("--output", tmp_path / "out")):
        result = run(empty, *more)
        assert result.exit_code == 3 and "Aucun fichier" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--resume"], "--output"),
        (["--engine", "dask"], "--scheduler"),
        (["--scheduler", "tcp://x:1"], "--engine dask"),
        (["--engine", "dask", "--scheduler", "tcp://x:1", "--workers", "2"], "--workers"),
        (["--edition", "2.0", "--edition", "2.1"], "--edition"),
        (["--output", "OUT", "--format", "junit"], "junit"),
        (["--workers", "0"], "0"),
        (["--story", "DATA"], "--story"),
        (["--output", "DATA/IHE_XDM.ZIP"], "IHE_XDM.ZIP"),
    ],
)
def test_wrong_usage_is_said(data: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    given = [a.replace("OUT", str(tmp_path / "out")).replace("DATA", str(data)) for a in arguments]
    result = run(data, *given)
    assert result.exit_code == 2 and said in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_does_not_answer_is_not_a_verdict(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr("rempart.bulk.cluster._CONNECT", 1)
    result = run(data, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 3 and "no Dask scheduler" in result.stderr


# -- progress


def test_progress_says_how_many_how_fast_and_how_long(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(bulk_progress.time, "monotonic", lambda: clock[0])
    progress = Progress([str(data)])
    progress._count()
    assert progress._total == 3
    progress._total = 1000
    progress.advance(100)  # of an earlier run: they took no time of this one
    clock[0] += 10
    progress.advance(90)
    assert progress.line() == "190 / 1000 fichiers, 9.0/s, reste 2 min"


def test_progress_is_a_line_from_time_to_time_without_a_terminal(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_progress, "_EVERY", 0.0)
    with Progress([str(data)]) as progress:
        progress.advance(2)
    assert capsys.readouterr().err.count("fichiers") == 2


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "0 s"), (89, "89 s"), (150, "2 min"), (12_000, "3 h 20")])
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
