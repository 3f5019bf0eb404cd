#!/usr/bin/env python3
"""Developer's entry: `python3 dev.py campaign` runs a campaign, `python3 dev.py tests` the harness's own tests.

Standard library only. Makes a virtual environment (.venv, or REMPART_VENV) the first time, and again when
tools/dependencies.txt or pyproject.toml changes: every package has its version and its hash there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("REMPART_VENV", ROOT / ".venv")).absolute()
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "tools" / "dependencies.txt"
STAMP = VENV / "rempart-installed"
MINIMUM = (3, 11)
# A test that hangs ends its process, and so fails, with what each thread was doing.
HANGS = ("-o", "faulthandler_timeout=600", "-o", "faulthandler_exit_on_timeout=true")


def main(arguments: list[str]) -> int:
    if sys.version_info < MINIMUM:
        return fail(f"Python {MINIMUM[0]}.{MINIMUM[1]} or later is needed; this is {sys.version.split()[0]}")
    commands = {
        "campaign": [str(SCRIPTS / "rempart"), "run"],
        "tests": [str(SCRIPTS / "python"), "-m", "pytest", "tests", "-q", "-n", "3", *HANGS],
    }
    if not arguments or arguments[0] not in commands:
        return fail("usage: python3 dev.py campaign|tests [options handed on]")
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        return fail(f"the environment {VENV} cannot be made: {error}")
    return subprocess.call([*commands[arguments[0]], *arguments[1:]], cwd=ROOT)


def install() -> None:
    """Brings the environment up to date; does nothing when it is. Raises CalledProcessError."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    print(f"installing into {VENV} (once)", flush=True)
    if VENV.is_dir() and not STAMP.is_file():
        if any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").is_file():
            raise OSError("this folder exists and is no virtual environment")
        shutil.rmtree(VENV)  # an installation that did not end: nothing in it can be relied on
    venv.create(VENV, with_pip=True, clear=False)
    STAMP.unlink(missing_ok=True)
    pip("install", "--require-hashes", "--requirement", str(LOCK))
    # The build backend is among the locked packages: nothing unpinned is fetched to build ours.
    pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """What an installation depends on: the lock, our metadata, the interpreter, where the project is."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def pip(*arguments: str) -> None:
    quiet = ["-qq", "--disable-pip-version-check"]  # errors only
    subprocess.run([str(SCRIPTS / "python"), "-m", "pip", *arguments, *quiet], check=True, cwd=ROOT)


def fail(message: str) -> int:
    print(f"dev.py: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
