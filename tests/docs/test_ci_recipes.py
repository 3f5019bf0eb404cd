"""docs/ci/: the ready-made pipelines are not only shown: their script lines are run, on a small candidate."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from rempart.reporting.policy import load_policy

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "docs" / "ci"
PAGE = (ROOT / "docs" / "candidate.md").read_text("utf-8")
INSTALL = re.compile(r"^(?:pip|pipx) install ")
FILES = ["github.yml", "gitlab.yml"]


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((RECIPES / name).read_text("utf-8"))
    return data


def _scripts(name: str) -> list[str]:
    """What a runner executes, in order: each one is a shell of its own at GitHub, one shell at GitLab."""
    if name == "github.yml":
        steps = _read(name)["jobs"]["rempart"]["steps"]
        return [step["run"] for step in steps if "run" in step]
    job = _read(name)["rempart"]
    return ["\n".join([*job["before_script"], *job["script"]])]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate's own repository: the program and the settings of docs/candidate.md, and the documented policy."""
    folder = tmp_path_factory.mktemp("project")
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    settings = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)[-1]
    (folder / "minimal_dpi.py").write_text(program)
    (folder / "candidate.yaml").write_text(settings.replace("[python3,", f"[{sys.executable},"))
    shutil.copy(RECIPES / "gate.yaml", folder)
    (folder / "bin").mkdir()
    shim = folder / "bin" / "rempart"  # the checkout's own, in the place of the install line
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m rempart.cli.main "$@"\n')
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    return folder


def _play(project: Path, name: str) -> tuple[list[int], str]:
    """Exit codes of the scripts until one fails, and everything that was printed."""
    environment = os.environ | {
        "PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "CI": "true",
        "REMPART_OPTIONS": "--scenario INS/va1.62.02",
        "GITHUB_STEP_SUMMARY": str(project / "step-summary.md"),
    }
    shutil.rmtree(project / "campagne", ignore_errors=True)
    codes, output = [], ""
    for script in _scripts(name):
        lines = [line for line in script.splitlines() if not INSTALL.match(line)]
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(lines)],
            cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        codes.append(done.returncode)
        output += done.stdout + done.stderr
        if done.returncode:
            break
    return codes, output


@pytest.mark.parametrize("name", FILES)
def test_one_line_installs_and_the_others_are_run_here(name: str) -> None:
    lines = [line for script in _scripts(name) for line in script.splitlines()]
    assert sum(bool(INSTALL.match(line)) for line in lines) == 1
    assert {"run", "gate", "compare", "candidate"} <= {
        w for line in lines for w in re.findall(r"\brempart (\w+)", line)
    }


@pytest.mark.parametrize("name", FILES)
def test_the_recipe_passes_on_a_candidate_that_conforms(project: Path, name: str) -> None:
    codes, output = _play(project, name)
    assert set(codes) == {0}, output
    assert "Barrière franchie" in output
    assert (project / "campagne" / "junit.xml").is_file()


def test_the_summary_is_shown_and_a_campaign_of_reference_is_compared(project: Path) -> None:
    if not (project / "campagne" / "results.json").is_file():
        _play(project, "github.yml")
    shutil.copytree(project / "campagne", project / "reference", dirs_exist_ok=True)
    (project / "step-summary.md").unlink(missing_ok=True)
    try:
        codes, output = _play(project, "github.yml")
        told = (project / "step-summary.md").read_text("utf-8")
    finally:
        shutil.rmtree(project / "reference")
    assert set(codes) == {0}, output
    assert "## Rempart: DPI minimal" in told and "### Rempart: aucune régression" in told


def test_the_gate_stops_it(project: Path) -> None:
    policy = project / "gate.yaml"
    kept = policy.read_text("utf-8")
    policy.write_text(kept.replace("requirement: INS/va1.62", "requirement: INS/va1.61"), "utf-8")
    try:
        codes, output = _play(project, "gitlab.yml")
    finally:
        policy.write_text(kept, "utf-8")
    assert codes[-1] == 1 and "Barrière fermée" in output, output


def test_a_broken_set_up_stops_before_the_gate(project: Path) -> None:
    settings = project / "candidate.yaml"
    kept = settings.read_text("utf-8")
    settings.write_text(kept.replace("version: 1", "version: 9"), "utf-8")
    try:
        codes, output = _play(project, "gitlab.yml")
    finally:
        settings.write_text(kept, "utf-8")
    assert codes == [2] and "Barrière" not in output, output


def test_what_is_published_keeps_what_was_made_even_after_a_failure() -> None:
    upload = next(s for s in _read("github.yml")["jobs"]["rempart"]["steps"] if "upload-artifact" in s.get("uses", ""))
    assert upload["if"] == "always()" and upload["with"]["path"] == "campagne/"
    artifacts = _read("gitlab.yml")["rempart"]["artifacts"]
    assert artifacts["when"] == "always" and artifacts["reports"]["junit"] == "campagne/junit.xml"


def test_the_documented_policy_is_accepted_with_its_example(tmp_path: Path) -> None:
    assert load_policy(RECIPES / "gate.yaml").minimum
    shown = (RECIPES / "gate.yaml").read_text("utf-8").replace("known_findings: []", "known_findings:")
    (tmp_path / "gate.yaml").write_text(re.sub(r"^#(?=  )", "", shown, flags=re.M), "utf-8")
    (known,) = load_policy(tmp_path / "gate.yaml").known_findings
    assert known.owner and known.reason and known.expires
