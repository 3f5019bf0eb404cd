"""dev.py, the pinned dependencies and the README: what a fresh clone relies on."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "tools" / "dependencies.txt").read_text("utf-8")


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py with an environment that is only a folder, and a pip that only remembers."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    done: list[tuple[str, ...]] = []
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / "venv" / "stamp")
    monkeypatch.setattr(module.venv, "create", lambda path, **_: _empty_environment(path))
    monkeypatch.setattr(module, "pip", lambda *arguments: done.append(arguments))
    monkeypatch.setattr(module.subprocess, "call", lambda command, **_: done.append(tuple(command)) or 7)
    module.done = done  # type: ignore[attr-defined]
    return module


def _empty_environment(path: Path) -> None:
    path.mkdir(exist_ok=True)
    (path / "pyvenv.cfg").touch()


def test_the_first_time_installs_with_hashes_and_nothing_unpinned(dev: ModuleType) -> None:
    assert dev.main(["campaign", "--strict"]) == 7
    lock, project, command = dev.done
    assert lock[:2] == ("install", "--require-hashes")
    assert {"--no-deps", "--no-build-isolation"} <= set(project)
    assert command[1:] == ("run", "--strict")


def test_the_second_time_only_runs(dev: ModuleType) -> None:
    dev.main(["tests"])
    dev.done.clear()
    dev.main(["tests"])
    (done,) = dev.done
    assert done[1:6] == ("-m", "pytest", "tests", "-q", "-n") and done[7:] == tuple(dev.HANGS)
    assert int(done[6]) >= 2, "the tests are played in parallel; how many workers is a matter of measurement"


def test_a_changed_lock_installs_again(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.main(["tests"])
    (tmp_path / "other.txt").write_text("x==1")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "other.txt")
    dev.done.clear()
    dev.main(["tests"])
    assert len(dev.done) == 3


def test_an_unfinished_installation_is_started_over(dev: ModuleType) -> None:
    _empty_environment(dev.VENV)
    (dev.VENV / "half").touch()
    dev.main(["tests"])
    assert not (dev.VENV / "half").exists()


def test_a_folder_that_is_no_environment_is_left_alone(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    dev.VENV.mkdir()
    (dev.VENV / "precious").touch()
    assert dev.main(["tests"]) == 2
    assert (dev.VENV / "precious").exists() and "no virtual environment" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["compagne"]])
def test_wrong_usage(dev: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert dev.main(arguments) == 2
    assert "campaign|tests" in capsys.readouterr().err


def test_an_old_python_is_told_which_one_is_needed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "MINIMUM", (99, 0))
    assert dev.main(["tests"]) == 2
    assert "99.0 or later" in capsys.readouterr().err


def test_every_dependency_is_pinned_with_hashes_and_names_no_host() -> None:
    assert "://" not in LOCK
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", LOCK, flags=re.M).strip())
    for block in blocks:
        assert re.match(r"[\w.-]+==\S+", block) and "--hash=sha256:" in block, block
    pinned = {canonicalize_name(block.split("==")[0]): block.split("==")[1].split()[0] for block in blocks}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    for requirement in map(Requirement, [*wanted, *project["build-system"]["requires"]]):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version and requirement.specifier.contains(version), requirement


def test_the_readme_starts_with_the_two_commands_that_ci_uses() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^\$ (.*?)(?:\s+#.*)?$", readme, re.M)[:2]
    assert commands == ["python3 dev.py campaign", "python3 dev.py tests"]
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(rf"^{re.escape(commands[1])}$", ci, re.M)


def test_every_command_of_the_readme_exists() -> None:
    from rempart.cli.main import COMMANDS

    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\| `rempart ([\w-]+)", readme, re.M))
    assert named == set(COMMANDS)


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in sorted((ROOT / "docs").glob("*.md")))])
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    file = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text("utf-8")):
        assert (file.parent / target).exists(), f"{page}: {target}"
