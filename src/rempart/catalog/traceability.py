"""`rempart catalog check`: nothing in the catalogue is untraced, nothing in the features is unknown to it.

An exigence that nothing runs and that gives no reason is an error: an empty cell would read as a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from rempart.catalog.features import FeatureScenario, read_features
from rempart.catalog.loader import Catalog, load
from rempart.catalog.model import Dispositif, Requirement

# The ids of the ANS (REM working state, 2023); a scénario adds `.NN`, a preuve `.NN.NN`.
_REM_ID = re.compile(r"(?:(?:SC|DPI|PFI|LGC|SGL|RIS)\.)?[A-Z]+(?:/[A-Z0-9]+)*(?:/va1)?\.\d+(?:\.(?:BIS|TER))?")
# Rules of the programme's documents have no official id: ours say so.
_OUR_ID = re.compile(r"SEED(?:\.[A-Z][A-Z0-9]*)+(?:\.\d+)?")
_PREFIX = re.compile(r"^(?:SC|DPI|PFI|LGC|SGL|RIS)\.")
_OBLIGATION = re.compile(r"\b(?:DOI(?:T|VENT)|PEU(?:T|VENT))\b")


def check(catalog: Catalog | None = None, features: Path | None = None) -> list[str]:
    """French lines, one per problem; empty when catalogue and features agree. Raises CatalogError when unreadable."""
    catalog = catalog or load()
    scenarios = read_features(features)
    problems = [f"{s.place}: {text}" for s in scenarios for text in _feature_problems(s, catalog)]
    bound = {(dispositif, tag) for s in scenarios for dispositif in _dispositifs(s) for tag in s.tags}
    for requirement in catalog.requirements:
        place = catalog.places.get(requirement.key, requirement.id)
        shared = catalog.get(requirement.dispositif, _PREFIX.sub("", requirement.id)) is not None
        told = [*_id_problems(requirement, shared), *_text_problems(requirement)]
        told += _binding_problems(requirement, bound)
        problems += [f"{place}: {requirement.dispositif} {requirement.id}: {text}" for text in told]
    return problems


def trace(catalog: Catalog, features: Path | None = None) -> dict[tuple[str, str], list[FeatureScenario]]:
    """The Gherkin scenarios of each (dispositif, scénario de conformité) of the catalogue; an empty list: none."""
    found: dict[tuple[str, str], list[FeatureScenario]] = {
        (r.dispositif, s.id): [] for r in catalog.requirements for s in r.scenarios
    }
    for scenario in read_features(features):
        for dispositif in _dispositifs(scenario):
            for tag in scenario.tags:
                if (dispositif, tag) in found:
                    found[dispositif, tag].append(scenario)
    return found


def _dispositifs(scenario: FeatureScenario) -> list[str]:
    return [t for t in scenario.tags if t in get_args(Dispositif)]


def _feature_problems(scenario: FeatureScenario, catalog: Catalog) -> Iterator[str]:
    dispositifs = _dispositifs(scenario)
    if len(dispositifs) != 1 and not (scenario.attested and dispositifs):
        yield f"« {scenario.name} » doit porter un dispositif et un seul ({', '.join(get_args(Dispositif))})"
        return
    tags = [t for t in scenario.tags if t not in dispositifs]
    unknown = [(t, d) for t in tags for d in dispositifs if catalog.scenario(d, t) is None]
    for tag, dispositif in unknown:
        yield f"« {scenario.name} »: le scénario de conformité {tag} n'est pas au catalogue de {dispositif}"
    if not unknown and len(tags) != 1:
        yield f"« {scenario.name} » doit porter un scénario de conformité et un seul, {len(tags)} donné(s)"


def _id_problems(requirement: Requirement, shared: bool) -> Iterator[str]:
    """`shared`: another requirement of the dispositif has this number, and only the prefix tells them apart."""
    shape = _REM_ID if requirement.official else _OUR_ID
    for value in dict.fromkeys((requirement.id, requirement.id_source)):
        if not shape.fullmatch(value):
            yield f"identifiant mal formé: {value}"
    if _PREFIX.match(requirement.id):
        if not shared:
            yield "l'identifiant s'écrit sans préfixe SC., DPI. ou PFI. (« id_source » le garde)"
        elif requirement.id_source != requirement.id:
            yield f"« id_source » ne désigne pas la même exigence: {requirement.id_source}"
    elif _PREFIX.sub("", requirement.id_source) != requirement.id:
        yield f"« id_source » ne désigne pas la même exigence: {requirement.id_source}"
    for scenario in requirement.scenarios:
        if not re.fullmatch(re.escape(requirement.id) + r"\.\d{2}", scenario.id):
            yield f"scénario mal numéroté: {scenario.id} (attendu {requirement.id}.NN)"
        for evidence in scenario.evidence:
            if not re.fullmatch(re.escape(scenario.id) + r"\.\d{2}", evidence.id):
                yield f"preuve mal numérotée: {evidence.id} (attendu {scenario.id}.NN)"


def _text_problems(requirement: Requirement) -> Iterator[str]:
    unread = requirement.wording_known == "none"
    binding = requirement.official or requirement.scenarios  # dates and contexts of the programme oblige nobody
    if binding and not unread and not _OBLIGATION.search(requirement.statement):
        yield "l'énoncé ne dit ni DOIT, ni NE DOIT PAS, ni PEUT"
    if requirement.official and requirement.nature not in ("exigence", "préconisation", "non lue"):
        yield f"une {requirement.nature} n'est pas une exigence officielle (« official: false »)"
    if unread is not (requirement.nature == "non lue"):
        yield "un énoncé qui n'a pas été lu se dit deux fois: « wording_known: none » et « nature: non lue »"
    if unread and requirement.scenarios:
        yield "un énoncé qui n'a pas été lu n'a pas de scénario"


def _binding_problems(requirement: Requirement, bound: set[tuple[str, str]]) -> Iterator[str]:
    untested = [s.id for s in requirement.scenarios if (requirement.dispositif, s.id) not in bound]
    tested = len(requirement.scenarios) - len(untested)
    if requirement.not_tested:
        if tested:
            yield "« not_tested » est donné alors qu'une fonctionnalité porte l'un de ses scénarios"
    elif not requirement.scenarios:
        yield "aucun scénario de conformité, et aucune raison (« not_tested »)"
    for scenario_id in () if requirement.not_tested else untested:
        yield f"aucune fonctionnalité ne porte @{scenario_id}, et aucune raison n'est donnée (« not_tested »)"
