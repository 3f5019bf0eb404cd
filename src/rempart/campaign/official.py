"""The official wording of an imported REM, put beside ours in the record. No verdict depends on it.

What was quoted is written in the journal: a replay, elsewhere, has not imported the same REM.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rempart.catalog import Requirement
from rempart.catalog.sheets import Library, Rem, RemRequirement, SheetError
from rempart.model.results import NO_REM, OfficialWording, RequirementResult, Results

Key = tuple[str, str]  # dispositif, requirement


@dataclass(frozen=True, slots=True)
class Quotes:
    """Wordings by requirement, the editions they come from, and what could not be read (French)."""

    wordings: Mapping[Key, OfficialWording] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def put_in(self, results: Results) -> Results:
        """The record with the wordings, their editions and the problems."""
        versions = {**results.campaign.versions, **self.versions}
        return results.model_copy(
            update={
                "campaign": results.campaign.model_copy(update={"versions": versions}),
                "requirements": [self._quoted(r) for r in results.requirements],
                "problems": [*results.problems, *self.problems],
            }
        )

    def _quoted(self, result: RequirementResult) -> RequirementResult:
        found = self.wordings.get((result.dispositif, result.id))
        return result.model_copy(update={"official_wording": found}) if found else result

    def written(self) -> dict[str, Any]:
        """As JSON; `read` takes it back."""
        return {
            "wordings": [[*key, wording.model_dump(mode="json")] for key, wording in self.wordings.items()],
            "versions": dict(self.versions),
            "problems": list(self.problems),
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Quotes:
        """Raises KeyError, TypeError or ValueError on what `written` did not write."""
        wordings = {(d, i): OfficialWording.model_validate(wording) for d, i, wording in written["wordings"]}
        return cls(wordings, dict(written["versions"]), tuple(written["problems"]))


def quotes(requirements: Iterable[Requirement], edition: str = "", library: Library | None = None) -> Quotes:
    """`edition` of the REM to quote; "" for the one imported last, `none` for no one.

    An edition that cannot be read is a problem of the record, not the end of it.
    """
    if edition == NO_REM:
        return Quotes()
    library = library or Library()
    wordings: dict[Key, OfficialWording] = {}
    versions: dict[str, str] = {}
    problems = []
    ids: dict[str, list[str]] = {}
    for requirement in requirements:
        ids.setdefault(requirement.dispositif, []).append(requirement.id)
    for dispositif, here in ids.items():
        try:
            rem = _edition(library, dispositif, edition)
        except SheetError as error:
            problems.append(f"énoncé officiel non repris: {error}")
            continue
        if rem is not None:
            versions[f"REM {dispositif}"] = f"{rem.edition} ({rem.sha256[:12]})"
            by_id = {r.bare: r for r in reversed(rem.requirements)}
            wordings |= {(dispositif, i): _wording(by_id[i], rem) for i in here if i in by_id}
    return Quotes(wordings, versions, tuple(problems))


def _edition(library: Library, dispositif: str, edition: str) -> Rem | None:
    """A named edition may be that of one dispositif only: the other one then quotes nothing."""
    if not edition:
        return library.latest(dispositif)
    return library.load(dispositif, edition) if (dispositif, edition) in library.editions() else None


def _wording(r: RemRequirement, rem: Rem) -> OfficialWording:
    return OfficialWording(
        edition=rem.edition,
        id=r.id,
        statement=r.statement,
        scenarios={s.id: s.text for s in r.scenarios if s.id},
        preuves={e.id: e.text for s in r.scenarios for e in s.evidence if e.id},
    )
