"""`rempart run` as a user and a CI see it: a process, its output, its exit code and the record it leaves."""

import configparser
import json
import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rempart.cli.needs import needs

ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--dispositif", "HOP-DPI-Va2", "--requirement", "INS/va1.62"]
RUN = [sys.executable, "-m", "rempart.cli.main", "run"]


def _run(folder: Path, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CI": "1"}
    return subprocess.run(
        [*RUN, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def _results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return found


def _by_who(scenarios: list[Any]) -> tuple[list[Any], list[Any]]:
    """Those that the harness plays, and those that a person attests."""
    attested = [s for s in scenarios if s["feature"].startswith("attestations/")]
    return [s for s in scenarios if s not in attested], attested


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _candidate(folder: Path, driver: str, hl7_port: int) -> str:
    file = folder / "candidate.yaml"
    file.write_text(
        "version: 1\ncandidate: {name: Essai, version: '1'}\n"
        "timeouts: {acknowledgement: 0.5, business_acknowledgement: 0.5, action: 0.5, silence: 0.2}\n"
        "dispositifs:\n  HOP-DPI-Va2:\n"
        f"    driver: {driver}\n    endpoints: {{hl7v2: {{host: 127.0.0.1, port: {hl7_port}}}}}\n"
    )
    return str(file)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A whole campaign on the embedded reference, from an empty folder."""
    folder = tmp_path_factory.mktemp("campaign")
    return folder / "out", _run(folder, "--output", "out", "-n", "2", timeout=300)


def test_the_reference_conforms_and_the_report_is_named(
    campaign: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = campaign
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Rapport à ouvrir: {out / 'report.html'}" in done.stdout.splitlines()
    assert (out / "report.html").is_file() and (out / "junit.xml").is_file()
    played, attested = _by_who(_results(out)["scenarios"])
    assert {s["verdict"] for s in played} == {"conforme"}
    assert {s["verdict"] for s in attested} == {"a_attester"}  # nobody deposits anything for the reference


def test_each_scenario_has_one_line(campaign: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, done = campaign
    awaited = 0
    for scenario in _results(out)["scenarios"]:
        if scenario["feature"].startswith("attestations/") and scenario["verdict"] == "a_attester":
            awaited += 1
            continue
        wanted = f"{scenario['dispositif']}  {scenario['scenario_id']:<19}  {scenario['name']}"
        assert sum(line.endswith(wanted) for line in done.stdout.splitlines()) == 1, wanted
    counts = re.findall(r"(\d+) scénarios? à déposer", done.stdout)
    assert sum(map(int, counts)) == awaited > 0, "those that only a person can play are counted by section"
    assert "\x1b" not in done.stdout and "passed" not in done.stdout
    assert "\\x" not in done.stdout, "a row of an Exemples table is named in French"


def test_what_check_announces_is_what_scenarios_ask(
    campaign: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """`candidate check` reads the steps; the campaign tells which actions were really asked."""
    results = _results(campaign[0])
    exchanges = {e["id"]: e for e in results["exchanges"]}
    announced = {(n.dispositif, n.scenario_id, n.name): n for n in needs()}
    for scenario in _by_who(results["scenarios"])[0]:
        name = scenario["name"].rpartition(" [")[0] if scenario["name"].endswith("]") else scenario["name"]
        need = announced[scenario["dispositif"], scenario["scenario_id"], name]
        ids = {i for step in scenario["steps"] for i in step["exchanges"]}
        seen = [exchanges[i] for i in ids]
        asked = {e["label"] for e in seen if e["protocol"].startswith("driver/")}
        assert asked <= set(need.actions), (scenario["key"], asked - set(need.actions))
        if "driver/http" in {e["protocol"] for e in seen}:
            assert set(need.actions), scenario["key"]


def test_a_defect_makes_it_fail(tmp_path: Path) -> None:
    arguments = ["--dispositif", "HOP-DPI-Va2", "--scenario", "INS/va1.62.02", "--mutant", "ins-sans-vali-conservee"]
    done = _run(tmp_path, *arguments, "--output", "out")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "non conforme    HOP-DPI-Va2  INS/va1.62.02" in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_candidate_that_is_down_is_inconclusive(tmp_path: Path) -> None:
    port = _closed_port()
    file = _candidate(tmp_path, f'{{kind: http, url: "http://127.0.0.1:{port}"}}', port)
    done = _run(tmp_path, "--candidate", file, *QUICK, "--output", "out", timeout=60)
    assert done.returncode == 3, done.stdout + done.stderr
    scenarios = _results(tmp_path / "out")["scenarios"]
    assert {s["verdict"] for s in scenarios} == {"indetermine"}
    assert all(f"127.0.0.1:{port}" in s["reason"] for s in scenarios)
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize(
    ("said", "closes", "reason"),
    [
        (b"", False, "aucun octet"),
        (b"", True, "sans acquittement"),
        (b"\x0bMSH|^~\\&|", False, "bloc inachevé"),
        (b"\x0bMSH|^~\\&|", True, "milieu d'un bloc"),
        (b"HTTP/1.0 400 Bad Request\r\n\r\n", False, "hors de tout bloc"),
    ],
    ids=["mute", "closes", "slow", "closes in mid-frame", "garbage"],
)
def test_a_candidate_that_answers_badly_is_inconclusive(tmp_path: Path, said: bytes, closes: bool, reason: str) -> None:
    over = threading.Event()

    class Wrong(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(said)
            if not closes:
                over.wait(60)

    (tmp_path / "fichiers").mkdir()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Wrong) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        file = _candidate(tmp_path, "{kind: captures, folder: fichiers}", server.server_address[1])
        arguments = ["--candidate", file, "--dispositif", "HOP-DPI-Va2", "--scenario", "INS/va1.62.02"]
        done = _run(tmp_path, *arguments, "--output", "out", timeout=60)
        over.set()
        server.shutdown()
    assert done.returncode == 3, done.stdout + done.stderr
    scenarios = _results(tmp_path / "out")["scenarios"]
    assert {s["verdict"] for s in scenarios} == {"indetermine"}
    assert all(reason in s["reason"] for s in scenarios), scenarios[0]["reason"]
    recorded = _results(tmp_path / "out")["exchanges"]
    assert any(e["direction"] == "sent" and e["protocol"] == "hl7v2/mllp" for e in recorded)
    assert (tmp_path / "out" / "report.html").is_file()


def test_what_awaits_a_person_passes_unless_strict(tmp_path: Path) -> None:
    captures = tmp_path / "fichiers"
    captures.mkdir()
    arguments = ["--candidate", _candidate(tmp_path, "{kind: captures, folder: fichiers}", _closed_port())]
    text = (tmp_path / "candidate.yaml").read_text().replace("    endpoints", "    # endpoints")
    (tmp_path / "candidate.yaml").write_text(text)
    assert _run(tmp_path, *arguments, *QUICK, "--output", "one").returncode == 0
    assert _run(tmp_path, *arguments, *QUICK, "--output", "two", "--strict").returncode == 1
    assert {s["verdict"] for s in _results(tmp_path / "one")["scenarios"]} == {"a_attester"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--requirement", "CDA/HL7.99"], "exigence inconnue"),
        (["--scenario", "CDA/HL7.99.01"], "scénario inconnu"),
        (["--mutant", "triple-incoherant"], "triple-incoherent"),
        (["--candidate", "absent.yaml"], "absent.yaml:1: fichier introuvable"),
        (["--candidate", "candidate.yaml", "--mutant", "triple-incoherent"], "candidat de référence"),
        (["--candidate", "candidate.yaml", "-n", "2"], "section « start »"),
        (["--output", "full"], "contient déjà une campagne"),
        (["-n", "beaucoup"], "-n beaucoup"),
        (["--dispositif", "HOP-PFI-Va2", "--requirement", "INS/va1.62"], "Aucun scénario"),
        (["--", "-k", "rien_de_tel"], "Aucun scénario"),
        (["--", "--option-inconnue"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    _candidate(tmp_path, '{kind: http, url: "http://127.0.0.1:9"}', 9)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "results.json").write_text("{}")
    output = [] if "--output" in arguments else ["--output", "out"]
    done = _run(tmp_path, *output, *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_keeps_what_was_done(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*RUN, "--dispositif", "HOP-DPI-Va2", "--output", "out"],
        cwd=tmp_path, env={**os.environ, "CI": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, first + rest + errors
    verdicts = {s["verdict"] for s in _results(tmp_path / "out")["scenarios"]}
    assert {"conforme", "non_teste"} <= verdicts
    assert "Campagne interrompue" in rest and (tmp_path / "out" / "report.html").is_file()


def test_allure_results_come_with_one_option(tmp_path: Path) -> None:
    done = _run(tmp_path, *QUICK, "--output", "out", "--", "--alluredir=allure")
    assert done.returncode == 0, done.stdout + done.stderr
    results = list((tmp_path / "allure").glob("*-result.json"))
    assert len(results) == len(_results(tmp_path / "out")["scenarios"])


def test_what_pytest_is_asked_to_list_is_listed_and_not_run(tmp_path: Path) -> None:
    done = _run(tmp_path, *QUICK, "--output", "out", "--", "--collect-only", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "steps/campaign.py::test_une_patiente_est_créée_avec_son_ins" in done.stdout
    assert "Rapport" not in done.stdout


def test_plain_pytest_in_the_root_is_the_same_campaign(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", *QUICK, "-q", "--campaign-output", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {s["verdict"] for s in _results(tmp_path / "out")["scenarios"]} == {"conforme"}


def test_the_two_pytest_configurations_agree() -> None:
    """pyproject.toml serves `pytest` in the root, campaign.ini `rempart run`: the same campaign."""
    ini = configparser.ConfigParser()
    ini.read(ROOT / "src" / "rempart" / "campaign" / "campaign.ini", encoding="utf-8")
    ours = ini["pytest"]
    toml = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert set(toml["addopts"].split()) <= set(ours["addopts"].split())
    assert ours["filterwarnings"].split("\n")[1:] == toml["filterwarnings"]


def test_the_report_is_rebuilt_from_the_record(campaign: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = campaign
    before = (out / "report.html").read_text("utf-8")
    (out / "report.html").unlink()
    command = [sys.executable, "-m", "rempart.cli.main", "report", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert (out / "report.html").read_text("utf-8") == before
