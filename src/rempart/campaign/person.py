"""The person who plays the scenarios that no machine can: what they have deposited, recorded and looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rempart.campaign.judge import Judge
from rempart.candidate.attestations import FILE, Attestation, Attestations
from rempart.model.exchange import Direction, Exchange
from rempart.model.verdict import Verdict
from rempart.validation.files.pieces import Piece

PROTOCOL = "preuve/file"
PERSON = "personne"
TO_DO = "à déposer avec « rempart attest »"


@dataclass
class Handed:
    """The files of one preuve, once recorded; nothing when nothing was handed over."""

    judge: Judge
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [e.peer for e in self.exchanges]

    def check(self, name: str, **params: Any) -> None:
        """A named check on these files; without files there is nothing to judge, and the ledger says so already."""
        if self.exchanges:
            self.judge.check(name, *self.exchanges, names=self.names, **params)


@dataclass
class Person:
    """`hands_over` finds the deposit of a preuve, keeps its bytes as evidence and has them looked at."""

    judge: Judge
    attestations: Attestations
    handed: list[Handed] = field(default_factory=list)

    def hands_over(self, preuve: str, piece: Piece) -> Handed:
        """Absent, expired or altered: a person must act. Said to fail: non conforme. Else attested, if checks agree."""
        deposit = self.attestations.find(self.judge.ledger.identity.dispositif, preuve)
        attestation = deposit.attestation
        handed = Handed(self.judge)
        self.handed.append(handed)
        if deposit.state != "ready" or attestation is None:
            self.judge.ledger.conclude(Verdict.A_ATTESTER, f"{preuve}: {deposit.reason}, {TO_DO}")
            return handed
        said = self._keep(preuve, deposit.folder / FILE)
        handed.exchanges = [self._keep(preuve, path) for path in deposit.files]
        if {e.sha256 for e in handed.exchanges} != {f.sha256 for f in attestation.files}:
            self.judge.ledger.conclude(Verdict.A_ATTESTER, f"{preuve}: un fichier a changé pendant la lecture, {TO_DO}")
            return handed
        self._look(piece, attestation, said, handed)
        self._conclude(preuve, attestation)
        return handed

    def compares(self, check: str) -> None:
        """A named check on the last two preuves handed over, when both are there."""
        pair = [h.exchanges[0] for h in self.handed if h.exchanges][-2:]
        if len(pair) == len(self.handed[-2:]) == 2:
            self.judge.check(check, *pair)

    def _keep(self, preuve: str, path: Path) -> Exchange:
        return self.judge.record(Direction.OBSERVED, PROTOCOL, PERSON, path.name, preuve, path.read_bytes())

    def _look(self, piece: Piece, attestation: Attestation, said: Exchange, handed: Handed) -> None:
        if piece.reference:
            self.judge.check(piece.check, said, reference=attestation.reference)
        else:
            dated = {"day": attestation.date.isoformat()} if piece.dated else {}
            self.judge.check(piece.check, *handed.exchanges, names=handed.names, **dated)

    def _conclude(self, preuve: str, attestation: Attestation) -> None:
        self.judge.ledger.conclude(*conclusion(preuve, attestation))


def conclusion(preuve: str, attestation: Attestation) -> tuple[Verdict, str]:
    """What an attestation that holds concludes of its preuve, and the French reason."""
    comment = f": {attestation.comment}" if attestation.comment else ""
    who = f"le {attestation.date:%d/%m/%Y} par {attestation.by}{comment}"
    if attestation.verdict == "non_conforme":
        return Verdict.NON_CONFORME, f"{preuve}: constatée non conforme {who}"
    return Verdict.ATTESTE, f"{preuve}: attestée {who}"
