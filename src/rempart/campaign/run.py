"""Run: one campaign as one worker sees it. Opens what scenarios need, writes parts, and at the end results.json."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rempart.campaign import allure_bridge
from rempart.campaign.applicability import applicability
from rempart.campaign.ledger import Identity, Ledger
from rempart.campaign.merge import merge, versions, write_results
from rempart.campaign.official import Quotes, quotes
from rempart.campaign.options import run_folder
from rempart.campaign.parts import PartWriter, read_parts
from rempart.campaign.scope import Scope
from rempart.campaign.selection import Selection
from rempart.campaign.supplied import Supplied, keep_supplied
from rempart.campaign.world import World
from rempart.candidate.attestations import Attestations
from rempart.candidate.config import Config, load
from rempart.candidate.embedded import embedded
from rempart.catalog import Catalog, CatalogError
from rempart.catalog import load as load_catalog
from rempart.evidence.journal import CAMPAIGN, COLLECTED, SCENARIO, Journal, read_journals
from rempart.evidence.store import EvidenceError, EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange
from rempart.model.results import Campaign, Candidate, StepResult

NOT_PARALLEL = "-n n'est possible que si le harnais lance lui-même le candidat (section « start » de candidate.yaml)"
_FOLDER = pytest.StashKey[Path]()
_STARTED = pytest.StashKey[datetime]()
_CATALOG = pytest.StashKey[Catalog]()


@dataclass
class Run:
    """One worker's hold on the campaign."""

    folder: Path
    config: Config
    store: EvidenceStore
    world: World
    parts: PartWriter
    journal: Journal
    attestations: Attestations
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
        # A self-test throws its evidence away: it need not have its files.
        store = EvidenceStore(folder / "evidence", worker, hurried=bool(config.getoption("rempart_standby")))
        journal = Journal(folder / "evidence", worker)
        world, parts = World(candidate, store), PartWriter(folder, worker)
        run = cls(folder, candidate, store, world, parts, journal, attestations_of(config, candidate))
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
        """What the candidate still sends belongs to no scenario. The journal and the record are of one moment: a replay
        finds in each step the exchanges that were told of it."""
        self.store.scenario = ""
        self.ledger = None
        result = ledger.result()
        self.journal.write(SCENARIO, ledger.journal(result))
        self.parts.result(result)

    def exchange(self, exchange: Exchange) -> None:
        """Every recorded exchange is shown under the step during which it happened. Called from any thread."""
        ledger = self.ledger
        if ledger is not None:
            ledger.exchange(exchange)

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
        candidate = run.config if run is not None else settings(config)
        selection, catalog = Selection.of(config), catalog_of(config)
        dispositifs = selected_dispositifs(candidate, selection)
        applies = applicability(candidate_file(config), candidate, catalog)
        supplied: dict[tuple[str, str], Supplied] = {}
        try:
            attestations = attestations_of(config, candidate)
            supplied = keep_supplied(folder / "evidence", attestations, applies, catalog, dispositifs)
        except (EvidenceError, OSError) as error:
            parts.problems.append(f"preuves déposées non conservées: {error}")
        exchanges = load_exchanges(folder / "evidence", parts.problems.append)
        left_out = applies.reasons(catalog.requirements, selection.names)
        scope = Scope(catalog, list(dispositifs), left_out, supplied, frozenset(selection.requirements))
        quoted = quotes(scope.requirements(), config.getoption("rempart_rem") or "")
        campaign = _campaign(config, folder, candidate, selection, cls.interrupted)
        _journalise(folder, campaign, scope, quoted, parts.problems, exchanges)
        write_results(quoted.put_in(merge(parts, scope, exchanges, campaign)), folder)
        shutil.rmtree(folder / "parts")  # all of it is in results.json now

    def parts_of_world(self) -> None:
        """Closes the world; what went wrong while closing is a problem of the record, never lost."""
        for problem in self.world.close():
            self.parts.problem(problem)
        self.parts.close()


def _campaign(
    config: pytest.Config, folder: Path, candidate: Config, selection: Selection, interrupted: bool
) -> Campaign:
    """What a report says of the campaign as a whole."""
    who = candidate.candidate
    return Campaign(
        id=folder.name,
        started=config.stash[_STARTED],
        finished=datetime.now(UTC),
        candidate=Candidate(
            name=who.name,
            version=who.version,
            publisher=who.publisher,
            reference=who.reference,
            profiles=list(candidate.profiles),
            dispositifs=list(candidate.dispositifs),
        ),
        environment=candidate.environment,
        versions=versions(),
        selection=selection.as_dict(),
        interrupted=interrupted,
    )


def _journalise(
    folder: Path, campaign: Campaign, scope: Scope, quoted: Quotes, problems: list[str], exchanges: list[Exchange]
) -> None:
    """The last word of the evidence: all that results.json is put together from, besides scenarios and exchanges.

    The ends of the other journals and the number of exchanges are in it: what would be cut off their ends is missed.
    """
    others = read_journals(folder / "evidence")
    Journal(folder / "evidence", "campaign").write(
        CAMPAIGN,
        {
            "campaign": campaign.model_dump(mode="json"),
            "scope": scope.written(),
            "quotes": quoted.written(),
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


def catalog_of(config: pytest.Config) -> Catalog:
    """The catalogue of this campaign, read once. Raises pytest.UsageError with its mistakes."""
    if _CATALOG not in config.stash:
        try:
            config.stash[_CATALOG] = load_catalog()
        except CatalogError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_CATALOG]


def candidate_file(config: pytest.Config) -> Path | None:
    """candidate.yaml as chosen; None for the embedded reference."""
    chosen = config.getoption("rempart_candidate")
    return Path(chosen) if chosen else None


def attestations_of(config: pytest.Config, candidate: Config) -> Attestations:
    """What persons have deposited beside candidate.yaml; nothing for the embedded reference."""
    return Attestations.beside(candidate_file(config), candidate.candidate.name, candidate.candidate.version)


def settings(config: pytest.Config) -> Config:
    """candidate.yaml as chosen, or the embedded reference. Raises ConfigErrors and pytest.UsageError."""
    chosen = config.getoption("rempart_candidate")
    mutant = config.getoption("rempart_mutant")
    if chosen and mutant:
        raise pytest.UsageError("--mutant ne concerne que le candidat de référence embarqué")
    return load(Path(chosen)) if chosen else embedded(mutant, config.getoption("rempart_standby"))
