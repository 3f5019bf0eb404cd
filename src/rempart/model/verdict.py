"""Verdicts and their one reducer (design, "Contracts").

The order is the proof obligation: adding a failed, missing or unexecuted item never improves a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rempart.model.finding import Finding


class Verdict(StrEnum):
    CONFORME = "conforme"
    ATTESTE = "atteste"  # a person looked, and signed
    A_ATTESTER = "a_attester"  # a person must look
    NON_TESTE = "non_teste"
    INDETERMINE = "indetermine"  # the harness could not conclude
    NON_CONFORME = "non_conforme"
    NON_APPLICABLE = "non_applicable"  # neutral: says nothing of the others

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Verdict.CONFORME: "conforme",
    Verdict.ATTESTE: "attesté",
    Verdict.A_ATTESTER: "à attester",
    Verdict.NON_TESTE: "non testé",
    Verdict.INDETERMINE: "indéterminé",
    Verdict.NON_CONFORME: "non conforme",
    Verdict.NON_APPLICABLE: "non applicable",
}

_WORSE = (
    Verdict.CONFORME,
    Verdict.ATTESTE,
    Verdict.A_ATTESTER,
    Verdict.NON_TESTE,
    Verdict.INDETERMINE,
    Verdict.NON_CONFORME,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; `non_applicable` when all are, `non_teste` when there is none."""
    seen = set(verdicts)
    if not seen:
        return Verdict.NON_TESTE
    ranked = [v for v in _WORSE if v in seen]
    return ranked[-1] if ranked else Verdict.NON_APPLICABLE


def of_findings(findings: Iterable[Finding], *, evidence: int) -> Verdict:
    """Verdict of executed checks. `evidence`: how many exchanges or files they judged.

    No verdict without evidence: checks that judged nothing conclude nothing.
    """
    findings = list(findings)
    if any(f.blocks for f in findings):
        return Verdict.NON_CONFORME
    if evidence == 0 or any(f.blinds for f in findings):
        return Verdict.INDETERMINE
    return Verdict.CONFORME
