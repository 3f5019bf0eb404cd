"""Run: one campaign as one worker sees it. Opens what scenarios need, writes parts, and at the end results.json."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rempart.campaign import allure_bridge
from rempart.campaign.ledger import Identity, Ledger
from rempart.campaign.merge import merge, versions, write_results
from rempart.campaign.official import with_official_wording
from rempart.campaign.options import run_folder
from rempart.campaign.parts import PartWriter, read_parts
from rempart.campaign.selection import Selection
from rempart.campaign.world import World
from rempart.candidate.config import Config, load
from rempart.candidate.embedded import embedded
from rempart.catalog import load as load_catalog
from rempart.evidence.journal import CAMPAIGN, COLLECTED, SCENARIO, Journal, read_journals
from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange
from rempart.model.results import Campaign, Candidate, StepResult

NOT_PARALLEL = "-n n'est possible que si le harnais lance lui-même le candidat (section « start » de candidate.yaml)"
_FOLDER = pytest.StashKey[Path]()
_STARTED = pytest.StashKey[datetime]()


@dataclass
class Run:
    """One worker's hold on the campaign."""

    folder: Path
    config: Config
    store: EvidenceStore
    world: World
    parts: PartWriter
    journal: Journal
    ledger: Ledger | None = None

    interrupted = False  # of the class: pytest tells of it outside any session

    @classmethod
    def open(cls, config: pytest.Config, candidate: Config) -> Run:
        """Raises pytest.UsageError for a candidate that cannot be shared by workers, or a folder already in use."""
        worker = getattr(config, "workerinput", {}).get("workerid", "main")
        if worker != "main" and not candidate.parallel:
            raise pytest.UsageError(NOT_PARALLEL)
        given = getattr(config, "workerinput", {}).get("rempart_run_dir")
        folder = Path(given) if given else cls.controller_folder(config)
        store = EvidenceStore(folder / "evidence", worker)
        journal = Journal(folder / "evidence", worker)
        run = cls(folder, candidate, store, World(candidate, store), PartWriter(folder, worker), journal)
        run.world.on_exchange = run.exchange
        return run

    @staticmethod
    def controller_folder(config: pytest.Config) -> Path:
        if _FOLDER not in config.stash:
            folder = run_folder(config)
            if any((folder / name).exists() for name in ("results.json", "parts", "evidence")):
                raise pytest.UsageError(f"{folder} contient déjà une campagne: choisissez un autre dossier")
            config.stash[_FOLDER] = folder
            config.stash[_STARTED] = datetime.now(UTC)
        return config.stash[_FOLDER]

    def collected(self, identities: list[Identity]) -> None:
        for identity in identities:
            self.parts.collected(identity)
        self.journal.write(COLLECTED, {"identities": [asdict(i) for i in identities]})

    def begin(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.store.scenario = ledger.identity.key
        self.world.reset()

    def end(self, ledger: Ledger) -> None:
        result = ledger.result()
        self.journal.write(SCENARIO, ledger.journal(result))
        self.parts.result(result)
        self.store.scenario = ""
        self.ledger = None

    def exchange(self, exchange: Exchange) -> None:
        """Every recorded exchange is shown under the step during which it happened."""
        if self.ledger is not None:
            self.ledger.exchange(exchange)

    def attach(self, step: StepResult) -> None:
        """Evidence of a finished step, for Allure."""
        if not allure_bridge.active():
            return
        for exchange in self.world.exchanges(step.exchanges):
            arrow = {Direction.SENT: "→", Direction.RECEIVED: "←", Direction.OBSERVED: "·"}[exchange.direction]
            name = f"{arrow} {exchange.label} ({exchange.role})"
            allure_bridge.attach(name, self.store.read(exchange.sha256), exchange.protocol)
        for check in step.checks:
            for finding in check.findings:
                text = f"{finding.rule} {finding.location}: {finding.message}"
                allure_bridge.attach(text, finding.model_dump_json(indent=1).encode(), "json")

    @classmethod
    def finish(cls, config: pytest.Config) -> None:
        """Closes this worker; on the controller (or alone), writes results.json."""
        run = config.stash.get(RUN, None)
        if run is not None:
            run.parts_of_world()
        folder = config.stash.get(_FOLDER, None)
        if hasattr(config, "workerinput") or folder is None or not (folder / "parts").is_dir():
            return
        parts = read_parts(folder)
        for missed in parts.scenarios():
            if missed.started is None:
                labels = (missed.dispositif, missed.requirement_id, missed.scenario_id, missed.feature)
                allure_bridge.never_run(missed.key, missed.name, labels, missed.reason)
        problems: list[str] = []
        exchanges = load_exchanges(folder / "evidence", problems.append)
        parts.problems += problems
        candidate = run.config if run is not None else settings(config)
        selection = Selection.of(config)
        dispositifs = selected_dispositifs(candidate, selection)
        campaign = Campaign(
            id=folder.name,
            started=config.stash[_STARTED],
            finished=datetime.now(UTC),
            candidate=Candidate(
                name=candidate.candidate.name,
                version=candidate.candidate.version,
                publisher=candidate.candidate.publisher,
                reference=candidate.candidate.reference,
                profiles=list(candidate.profiles),
                dispositifs=list(candidate.dispositifs),
            ),
            environment=candidate.environment,
            versions=versions(),
            selection=selection.as_dict(),
            interrupted=cls.interrupted,
        )
        _journalise(folder, campaign, dispositifs, parts.problems, exchanges)
        results = merge(parts, load_catalog(), exchanges, campaign, list(dispositifs))
        write_results(with_official_wording(results, config.getoption("rempart_rem") or ""), folder)
        shutil.rmtree(folder / "parts")  # all of it is in results.json now

    def parts_of_world(self) -> None:
        """Closes the world; what went wrong while closing is a problem of the record, never lost."""
        for problem in self.world.close():
            self.parts.problem(problem)
        self.parts.close()


def _journalise(
    folder: Path, campaign: Campaign, dispositifs: list[str], problems: list[str], exchanges: list[Exchange]
) -> None:
    """The last word of the evidence: all that results.json is put together from, besides scenarios and exchanges.

    The ends of the other journals and the number of exchanges are in it: what would be cut off their ends is missed.
    """
    others = read_journals(folder / "evidence")
    Journal(folder / "evidence", "campaign").write(
        CAMPAIGN,
        {
            "campaign": campaign.model_dump(mode="json"),
            "dispositifs": dispositifs,
            "problems": problems,
            "exchanges": len(exchanges),
            "heads": others.heads,
            "broken": others.problems,  # a worker that was killed in the middle of a line
        },
    )


RUN = pytest.StashKey[Run]()
LEDGER = pytest.StashKey[Ledger]()


def selected_dispositifs(candidate: Config, selection: Selection) -> list[str]:
    """The dispositifs of the candidate that this campaign judges."""
    return [d for d in candidate.dispositifs if not selection.dispositifs or d in selection.dispositifs]


def settings(config: pytest.Config) -> Config:
    """candidate.yaml as chosen, or the embedded reference. Raises ConfigErrors and pytest.UsageError."""
    chosen = config.getoption("rempart_candidate")
    mutant = config.getoption("rempart_mutant")
    if chosen and mutant:
        raise pytest.UsageError("--mutant ne concerne que le candidat de référence embarqué")
    return load(Path(chosen)) if chosen else embedded(mutant)
