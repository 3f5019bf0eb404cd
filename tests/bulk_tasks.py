"""Judges for tests, in a module that workers can import: names of files say what happens to them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from rempart.bulk.model import Chunk, Item, Options
from rempart.bulk.tasks import _limited, judge


def judge_or_die(chunk: Chunk, options: Options) -> list[str]:
    """`crash…` ends the process, `stuck…` never ends, `once…` ends it the first time only."""
    return [_one(item, options) for item in chunk]


def _one(item: Item, options: Options) -> str:
    path = Path(item.path)
    if path.name.startswith("crash"):
        os._exit(9)
    if path.name.startswith("once"):
        seen = path.with_name(f".{path.name}.seen")
        if not seen.exists():
            seen.touch()
            os._exit(9)
    if path.name.startswith("stuck"):
        with _limited(options.timeout):
            threading.Event().wait()
    return judge(item, options)
