"""docs/add-a-requirement.md, followed to the letter in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rempart.catalog import check, load

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "add-a-requirement.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^Append to `(?P<path>[^`]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
REPLACED = re.compile(
    r"^`(?P<path>[^`]+)`, replace:\n\n```\w+\n(?P<old>.*?)^```\n\nby:\n\n```\w+\n(?P<new>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SCENARIO, MUTANT = "DMP/CONF.12.01", "emetteur-sans-structure"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the blocks of the document appended, or put in place of others, where it says."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("features", "requirements", "schemas", "src", "steps"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    for block in REPLACED.finditer(DOC):
        text = (copy / block["path"]).read_text("utf-8")
        assert text.count(block["old"]) == 1, block["path"]
        (copy / block["path"]).write_text(text.replace(block["old"], block["new"]), "utf-8")
    for block in BLOCK.finditer(DOC):
        with (copy / block["path"]).open("a", encoding="utf-8") as file:
            file.write(block["text"])
    return copy


def verdicts(project: Path, *options: str) -> dict[str, str]:
    folder = project / ("run-" + "-".join(o.strip("-").replace("/", "") for o in options))
    command = [sys.executable, "-m", "pytest", "-q", f"--campaign-output={folder}", f"--scenario={SCENARIO}", *options]
    environment = os.environ | {"PYTHONPATH": f"{project / 'src'}{os.pathsep}{project}"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    assert (folder / "results.json").is_file(), done.stdout + done.stderr
    return {s["name"]: s["verdict"] for s in json.loads((folder / "results.json").read_text("utf-8"))["scenarios"]}


def test_the_document_names_one_file_to_complete_two_to_append_to_and_one_to_edit() -> None:
    appended = [block["path"] for block in BLOCK.finditer(DOC)]
    assert len(appended) == len(set(appended)) == 2
    assert [block["path"] for block in REPLACED.finditer(DOC)] == ["requirements/dmp-conf.yaml"]
    assert "caught_by` of `emetteur-sans-structure` in `src/rempart/reference/mutants.yaml`" in DOC


def test_the_catalogue_accepts_what_the_document_adds(project: Path) -> None:
    catalog = load(project / "requirements")
    assert catalog.get("HOP-DPI-Va2", "DMP/CONF.12") is not None
    assert check(catalog, project / "features") == []


def test_the_requirement_alone_is_not_enough(project: Path) -> None:
    problems = check(load(project / "requirements"), ROOT / "features")
    assert [p for p in problems if f"@{SCENARIO}" in p] == problems != []


def test_the_new_scenario_passes_on_the_reference_and_catches_the_defect(project: Path) -> None:
    assert set(verdicts(project).values()) == {"conforme"}
    assert set(verdicts(project, f"--mutant={MUTANT}").values()) == {"non_conforme"}
