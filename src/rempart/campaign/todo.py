"""What persons still have to deposit: each preuve that the harness does not produce, with the instruction to follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rempart.campaign.applicability import Applicability
from rempart.campaign.coverage import level_of
from rempart.campaign.merge import PRODUCED_KINDS
from rempart.candidate.attestations import Attestations, Deposit
from rempart.catalog import Catalog, Evidence, FeatureScenario, Requirement, Scenario, trace
from rempart.validation.files.pieces import Piece, piece_of


@dataclass(frozen=True, slots=True)
class Task:
    """One preuve, for the dispositifs that share its text. `apart`: another dispositif gives this number to another
    text, so the deposit has a folder of its own. `instruction`: French lines."""

    dispositifs: tuple[str, ...]
    apart: bool
    requirement: Requirement
    scenario: Scenario
    evidence: Evidence
    piece: Piece
    instruction: tuple[str, ...]
    deposit: Deposit

    @property
    def done(self) -> bool:
        return self.deposit.state == "ready"


def tasks(
    catalog: Catalog, scope: Applicability, attestations: Attestations, dispositifs: list[str], section: str = ""
) -> list[Task]:
    """In the order of the catalogue. `section`: only this one, or those below it (`SSI`)."""
    traced = trace(catalog)
    texts: dict[tuple[str, str], list[str]] = {}  # (id as published, preuve) -> dispositifs
    owners: dict[str, set[str]] = {}  # preuve -> ids as published
    for requirement, _, evidence in _wanted(catalog, scope, dispositifs, traced):
        texts.setdefault((requirement.id_source, evidence.id), []).append(requirement.dispositif)
        owners.setdefault(evidence.id, set()).add(requirement.id_source)
    found = []
    for requirement, scenario, evidence in _wanted(catalog, scope, dispositifs, traced):
        sharing = tuple(texts.pop((requirement.id_source, evidence.id), ()))
        if sharing and _within(requirement.section, section):
            task = Task(
                sharing,
                len(owners[evidence.id]) > 1,
                requirement,
                scenario,
                evidence,
                piece_of(evidence.kind, evidence.media),
                _instruction(scenario, traced[requirement.dispositif, scenario.id]),
                _worst(attestations.find(d, evidence.id) for d in sharing),
            )
            found.append(task)
    return found


def _wanted(
    catalog: Catalog,
    scope: Applicability,
    dispositifs: list[str],
    traced: dict[tuple[str, str], list[FeatureScenario]],
) -> Iterator[tuple[Requirement, Scenario, Evidence]]:
    for requirement in catalog.requirements:
        if requirement.dispositif not in dispositifs or not requirement.official or scope.left_out(requirement):
            continue
        for scenario in requirement.scenarios:
            if scope.left_out_scenario(requirement, scenario.id):
                continue
            played = level_of(scenario, traced[requirement.dispositif, scenario.id]) == "automatic"
            for evidence in scenario.evidence:
                if not (played and evidence.kind in PRODUCED_KINDS):
                    yield requirement, scenario, evidence


def _within(section: str, wanted: str) -> bool:
    return not wanted or section == wanted or section.startswith(f"{wanted}/")


def _instruction(scenario: Scenario, features: list[FeatureScenario]) -> tuple[str, ...]:
    """The consigne of the feature; the summary of a scenario that the harness plays, and a person shows."""
    told = next((f.instruction for f in features if f.instruction), "")
    return tuple(told.splitlines()) or (scenario.summary,)


def _worst(deposits: Iterator[Deposit]) -> Deposit:
    """The first that is not ready: a preuve is deposited when it is for every dispositif."""
    found = list(deposits)
    return next((d for d in found if d.state != "ready"), found[0])
