"""Exit codes: the contract with CI pipelines (design, "Exit codes")."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import TYPE_CHECKING

from rempart.model.verdict import Verdict

if TYPE_CHECKING:
    from rempart.model.results import Results


class Exit(IntEnum):
    OK = 0
    NON_CONFORME = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTERRUPTED = 130


def of_results(results: Results, *, strict: bool = False, anomalies: Collection[str] = ()) -> Exit:
    """What a campaign exits with. Only mandatory scenarios count; `strict` also fails on what awaits a person.

    `anomalies`: what went wrong around the scenarios (a feature that does not load): never a success.
    """
    verdicts = {s.verdict for s in results.scenarios if s.mandatory}
    if results.campaign.interrupted:
        return Exit.INTERRUPTED
    if Verdict.NON_CONFORME in verdicts:
        return Exit.NON_CONFORME
    if strict and verdicts & {Verdict.A_ATTESTER, Verdict.NON_TESTE}:
        return Exit.NON_CONFORME
    if not results.scenarios or Verdict.INDETERMINE in verdicts or anomalies or results.problems:
        return Exit.INCONCLUSIVE
    return Exit.OK


def of_files(verdicts: Collection[str]) -> Exit:
    """What `validate` exits with."""
    if "non_conforme" in verdicts:
        return Exit.NON_CONFORME
    return Exit.INCONCLUSIVE if "erreur" in verdicts else Exit.OK
