"""Preuves that persons have deposited: their status, and their bytes among the evidence.

The scenarios that a person plays have kept theirs already; those of the scenarios that the harness plays, and signed
declarations, are kept here, once, when the campaign ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rempart.campaign.applicability import Applicability
from rempart.campaign.person import PERSON, PROTOCOL
from rempart.candidate.attestations import FILE, Attestations, Deposit, digest
from rempart.catalog import Catalog
from rempart.evidence.preuves import EDITOR
from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction

WORKER = "attestations"


@dataclass(frozen=True, slots=True)
class Supplied:
    """The first file of a deposit that is ready, or (French) why there is none."""

    sha256: str = ""
    reason: str = ""


def keep_supplied(
    root: Path, attestations: Attestations, scope: Applicability, catalog: Catalog, dispositifs: list[str]
) -> dict[tuple[str, str], Supplied]:
    """By dispositif and preuve, what is deposited; an absent deposit has no entry. Raises EvidenceError, OSError."""
    store = EvidenceStore(root, WORKER)
    kept = {(e.scenario.partition("::")[0], e.label) for e in load_exchanges(root) if e.protocol == PROTOCOL}
    found = {}
    for dispositif, preuve in preuves_of(catalog, dispositifs):
        deposit = attestations.find(dispositif, preuve)
        if deposit.state == "ready":
            new = (dispositif, preuve) not in kept
            found[dispositif, preuve] = _keep(store, dispositif, preuve, deposit) if new else _told(deposit)
        elif deposit.state != "absent":
            found[dispositif, preuve] = Supplied(reason=deposit.reason)
    for key, declared in scope.declared.items():
        if key[0] in dispositifs:
            for path in (declared.pdf.with_suffix(".yaml"), declared.pdf):
                store.record(Direction.OBSERVED, PROTOCOL, EDITOR, path.name, key[1], path.read_bytes(), key[0])
    return found


def preuves_of(catalog: Catalog, dispositifs: list[str]) -> Iterator[tuple[str, str]]:
    """Dispositif and preuve, in the order of the catalogue."""
    for requirement in catalog.requirements:
        if requirement.dispositif in dispositifs:
            yield from ((requirement.dispositif, p.id) for s in requirement.scenarios for p in s.evidence)


def _keep(store: EvidenceStore, dispositif: str, preuve: str, deposit: Deposit) -> Supplied:
    """The note says for which dispositif: no scenario does, and both may have a preuve of this number."""
    for path in (*deposit.files, deposit.folder / FILE):
        store.record(Direction.OBSERVED, PROTOCOL, PERSON, path.name, preuve, path.read_bytes(), dispositif)
    return _told(deposit)


def _told(deposit: Deposit) -> Supplied:
    """The file to show first: the attestation itself where a reference is given instead of a file."""
    files = deposit.attestation.files if deposit.attestation else ()
    return Supplied(files[0].sha256 if files else digest(deposit.folder / FILE))
