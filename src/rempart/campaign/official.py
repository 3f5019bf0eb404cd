"""The official wording of an imported REM, put beside ours in the record. No verdict depends on it."""

from __future__ import annotations

from rempart.catalog.sheets import Library, Rem, RemRequirement, SheetError
from rempart.model.results import NO_REM, OfficialWording, RequirementResult, Results


def with_official_wording(results: Results, edition: str = "", library: Library | None = None) -> Results:
    """`edition` of the REM to quote; "" for the one imported last, `none` for no one.

    An edition that cannot be read is a problem of the record, not the end of it.
    """
    if edition == NO_REM:
        return results
    library = library or Library()
    problems = list(results.problems)
    versions = dict(results.campaign.versions)
    requirements = list(results.requirements)
    for dispositif in dict.fromkeys(r.dispositif for r in requirements):
        try:
            rem = _edition(library, dispositif, edition)
        except SheetError as error:
            problems.append(f"énoncé officiel non repris: {error}")
            continue
        if rem is not None:
            versions[f"REM {dispositif}"] = f"{rem.edition} ({rem.sha256[:12]})"
            requirements = [_quoted(r, rem) if r.dispositif == dispositif else r for r in requirements]
    campaign = results.campaign.model_copy(update={"versions": versions})
    return results.model_copy(update={"campaign": campaign, "requirements": requirements, "problems": problems})


def _edition(library: Library, dispositif: str, edition: str) -> Rem | None:
    """A named edition may be that of one dispositif only: the other one then quotes nothing."""
    if not edition:
        return library.latest(dispositif)
    return library.load(dispositif, edition) if (dispositif, edition) in library.editions() else None


def _quoted(result: RequirementResult, rem: Rem) -> RequirementResult:
    found = next((r for r in rem.requirements if r.bare == result.id), None)
    return result.model_copy(update={"official_wording": _wording(found, rem)}) if found else result


def _wording(r: RemRequirement, rem: Rem) -> OfficialWording:
    return OfficialWording(
        edition=rem.edition,
        id=r.id,
        statement=r.statement,
        scenarios={s.id: s.text for s in r.scenarios if s.id},
        preuves={e.id: e.text for s in r.scenarios for e in s.evidence if e.id},
    )
