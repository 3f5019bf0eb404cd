"""Which scenarios run: a pytest item read as a scénario de conformité, and the options that choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.utils import registry_get_safe

from rempart.campaign.ledger import Identity
from rempart.catalog import Catalog, Requirement
from rempart.catalog.features import ATTESTATIONS
from rempart.resources import features_dir

DISPOSITIFS = ("HOP-DPI-Va2", "HOP-PFI-Va2")
DISPOSITIF = "rempart_dispositif"  # parameter of a scenario that is the same for both
_IDENTITY = pytest.StashKey[Identity]()


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--dispositif`, `--requirement` and `--scenario` ask for; empty means everything."""

    dispositifs: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    played_only: bool = False  # no scenario that a person attests

    @classmethod
    def of(cls, config: pytest.Config) -> Selection:
        def option(name: str) -> tuple[str, ...]:
            return tuple(config.getoption(name) or ())

        return cls(
            option("rempart_dispositif"),
            option("rempart_requirement"),
            option("rempart_scenario"),
            bool(config.getoption("rempart_played_only")),
        )

    def takes(self, identity: Identity) -> bool:
        return (
            (not self.dispositifs or identity.dispositif in self.dispositifs)
            and (not self.requirements or identity.requirement_id in self.requirements)
            and (not self.scenarios or identity.scenario_id in self.scenarios)
            and not (self.played_only and identity.feature.startswith(ATTESTATIONS))
        )

    def names(self, requirement: Requirement) -> bool:
        """The requirement, or one of its scenarios, was asked for by its id."""
        return requirement.id in self.requirements or any(s.id in self.scenarios for s in requirement.scenarios)

    def problems(self, catalog: Catalog) -> list[str]:
        """French lines on names that select nothing: a typo must not give an empty, green campaign."""
        known_requirements = {r.id for r in catalog.requirements}
        known_scenarios = {s.id for r in catalog.requirements for s in r.scenarios}
        return [
            *(
                f"dispositif inconnu: {d} (connus: {', '.join(DISPOSITIFS)})"
                for d in self.dispositifs
                if d not in DISPOSITIFS
            ),
            *(f"exigence inconnue du catalogue: {r}" for r in self.requirements if r not in known_requirements),
            *(f"scénario inconnu du catalogue: {s}" for s in self.scenarios if s not in known_scenarios),
        ]

    def as_dict(self) -> dict[str, list[str]]:
        return {
            "dispositif": list(self.dispositifs),
            "requirement": list(self.requirements),
            "scenario": list(self.scenarios),
        }


def template_of(function: Any) -> Any:
    """The Gherkin scenario that a test function runs; None when it is no scenario."""
    return registry_get_safe(scenario_wrapper_template_registry, function)


def is_scenario(item: pytest.Item) -> bool:
    return template_of(getattr(item, "obj", None)) is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A scenario that a person plays in the same way on a DPI and on a PFI runs once for each."""
    template = template_of(metafunc.function)
    if template is not None and both_dispositifs(template):
        metafunc.fixturenames.append(DISPOSITIF)
        metafunc.parametrize(DISPOSITIF, DISPOSITIFS)


def identify_all(items: list[pytest.Item], catalog: Catalog) -> tuple[dict[pytest.Item, Identity], list[str]]:
    """Identities of all scenarios, and French lines on those that cannot be told apart or placed."""
    identities: dict[pytest.Item, Identity] = {}
    problems: list[str] = []
    keys: dict[str, str] = {}
    for item in items:
        try:
            identity = identify(item, catalog)
        except ValueError as error:
            problems.append(str(error))
            continue
        if identity.key in keys:
            both = f"{keys[identity.key]} et {identity.feature}"
            problems.append(f"{both}: deux scénarios « {identity.name} » sous {identity.scenario_id}")
        keys[identity.key] = identity.feature
        identities[item] = identity
    return identities, problems


def identify(item: pytest.Item, catalog: Catalog) -> Identity:
    """The scénario de conformité that an item runs, from its tags. Raises ValueError (French) when they do not say.

    Told once: the copies of a collected campaign find it on the item.
    """
    if _IDENTITY not in item.stash:
        item.stash[_IDENTITY] = _identify(item, catalog)
    return item.stash[_IDENTITY]


def _identify(item: pytest.Item, catalog: Catalog) -> Identity:
    template = template_of(item.obj)  # type: ignore[attr-defined]
    feature = feature_of(template)
    tags = set(template.tags) | set(template.feature.tags)
    dispositifs = _dispositifs(item, tags)
    if len(dispositifs) != 1:
        raise ValueError(
            f"{feature}: « {template.name} » doit porter un dispositif et un seul ({', '.join(DISPOSITIFS)})"
        )
    dispositif = dispositifs[0]
    known = [(t, found) for t in sorted(tags) if (found := catalog.scenario(dispositif, t)) is not None]
    if len(known) != 1:
        others = ", ".join(sorted(tags - set(DISPOSITIFS))) or "aucune étiquette"
        raise ValueError(
            f"{feature}: « {template.name} » doit porter l'étiquette d'un scénario du catalogue ({others})"
        )
    scenario_id, _ = known[0]
    requirement = catalog.requirement_of(dispositif, scenario_id)
    name = template.name + _row(item)
    return Identity(
        key=f"{dispositif}::{scenario_id}::{name}",
        dispositif=dispositif,
        scenario_id=scenario_id,
        requirement_id=requirement.id,
        name=name,
        feature=feature,
        mandatory=requirement.mandatory,
    )


def feature_of(template: Any) -> str:
    """The feature file, as the catalogue names it: `attestations/ins.feature`."""
    path = Path(template.feature.filename).resolve()
    root = features_dir().resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def both_dispositifs(template: Any) -> bool:
    """A scenario of `attestations/` may be the same for both: it is then run once for each."""
    tags = set(template.tags) | set(template.feature.tags)
    return feature_of(template).startswith(ATTESTATIONS) and set(DISPOSITIFS) <= tags


def _dispositifs(item: pytest.Item, tags: set[str]) -> list[str]:
    callspec = getattr(item, "callspec", None)
    chosen = callspec.params.get(DISPOSITIF) if callspec is not None else None
    return [chosen] if chosen else sorted(tags & set(DISPOSITIFS))


def _row(item: pytest.Item) -> str:
    """The row of the Exemples table that this item runs: pytest's own id would escape its accents."""
    values = example_of(item)
    return f" [{' | '.join(values.values())}]" if values else ""


def example_of(item: pytest.Item) -> dict[str, str]:
    """The same row by the names of its columns."""
    callspec = getattr(item, "callspec", None)
    values: dict[str, str] = callspec.params.get("_pytest_bdd_example", {}) if callspec is not None else {}
    return values
