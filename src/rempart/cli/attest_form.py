"""The questions that `rempart attest` asks about one preuve, and what becomes of the answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import click

from rempart.campaign.todo import Task
from rempart.candidate.attestations import Attestation, Attestations
from rempart.candidate.attesting import DepositError, add_file, begin, save
from rempart.model.finding import Finding, Severity
from rempart.validation.checks import run_check

Answer = Literal["deposited", "passed", "quit"]


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered without asking."""

    by: str = ""
    verdict: str | None = None
    files: tuple[Path, ...] = field(default=())
    reference: str = ""
    comment: str = ""


def deposit(attestations: Attestations, task: Task, given: Given, day: datetime.date) -> list[str]:
    """Deposits at once. French lines on what the checks find. Raises DepositError when something is missing."""
    lacking = [
        name
        for name, there in (
            ("--by", given.by),
            ("--verdict", given.verdict),
            ("--reference", not task.piece.reference or given.reference),
            ("--file", task.piece.reference or given.files),
        )
        if not there
    ]
    if lacking:
        raise DepositError(f"il manque: {', '.join(lacking)} (attendu: {task.piece.words})")
    if len({f.name for f in given.files}) < len(given.files):
        raise DepositError("deux fichiers ont le même nom: l'un prendrait la place de l'autre, renommez-en un")
    folder, attestation = begin(attestations, task.evidence.id, task.dispositifs, task.apart, day)
    attestation = attestation.model_copy(update={"files": (), "reference": given.reference, "date": day})
    for source in given.files:
        attestation = add_file(folder, attestation, source)
    return _conclude(task, folder, attestation, given)


def _conclude(task: Task, folder: Path, attestation: Attestation, given: Given) -> list[str]:
    """The last answers, saved together: who, verdict, comment."""
    update: dict[str, Any] = {"by": given.by, "verdict": given.verdict, "comment": given.comment}
    attestation = attestation.model_copy(update=update)
    save(folder, attestation)
    return [_told(f) for f in look(task, folder, attestation)]


def look(task: Task, folder: Path, attestation: Attestation) -> list[Finding]:
    """What the campaign's check will say of these files."""
    if task.piece.reference:
        return run_check(task.piece.check, [], {"reference": attestation.reference})
    params: dict[str, Any] = {"names": [f.name for f in attestation.files]}
    if task.piece.dated:
        params["day"] = attestation.date.isoformat()
    return run_check(task.piece.check, [(folder / f.name).read_bytes() for f in attestation.files], params)


def _told(found: Finding) -> str:
    kind = "écart" if found.severity is Severity.ERROR else "à vérifier"
    more = f" (attendu {found.expected}, lu {found.actual or 'rien'})" if found.expected else ""
    return f"{kind}: {found.rule}, {found.location}: {found.message}{more}"


def fill(attestations: Attestations, task: Task, rank: str, who: str, day: datetime.date) -> tuple[Answer, str]:
    """Shows the preuve and asks. Returns what was done, and who answered. Raises DepositError, click.Abort."""
    _show(task, rank)
    action = click.prompt("[d]époser, [p]asser, [q]uitter", type=click.Choice(["d", "p", "q"]), show_choices=False)
    if action != "d":
        return ("quit" if action == "q" else "passed"), who
    folder, attestation = begin(attestations, task.evidence.id, task.dispositifs, task.apart, day)
    save(folder, attestation)
    attestation = _with_reference(folder, attestation) if task.piece.reference else _with_files(folder, attestation)
    who = click.prompt("Votre nom et votre fonction", default=who or None)
    seen = click.prompt(
        "Le résultat attendu est-il obtenu? [o]ui, [n]on", type=click.Choice(["o", "n"]), show_choices=False
    )
    comment = click.prompt("Commentaire (facultatif)", default="", show_default=False)
    verdict = "conforme" if seen == "o" else "non_conforme"
    for line in _conclude(task, folder, attestation, Given(who, verdict, comment=comment)):
        click.echo(f"  {line}")
    click.echo(f"  déposé dans {folder}")
    return "deposited", who


def _show(task: Task, rank: str) -> None:
    click.echo(f"\n[{rank}] {task.evidence.id}, {task.piece.words} ({', '.join(task.dispositifs)})")
    click.echo(f"  {task.requirement.id}: {task.requirement.title}")
    click.echo(f"  {task.requirement.statement}")
    click.echo("  Consigne:")
    for line in task.instruction:
        click.echo(f"    {line}")
    click.echo(f"  À fournir: {task.evidence.label}. {task.piece.record}")
    if task.deposit.state != "absent":
        click.echo(f"  État: {task.deposit.reason}")


def _with_files(folder: Path, attestation: Attestation) -> Attestation:
    """Each file is copied and saved before the next is asked for."""
    for file in attestation.files:
        click.echo(f"  déjà joint: {file.name}")
    while True:
        last = " (vide pour finir)" if attestation.files else ""
        path = click.prompt(f"Fichier{last}", default="" if attestation.files else None, show_default=False)
        if not path:
            return attestation
        try:
            attestation = add_file(folder, attestation, Path(path.strip().strip("'\"")).expanduser())
            click.echo(f"  joint: {attestation.files[-1].name} {attestation.files[-1].sha256[:12]}…")
        except DepositError as error:
            click.echo(f"  {error}")


def _with_reference(folder: Path, attestation: Attestation) -> Attestation:
    reference = click.prompt("Lien ou numéro", default=attestation.reference or None)
    updated = attestation.model_copy(update={"reference": reference.strip()})
    save(folder, updated)
    return updated
