"""`rempart schemas` and `validate --pack`: what they print, and the exit codes of the contract."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pack_samples import EDITION, FILES, IHE, N1, STRUCMIN, XSD, archive, folder

from rempart.cli import pack_download
from rempart.cli.schemas import schemas
from rempart.cli.validate import validate
from rempart.validation.packs.store import installed_names, packs_store

LABEL = f"ci-sis-cda@{EDITION}"


@pytest.fixture(autouse=True)
def own_folders(no_packs_of_the_account: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path / "data"))


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(schemas, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A repository's archive over HTTP; anything else is not found."""
    data = archive(tmp_path / "depot.zip").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/depot.zip"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(data if found else b"")

        def log_message(self, *arguments: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def test_install_list_verify_remove(tmp_path: Path) -> None:
    path = folder(tmp_path / "source")
    done = run("install", LABEL, "--from", str(path))
    assert done.exit_code == 0 and f"{LABEL} installé: 7 fichiers" in done.stdout and "relevées" in done.stdout
    listed = [json.loads(line) for line in run("list", "--format", "json").stdout.splitlines()]
    assert [(x["pack"], x["edition"], x["installed"]) for x in listed] == [
        ("ci-sis-cda", "2025-02", False), ("ci-sis-cda", EDITION, True), ("xds", "2026-08", False),
    ]  # fmt: skip
    assert f"{LABEL:<24} installé" in run("list").stdout
    assert run("verify").exit_code == 0 and "intact, 7 fichiers" in run("verify", "ci-sis-cda").stdout
    assert run("remove", LABEL).exit_code == 0 and installed_names() == []
    assert run("remove", LABEL).exit_code == 2 and run("remove", "ci-sis-cda").exit_code == 2


def test_verify_names_what_is_not_as_installed(tmp_path: Path) -> None:
    run("install", LABEL, "--from", str(folder(tmp_path / "source")))
    (packs_store() / LABEL / "files" / IHE).write_text("autre")
    (packs_store() / LABEL / "files" / XSD).unlink()
    told = run("verify")
    assert told.exit_code == 1 and f"  modifié: {IHE}" in told.stdout and f"  absent: {XSD}" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["install", "inconnu"], "pack inconnu: inconnu (connus: ci-sis-cda, xds)"),
        (["install", "ci-sis-cda@2030-01"], "une autre demande --from"),
        (["install", LABEL, "--from", "nulle/part"], "ni dossier ni archive"),
        (["verify", "xds"], "n'est pas installé"),
        (["verify", "../x"], "n'est pas un nom de pack"),
        (["remove", "xds@2026-08"], "n'est pas installé"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2 and words in result.stderr


def test_an_archive_that_is_not_the_edition_installs_nothing(tmp_path: Path) -> None:
    result = run("install", "ci-sis-cda", "--from", str(archive(tmp_path / "a.zip")))
    assert result.exit_code == 1 and "rien d'installé" in result.stderr and installed_names() == []
    assert "absent: " in result.stdout and f"modifié: {XSD}" in result.stdout and "autre(s)" in result.stdout


def test_a_pack_comes_from_an_address(server: str) -> None:
    result = run("install", LABEL, "--from", f"{server}/depot.zip")
    assert result.exit_code == 0 and installed_names() == [LABEL]


def test_an_address_that_does_not_answer_could_not_conclude(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = run("install", LABEL, "--from", f"{server}/autre.zip")
    assert missing.exit_code == 3 and "répond 404" in missing.stderr
    monkeypatch.setattr(pack_download, "MAX_ARCHIVE", 100)
    big = run("install", LABEL, "--from", f"{server}/depot.zip")
    assert big.exit_code == 3 and "abandonné" in big.stderr
    offline = run("install", LABEL, "--from", "http://127.0.0.1:1/depot.zip")
    assert offline.exit_code == 3 and "--from DOSSIER" in offline.stderr and installed_names() == []


def test_verify_without_a_pack_says_so() -> None:
    assert run("verify").exit_code == 0 and "Aucun pack" in run("verify").stdout


def _validate(*arguments: str) -> Result:
    result = CliRunner().invoke(validate, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_validate_chooses_its_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_RUNTIME", str(tmp_path / "r"))
    monkeypatch.setenv("REMPART_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("REMPART_SCHEMATRON_LINGER", "0.5")
    file = tmp_path / "doc.xml"
    file.write_bytes(N1)
    for edition, text in (("1", "&lt; 60"), ("2", "&lt; 10")):
        path = folder(tmp_path / edition, STRUCMIN=FILES[STRUCMIN].replace("&lt; 60", text))
        run("install", f"ci-sis-cda@{edition}", "--from", str(path))
    assert json.loads(_validate("--no-packs", "--format", "json", str(file)).stdout)["validators"][2:] == []
    default = _validate(str(file))
    assert default.exit_code == 1 and "(ci-sis-cda@2)" in default.stdout and "titre trop long" in default.stdout
    assert _validate(str(file), "--pack", "ci-sis-cda@1").exit_code == 0
    two = _validate("--format", "json", "--pack", "ci-sis-cda@1", "--pack", "ci-sis-cda@2", str(file))
    both = [json.loads(line) for line in two.stdout.splitlines()]
    assert [(x["edition"], x["verdict"], len(x["only_in_edition"])) for x in both] == [
        ("1.16, ci-sis-cda@1", "conforme", 0), ("1.16, ci-sis-cda@2", "non_conforme", 1),
    ]  # fmt: skip


def test_validate_refuses_what_is_not_installed(tmp_path: Path) -> None:
    file = tmp_path / "doc.xml"
    file.write_bytes(N1)
    for arguments in (["--pack", "xds"], ["--pack", "nul"], ["--pack", "xds", "--no-packs"]):
        assert _validate(*arguments, str(file)).exit_code == 2
