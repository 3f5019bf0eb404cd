"""Report: what the validation of one file says, whatever its format (`rempart validate`, design "CLI")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rempart.model.finding import Finding

STORY = "histoire"  # kind of the report on a folder of captured messages, as a whole
FileVerdict = Literal["conforme", "non_conforme", "erreur"]


@dataclass
class Report:
    """Findings on one file, and the proof that something really looked at it.

    `kind` says what was recognised (`MDM^T02`, `CDA R2 N1`…), `edition` which edition of the text judged it,
    `validators` the validators that ran to their end, `unreadable` (French) why the file could not be read.
    """

    kind: str
    edition: str
    findings: list[Finding] = field(default_factory=list)
    validators: list[str] = field(default_factory=list)
    unreadable: str = ""

    @property
    def verdict(self) -> FileVerdict:
        """`erreur` when nothing could conclude, else `non_conforme` when a finding blocks, else `conforme`."""
        if self.unreadable or not self.validators or any(f.blinds for f in self.findings):
            return "erreur"
        return "non_conforme" if any(f.blocks for f in self.findings) else "conforme"


def line_of(path: str, report: Report, elapsed_ms: float) -> dict[str, Any]:
    """What a program reads of one file, as `validate --format json` prints it.

    `reason` is there for a file that could not be read, `edition` for one that was judged.
    """
    return {
        "path": path,
        "kind": report.kind,
        "verdict": report.verdict,
        "findings": [f.model_dump(mode="json") for f in report.findings],
        "elapsed_ms": elapsed_ms,
        "validators": report.validators,
        "edition": report.edition,
        "reason": report.unreadable,
    }
