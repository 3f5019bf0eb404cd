"""docs/candidate.md is enough to plug in a candidate: its program runs, and is judged on what it offers."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from rempart.candidate.config import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "candidate.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


def test_the_action_by_action_part_is_in_force() -> None:
    spec = importlib.util.spec_from_file_location("action_docs", ROOT / "tools" / "action_docs.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.rewritten(PAGE) == PAGE, "run: python tools/action_docs.py"


def test_the_documented_settings_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "candidate.yaml"
    file.write_text(_blocks("yaml")[0])
    assert load(file).dispositifs["HOP-DPI-Va2"].hl7v2.port == 4001


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Counter[str]], str]:
    """Exit code, verdicts by scenario id and output of the documented command on the documented candidate."""
    folder = tmp_path_factory.mktemp("minimal")
    (program,) = _blocks("python")
    (folder / "minimal_dpi.py").write_text(program)
    settings = _blocks("yaml")[-1].replace("[python3,", f"[{sys.executable},")
    (folder / "candidate.yaml").write_text(settings)
    asked = re.search(r"^\$ CI=1 rempart (run .*)$", PAGE, re.M)
    assert asked
    command = [sys.executable, "-m", "rempart.cli.main", *asked[1].split(), "--output", "out", "--no-report"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "CI": "1"}, capture_output=True, text=True, timeout=120, check=False
    )
    assert (folder / "out" / "results.json").is_file(), done.stdout + done.stderr
    results = json.loads((folder / "out" / "results.json").read_text())
    verdicts: dict[str, Counter[str]] = {}
    for scenario in results["scenarios"]:
        verdicts.setdefault(scenario["scenario_id"], Counter())[scenario["verdict"]] += 1
    return done.returncode, verdicts, done.stdout


def test_the_minimal_candidate_conforms_on_what_it_offers(judged: tuple[int, dict[str, Counter[str]], str]) -> None:
    code, verdicts, output = judged
    assert code == 0, output
    for scenario in ("INS/va1.62.01", "INS/va1.62.02", "SEED.DMP.CONSENT.13.01"):
        assert verdicts[scenario]["conforme"] >= 2, (scenario, output)
    assert {v for counts in verdicts.values() for v in counts} == {"conforme", "a_attester"}, output


def test_what_it_does_not_offer_awaits_a_person(judged: tuple[int, dict[str, Counter[str]], str]) -> None:
    _, verdicts, _ = judged
    assert verdicts["INS/va1.62.03"]["a_attester"] >= 1


def test_the_page_shows_what_really_comes_out(judged: tuple[int, dict[str, Counter[str]], str]) -> None:
    _, _, output = judged
    shown = [line for line in PAGE.splitlines() if line.startswith(("conforme  ", "à attester  "))]
    assert len(shown) == 2 and set(shown) <= set(output.splitlines())
