"""The verdicts of a campaign as the columns of a spreadsheet say them."""

from __future__ import annotations

from rempart.model.results import Preuve, RequirementResult, Results, ScenarioResult
from rempart.model.verdict import worst

STATUS = {
    "produced": "produite par Rempart, à instruire",
    "to_supply": "à fournir",
    "supplied": "fournie, à instruire",
    "not_applicable": "non applicable",
}


class Verdicts:
    """Looked up by dispositif and id. What the campaign does not know has no cell: never a verdict by default."""

    def __init__(self, results: Results) -> None:
        self._requirements: dict[tuple[str, str], RequirementResult] = {
            (r.dispositif, r.id): r for r in results.requirements
        }
        self._scenarios: dict[tuple[str, str], list[ScenarioResult]] = {}
        for s in results.scenarios:
            self._scenarios.setdefault((s.dispositif, s.scenario_id), []).append(s)
        self._preuves: dict[tuple[str, str, str], Preuve] = {
            (r.dispositif, r.id, p.id): p for r in results.requirements for p in r.preuves
        }

    def requirement(self, dispositif: str, requirement_id: str) -> dict[str, str]:
        found = self._requirements.get((dispositif, requirement_id))
        return {"verdict": found.verdict.label} if found else {}

    def scenario(self, dispositif: str, scenario_id: str) -> dict[str, str]:
        """The worst of the Gherkin scenarios of a scénario de conformité, the reasons, and its blocking findings."""
        found = self._scenarios.get((dispositif, scenario_id), [])
        if not found:
            return {}
        told = {"verdict": worst(s.verdict for s in found).label}
        reasons = "; ".join(dict.fromkeys(s.reason for s in found if s.reason))
        blocking = [f"{f.rule} {f.location}: {f.message}" for s in found for f in s.findings if f.blocks]
        told |= {"raison": reasons[:2000]} if reasons else {}
        return told | ({"écarts": "\n".join(dict.fromkeys(blocking))[:4000]} if blocking else {})

    def preuve(self, dispositif: str, requirement_id: str, preuve_id: str) -> dict[str, str]:
        found = self._preuves.get((dispositif, requirement_id, preuve_id))
        if found is None:
            return {}
        told = {"statut": STATUS.get(found.status, found.status)}
        told |= {"fichier": found.file} if found.file else {}
        return told | ({"sha256": found.sha256} if found.sha256 else {})
