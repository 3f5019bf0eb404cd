"""The example of a driver that acts through the screens: it is run as its page says, when there is a Chromium."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "playwright-driver"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
needs_browser = pytest.mark.skipif(
    not Path(CHROMIUM).exists() or importlib.util.find_spec("playwright") is None,
    reason="no Chromium, or no Playwright, on this machine: the driver of the example is not run",
)


def free_ports(count: int) -> list[int]:
    """Held together, so that they differ, and let go at once."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def campaign(folder: Path, *requirements: str, mutant: str = "") -> dict[str, list[tuple[str, str]]]:
    """(verdict, reason) of each scenario that a machine played, by scénario de conformité."""
    example = folder / "example"
    shutil.copytree(EXAMPLE, example)
    web, hl7 = free_ports(2)
    settings = (example / "candidate.yaml").read_text("utf-8")
    settings = settings.replace("8100", str(web)).replace("8101", str(hl7)).replace("[python,", f"[{sys.executable},")
    if mutant:
        settings = settings.replace("--exit-with-stdin]", f"--exit-with-stdin, --mutant, {mutant}]")
    (example / "candidate.yaml").write_text(
        settings.replace("version: 1\n", f"version: 1\ncertificates: {folder / 'pki'}\n", 1), "utf-8"
    )
    asked = [word for r in requirements for word in ("--requirement", r)]
    command = [sys.executable, "-m", "rempart.cli.main", "run", "--candidate", str(example / "candidate.yaml")]
    done = subprocess.run(
        [*command, *asked, "--output", str(folder / "run")], env=os.environ | {"DPI_URL": f"http://127.0.0.1:{web}"},
        capture_output=True, text=True, timeout=240, cwd=ROOT, check=False,
    )  # fmt: skip
    results = json.loads((folder / "run" / "results.json").read_text("utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for s in results["scenarios"]:
        if not s["feature"].startswith("attestations/"):
            found.setdefault(s["scenario_id"], []).append((s["verdict"], s["reason"]))
    assert found, done.stdout + done.stderr
    return found


@needs_browser
def test_the_screens_of_the_reference_are_judged_through_a_browser(tmp_path: Path) -> None:
    played = campaign(tmp_path, "DMP/UX.12", "DMP/UX.27", "SEED.DMP.CONSENT.7", "DMP/UX.31")
    for scenario in ("DMP/UX.12.01", "DMP/UX.27.01", "SEED.DMP.CONSENT.7.01"):
        assert {verdict for verdict, _ in played[scenario]} == {"conforme"}, played[scenario]
    # What the driver has no method for is left to a person.
    assert {verdict for verdict, _ in played["DMP/UX.31.01"]} == {"a_attester"}
    assert all("import_dmp_documents" in reason for _, reason in played["DMP/UX.31.01"])


@needs_browser
def test_a_defect_of_the_screens_is_found_through_a_browser(tmp_path: Path) -> None:
    """A closed DMP that the page says does not exist."""
    played = campaign(tmp_path, "DMP/UX.12", mutant="dmp-ferme-dit-absent")
    assert [verdict for verdict, _ in played["DMP/UX.12.01"]].count("non_conforme") == 1
    (reason,) = [reason for verdict, reason in played["DMP/UX.12.01"] if verdict == "non_conforme"]
    assert reason.startswith("XDS-107, dmp.state")
