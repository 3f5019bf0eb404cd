"""The last lines of a campaign: totals, what awaits a person, what went wrong, and the file to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from rempart.model.results import Results
from rempart.model.verdict import Verdict

_SHOWN = 8


def summary(results: Results, folder: Path, reports: Mapping[str, Path], anomalies: Collection[str]) -> str:
    """French lines. `reports`: by name, as `build_reports` returns them."""
    return "\n".join(_lines(results, folder, reports, anomalies))


def _lines(results: Results, folder: Path, reports: Mapping[str, Path], anomalies: Collection[str]) -> Iterator[str]:
    yield ""
    for dispositif in results.campaign.candidate.dispositifs:
        counts = Counter(s.verdict for s in results.scenarios if s.dispositif == dispositif)
        if counts:
            yield f"{dispositif}: {counts.total()} scénarios: {_counted(counts)}"
    failing = [s for s in results.scenarios if s.verdict is Verdict.NON_CONFORME]
    if failing:
        optional = sum(not s.mandatory for s in failing)
        more = f" (dont {optional} préconisation(s), sans effet sur le code de sortie)" if optional else ""
        yield f"Non conformes: {len(failing)}{more}"
    if awaited := [s for s in results.scenarios if s.verdict is Verdict.A_ATTESTER]:
        yield f"À faire constater par une personne: {_some(f'{s.dispositif} {s.scenario_id}' for s in awaited)}"
    selected = {s.requirement_id for s in results.scenarios}
    preuves = [p for r in results.requirements if r.id in selected for p in r.preuves if p.status == "to_supply"]
    if preuves:
        yield f"Preuves encore à fournir par une personne: {len(preuves)} (listées dans le rapport)"
    if results.campaign.interrupted:
        yield "Campagne interrompue: ce qui précède l'interruption est conservé."
    troubles = [*results.problems, *anomalies]
    yield from (f"Anomalie: {trouble}" for trouble in troubles[:_SHOWN])
    if len(troubles) > _SHOWN:
        yield f"et {len(troubles) - _SHOWN} autres anomalies"
    yield f"Résultats: {folder / 'results.json'}"
    if "html" in reports:
        yield f"Rapport à ouvrir: {reports['html']}"


def _counted(counts: Counter[Verdict]) -> str:
    return ", ".join(f"{counts[v]} {_plural(v, counts[v])}" for v in Verdict if counts[v])


def _plural(verdict: Verdict, count: int) -> str:
    return verdict.label if count == 1 or verdict is Verdict.A_ATTESTER else f"{verdict.label}s"


def _some(items: Iterator[str]) -> str:
    names = list(dict.fromkeys(items))
    more = f" et {len(names) - _SHOWN} autres" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
