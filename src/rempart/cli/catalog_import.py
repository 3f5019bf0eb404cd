"""`rempart catalog import`: the REM in force, read from a spreadsheet and kept in the user's data folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.candidate.actions import DPI, PFI
from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from rempart.catalog.sheets import Differences

_SHOWN = 400  # characters of a wording on the terminal


@click.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE.xlsx]")
@click.option("--name", metavar="EDITION", help="Name to keep it under; default: the file's.")
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="When the file does not say it.")
@click.option("--dry-run", is_flag=True, help="Compare, keep nothing.")
@click.option("--list", "listed", is_flag=True, help="List what is kept.")
@click.option("--remove", metavar="EDITION", help="Forget an edition (of --dispositif, or of each).")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def import_rem(
    file: Path | None,
    name: str | None,
    dispositif: str | None,
    dry_run: bool,
    listed: bool,
    remove: str | None,
    output: str,
) -> None:
    """Read a REM in any of the ANS layouts, tell what it changes, and keep it for the next campaigns.

    It is compared with the edition imported before it, and with Rempart's catalogue. What is kept stays in your data
    folder (REMPART_DATA, XDG_DATA_HOME): the official wording is not part of Rempart.
    """
    from rempart.catalog.sheets import SheetError

    if sum((file is not None, listed, remove is not None)) != 1:
        raise click.UsageError("a FILE, --list or --remove EDITION is expected")
    try:
        if listed:
            lines = _listed(output)
        elif remove is not None:
            lines = _removed(remove, dispositif)
        else:
            assert file is not None
            lines = _imported(file, name or "", dispositif or "", dry_run=dry_run, output=output)
        for line in lines:
            click.echo(line)
    except SheetError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)


def _listed(output: str) -> Iterator[str]:
    from rempart.catalog.sheets import Library

    library = Library()
    rems = [library.load(d, e) for d, e in library.editions()]
    if output == "json":
        kept = [
            r.model_dump(mode="json", exclude={"requirements"}) | {"requirements": len(r.requirements)} for r in rems
        ]
        yield json.dumps(kept, ensure_ascii=False)
        return
    for rem in rems:
        when = f"{rem.imported:%Y-%m-%d}" if rem.imported else "?"
        counts = f"{len(rem.requirements)} exigences, {len(rem.scenarios)} scénarios, {len(rem.evidence)} preuves"
        yield f"{rem.dispositif}  {rem.edition}  ({counts}; {rem.source}, importé le {when})"
    if not rems:
        yield f"Aucun REM importé dans {library.root}"


def _removed(edition: str, dispositif: str | None) -> Iterator[str]:
    from rempart.catalog.sheets import Library, SheetError

    library = Library()
    found = [d for d, e in library.editions() if e == edition and dispositif in (None, d)]
    if not found:
        raise SheetError(f"édition inconnue: {edition} (voir rempart catalog import --list)")
    for held in found:
        yield f"Retiré: {library.remove(held, edition)}"


def _imported(file: Path, name: str, dispositif: str, *, dry_run: bool, output: str) -> Iterator[str]:
    from rempart.catalog import CatalogError, load
    from rempart.catalog.sheets import Library, SheetError, against_catalog, against_previous, read_rem, rem_of

    library = Library()
    found = read_rem(file, edition=name, dispositif=dispositif)
    try:
        requirements = load().requirements
    except CatalogError as error:
        raise SheetError(str(error)) from None
    told = []
    for rem in found.rems:
        library.path(rem.dispositif, rem.edition)  # an impossible name is refused before anything is told
        previous = library.latest(rem.dispositif, other_than=rem.edition)
        compared = [against_previous(rem, previous)] if previous else []
        compared.append(against_catalog(rem, rem_of(requirements, rem.dispositif)))
        kept = "" if dry_run else str(library.save(rem))
        told.append((rem, compared, kept))
    if output == "json":
        yield json.dumps(
            {
                "notes": found.notes,
                "rems": [
                    {"dispositif": rem.dispositif, "edition": rem.edition, "kept": kept, "against": _as_json(compared)}
                    for rem, compared, kept in told
                ],
            },
            ensure_ascii=False,
        )
        return
    yield from found.notes
    for rem, compared, kept in told:
        counts = f"{len(rem.requirements)} exigences, {len(rem.scenarios)} scénarios, {len(rem.evidence)} preuves"
        yield from ("", f"{rem.dispositif}, édition {rem.edition}: {counts}")
        for differences in compared:
            yield from _differences(differences)
        yield f"Conservé: {kept}" if kept else "Rien n'est conservé (--dry-run)."


def _as_json(compared: list[Differences]) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    for d in compared:
        changed = {id_: [asdict(c) for c in changes] for id_, changes in d.changed.items()}
        items.append(
            {
                "against": d.against,
                "new": [r.id for r in d.new],
                "gone": [r.id for r in d.gone],
                "changed": changed,
                "same": d.same,
                "beside": [{"id": i, "official": o, "ours": m} for i, o, m in d.beside],
            }
        )
    return items


def _differences(found: Differences) -> Iterator[str]:
    yield f"Comparé {found.against}: {len(found.new)} nouvelles, {len(found.gone)} disparues, " + (
        f"{len(found.changed)} modifiées, {found.same} identiques"
    )
    yield from (f"  + {r.id}: {_short(r.statement)}" for r in found.new)
    yield from (f"  - {r.id}: {_short(r.statement)}" for r in found.gone)
    for requirement_id, changes in found.changed.items():
        yield f"  ~ {requirement_id}"
        for c in changes:
            if c.before and c.after:
                yield from (f"      {c.what} {c.id}", f"        avant: {_short(c.before)}")
                yield f"        après: {_short(c.after)}"
            else:
                yield f"      {c.what} {c.id}: {_short(c.before or c.after)}"
    if found.beside:
        yield "Énoncé officiel, et le nôtre (une paraphrase: à relire côte à côte)"
        for requirement_id, official, ours in found.beside:
            yield from (f"  {requirement_id}", f"    officiel: {_short(official)}", f"    Rempart:  {_short(ours)}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
