"""Preuves that persons have deposited: their status, and their bytes among the evidence.

The scenarios that a person plays have kept theirs already; those of the scenarios that the harness plays, and signed
declarations, are kept here, once, when the campaign ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rempart.campaign.applicability import Applicability
from rempart.campaign.person import PERSON, PROTOCOL, conclusion
from rempart.candidate.attestations import FILE, Attestation, Attestations, Deposit, digest
from rempart.catalog import Catalog, Evidence
from rempart.evidence.preuves import EDITOR
from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction
from rempart.model.verdict import Verdict
from rempart.validation.checks import run_check
from rempart.validation.files.pieces import piece_of

WORKER = "attestations"


@dataclass(frozen=True, slots=True)
class Supplied:
    """The first file of a deposit that is ready, or (French) why there is none. `against`: a person has seen, in this
    preuve of a scenario that the harness plays, that it does not conform."""

    sha256: str = ""
    reason: str = ""
    against: str = ""


def keep_supplied(
    root: Path, attestations: Attestations, scope: Applicability, catalog: Catalog, dispositifs: list[str]
) -> dict[tuple[str, str], Supplied]:
    """By dispositif and preuve, what is deposited; an absent deposit has no entry. Raises EvidenceError, OSError."""
    store = EvidenceStore(root, WORKER)
    kept = {(e.scenario.partition("::")[0], e.label) for e in load_exchanges(root) if e.protocol == PROTOCOL}
    found = {}
    for dispositif, preuve in preuves_of(catalog, dispositifs):
        deposit = attestations.find(dispositif, preuve.id)
        if deposit.state == "ready" and deposit.attestation is not None:
            new = (dispositif, preuve.id) not in kept
            found[dispositif, preuve.id] = _keep(store, dispositif, preuve, deposit) if new else _told(deposit)
        elif deposit.state != "absent":
            found[dispositif, preuve.id] = Supplied(reason=deposit.reason)
    for key, declared in scope.declared.items():
        if key[0] in dispositifs:
            for path in (declared.pdf.with_suffix(".yaml"), declared.pdf):
                store.record(Direction.OBSERVED, PROTOCOL, EDITOR, path.name, key[1], path.read_bytes(), key[0])
    return found


def preuves_of(catalog: Catalog, dispositifs: list[str]) -> Iterator[tuple[str, Evidence]]:
    """Dispositif and preuve, in the order of the catalogue."""
    for requirement in catalog.requirements:
        if requirement.dispositif in dispositifs:
            yield from ((requirement.dispositif, p) for s in requirement.scenarios for p in s.evidence)


def _keep(store: EvidenceStore, dispositif: str, preuve: Evidence, deposit: Deposit) -> Supplied:
    """The note says for which dispositif: no scenario does, and both may have a preuve of this number."""
    assert deposit.attestation is not None
    content = [(path.name, path.read_bytes()) for path in (*deposit.files, deposit.folder / FILE)]
    for name, data in content:
        store.record(Direction.OBSERVED, PROTOCOL, PERSON, name, preuve.id, data, dispositif)
    return judged(preuve, deposit.attestation, content[-1][1], content[:-1])


def judged(preuve: Evidence, attestation: Attestation, said: bytes, files: list[tuple[str, bytes]]) -> Supplied:
    """A deposit that no scenario of a person looks at: supplied when its check finds no error in it, with what the
    person saw. `said`: the attestation as it was kept; `files`: name and content."""
    piece = piece_of(preuve.kind, preuve.media)
    params: dict[str, Any] = {"names": [name for name, _ in files]}
    params |= {"day": attestation.date.isoformat()} if piece.dated else {}
    content = [data for _, data in files]
    if piece.reference:
        params, content = {"reference": attestation.reference}, [said]
    verdict, reason = conclusion(preuve.id, attestation)
    against = reason if verdict is Verdict.NON_CONFORME else ""
    if errors := [f for f in run_check(piece.check, content, params) if f.blocks]:
        return Supplied("", f"{errors[0].rule}, {errors[0].location}: {errors[0].message}", against)
    first = attestation.files[0].sha256 if attestation.files else hashlib.sha256(said).hexdigest()
    return Supplied(first, "", against)


def _told(deposit: Deposit) -> Supplied:
    """The file to show first: the attestation itself where a reference is given instead of a file."""
    files = deposit.attestation.files if deposit.attestation else ()
    return Supplied(files[0].sha256 if files else digest(deposit.folder / FILE))
