"""What a person sees of a campaign while it runs: one line per scenario, and a bar on a terminal. The scenarios that
only a person can play, some two hundred, are counted by section.

A pytest plugin object. Pytest's own report is silenced: it tells of tests, here one wants verdicts.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import IO, Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from rempart.catalog.features import ATTESTATIONS
from rempart.model.verdict import Verdict

COLOURS = {
    Verdict.CONFORME: "green",
    Verdict.ATTESTE: "green",
    Verdict.A_ATTESTER: "cyan",
    Verdict.NON_TESTE: "yellow",
    Verdict.INDETERMINE: "yellow",
    Verdict.NON_CONFORME: "bold red",
    Verdict.NON_APPLICABLE: "dim",
}
_WIDTH = max(len(v.label) for v in Verdict)


class _Silence(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


class Reporter:
    """`folder` is where the campaign is written; `anomalies` what went wrong around the scenarios (French).

    With pytest's `--collect-only` nothing runs: pytest's own list is what was asked for.
    """

    def __init__(self, stream: IO[str]) -> None:
        # The terminal is drawn only from hooks: a drawing thread would write into what pytest captures.
        self._console = Console(file=stream, highlight=False, soft_wrap=True)
        self._bar = Progress(
            TextColumn("campagne"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._told: set[str] = set()
        self._awaiting: Counter[tuple[str, str]] = Counter()
        self.folder: Path | None = None
        self.anomalies: list[str] = []
        self.collect_only = False

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        from rempart.campaign.run import Run  # pytest rewrites what plugins import: not before it has started

        self.folder = Run.controller_folder(config)
        self.collect_only = config.option.collectonly
        terminal: Any = config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None and not self.collect_only:
            terminal._tw._file = _Silence()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.anomalies.append(f"{report.nodeid or 'collecte'}: {_last_line(report.longreprtext)}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items and not self.collect_only:
            self._start(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._start(len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties).get("rempart")
        if isinstance(told, dict):
            self._scenario(report.nodeid, told)
        elif report.failed and report.when != "teardown" and report.nodeid not in self._told:
            self.anomalies.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")  # a worker that died
        if report.failed and report.when == "teardown":
            self.anomalies.append(f"{report.nodeid}: après le scénario: {_last_line(report.longreprtext)}")

    def pytest_sessionfinish(self) -> None:
        self._bar.stop()
        self._awaited()

    def _start(self, total: int) -> None:
        self._bar.update(self._task, total=total)
        self._bar.start()
        self._bar.refresh()

    def _scenario(self, nodeid: str, told: dict[str, str]) -> None:
        if nodeid in self._told:
            return
        self._told.add(nodeid)
        verdict = Verdict(told["verdict"])
        if verdict is Verdict.A_ATTESTER and told["feature"].startswith(ATTESTATIONS):
            self._await(told["dispositif"], told["section"])
        else:
            self._line(verdict, told)
        self._bar.advance(self._task)
        self._bar.refresh()

    def _await(self, dispositif: str, section: str) -> None:
        """What only a person can do is told by section, at the end; `rempart attest --list` has the list."""
        self._awaiting[dispositif, section] += 1

    def _awaited(self) -> None:
        for (dispositif, section), count in sorted(self._awaiting.items()):
            line = Text(f"{Verdict.A_ATTESTER.label:<{_WIDTH}}", style=COLOURS[Verdict.A_ATTESTER])
            plural = "s" if count > 1 else ""
            line.append(f"  {dispositif}  {section:<19}  {count} scénario{plural} à déposer", style="default")
            self._console.print(line)
        if self._awaiting:
            self._console.print(Text(f"{'':{_WIDTH}}  la liste: rempart attest --list, ou le rapport", style="dim"))

    def _line(self, verdict: Verdict, told: dict[str, str]) -> None:
        line = Text(f"{verdict.label:<{_WIDTH}}", style=COLOURS[verdict])
        line.append(f"  {told['dispositif']}  {told['scenario_id']:<19}  {told['name']}", style="default")
        if told["reason"] and verdict is not Verdict.CONFORME:
            line.append(f"\n{'':{_WIDTH}}  {told['reason']}", style="dim")
        self._console.print(line)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "sans explication"
