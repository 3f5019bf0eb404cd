"""Options of `rempart validate` for many files. Apart from what they start: one file alone must not load it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOptions:
    """None or "" where nothing was asked."""

    workers: int | None
    output: Path | None
    resume: bool
    engine: str
    scheduler: str
    timeout: float

    def concern(self, files: Sequence[str]) -> bool:
        """Are there many files to judge: a folder, or an option that only many files have?"""
        asked = self.workers is not None or self.output or self.resume or self.engine != "local" or self.scheduler
        return bool(asked) or any(os.path.isdir(f) for f in files)


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--workers", type=click.IntRange(1, 512), metavar="N", help="Processes that judge. Default: one per core."
    ),
    click.option(
        "--output",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Record everything in FOLDER: results.jsonl, Parquet tables, summary.html.",
    ),
    click.option("--resume", is_flag=True, help="Go on with the run that was recorded in --output."),
    click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True),
    click.option("--scheduler", default="", metavar="ADDRESS", help="Dask scheduler: tcp://host:8786."),
    click.option(
        "--time-limit",
        "timeout",
        type=click.FloatRange(0, 86400),
        default=120.0,
        show_default=True,
        metavar="SECONDS",
        help="For one file, among many. 0: none.",
    ),
)


def bulk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options, which `bulk_of` takes back from the keywords of the command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def bulk_of(keywords: dict[str, Any]) -> BulkOptions:
    return BulkOptions(output=keywords.pop("folder"), **keywords)
