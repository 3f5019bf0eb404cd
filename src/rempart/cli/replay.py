"""`rempart replay`: every finding and verdict again, from the evidence alone, and what differs from what was said."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from rempart.campaign.replay import Replay

_SHOWN = 200


@click.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True), metavar="RUN|DOSSIER.zip")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def replay(run: Path, form: str) -> None:
    """Recompute every finding and verdict of a campaign, without its candidate nor any network.

    Exit 0 when all is the same, 1 when something differs, 2 for wrong usage, 3 when it cannot be replayed, or not
    whole: a redacted dossier holds evidence that can no longer be judged.
    """
    from rempart.campaign.replay import ReplayError, as_json
    from rempart.campaign.replay import replay as play
    from rempart.evidence.archive import ArchiveError
    from rempart.evidence.dossier import DossierError
    from rempart.evidence.store import EvidenceError

    try:
        told = play(run) if run.is_dir() else _of_dossier(run)
    except (ReplayError, DossierError, ArchiveError, EvidenceError, OSError) as error:
        click.echo(f"Rejeu impossible: {error}", err=True)
        sys.exit(Exit.INCONCLUSIVE)
    click.echo(as_json(told) if form == "json" else "\n".join(_lines(told)))
    if told.differences or told.faults:
        sys.exit(Exit.NON_CONFORME)
    sys.exit(Exit.OK if told.identical else Exit.INCONCLUSIVE)


def _of_dossier(path: Path) -> Replay:
    """The dossier is verified, then what a replay needs of it is unpacked for as long as it lasts."""
    from rempart.campaign.replay import replay as play
    from rempart.evidence.redaction import REDACTION
    from rempart.evidence.verify import extract, require_room, verify

    verified = verify(path)
    needed = [e for e in verified.entries if e.name in ("results.json", REDACTION) or e.name.startswith("evidence/")]
    needed += [e for e in verified.entries if e.name.startswith("attestations/")]
    with tempfile.TemporaryDirectory(prefix="rempart-") as folder:
        require_room(needed, Path(folder))
        faults = [*verified.problems, *extract(path, needed, Path(folder))]
        told = play(Path(folder))
    told.faults[:0] = [f"dossier altéré: {fault}" for fault in dict.fromkeys(faults)]
    return told


def _lines(told: Replay) -> Iterator[str]:
    for warning in told.warnings:
        yield f"Attention: {warning}"
    yield (
        f"Rejoués: {told.scenarios} scénarios, {told.checks - told.not_replayed.total()} contrôles sur {told.checks}, "
        f"{told.findings} constats, {told.exchanges} échanges relus"
    )
    for name, count in sorted(told.not_replayed.items()):
        yield f"Non rejouable, preuve caviardée: {name} ({count} fois); constats repris tels qu'annoncés"
    if told.not_read:
        yield f"Attestations caviardées: celles de {told.not_read} scénarios; verdicts repris tels qu'annoncés"
    yield from _some("Preuve en défaut", told.faults)
    yield from _some("Écart", [str(d) for d in told.differences])
    if told.identical:
        yield "Identique: mêmes constats, mêmes verdicts, mêmes totaux, mêmes preuves."
    elif told.differences or told.faults:
        yield f"Différent: {len(told.differences)} écart(s), {len(told.faults)} preuve(s) en défaut."
    else:
        yield "Rejeu partiel: aucun écart sur ce qui est rejouable; le reste ne peut pas être confirmé."


def _some(kind: str, lines: list[str]) -> Iterator[str]:
    yield from (f"{kind}: {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"{kind}: et {len(lines) - _SHOWN} autres (--format json les donne tous)"
