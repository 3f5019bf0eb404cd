"""`rempart catalog export`: the catalogue or an imported REM in the layouts of the ANS, with verdicts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.candidate.actions import DPI, PFI
from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from rempart.catalog.sheets import Rem

LAYOUTS = ["convergence", "rem-v1", "rem-rc"]


@click.command("export")
@click.option("--format", "kind", type=click.Choice(["xlsx", "csv", "json", "md"]), default="xlsx", show_default=True)
@click.option("--layout", type=click.Choice(LAYOUTS), default="rem-rc", show_default=True, help="Of xlsx and csv.")
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="Only this one.")
@click.option("--rem", "edition", metavar="EDITION", help="An imported REM, in its official wording.")
@click.option("--run", "run_dir", type=click.Path(path_type=Path), metavar="RUN", help="Fill in its verdicts.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="File to write.")
def export(
    kind: str, layout: str, dispositif: str | None, edition: str | None, run_dir: Path | None, output: Path | None
) -> None:
    """Write requirements, scenarios and preuves as a spreadsheet, JSON or Markdown.

    convergence: one row per preuve. rem-v1, rem-rc: one row per scénario, up to ten preuves beside it. What a layout
    has no column for follows in columns of Rempart's own, so that `catalog import` reads everything back.
    """
    from rempart.catalog import CatalogError
    from rempart.catalog.sheets import SheetError, write
    from rempart.catalog.sheets.columns import layout as layout_of
    from rempart.catalog.sheets.verdicts import Verdicts
    from rempart.reporting.build import ReportError, load_results

    path = output or Path(f"rempart-{edition or 'catalogue'}-{layout}.{kind}")
    try:
        rems = _rems(dispositif, edition)
        verdicts = Verdicts(load_results(run_dir)) if run_dir else None
        if kind == "xlsx":
            write.write_xlsx(rems, layout_of(layout), verdicts, path)
        elif kind == "csv":
            write.write_csv(rems, layout_of(layout), verdicts, path)
        elif kind == "json":
            write.write_json(rems, verdicts, path)
        else:
            write.write_markdown(rems, verdicts, path)
    except (SheetError, CatalogError, ReportError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    except OSError as error:
        click.echo(f"{path}: écriture impossible: {error.strerror or error}", err=True)
        sys.exit(Exit.USAGE)
    count = sum(len(r.requirements) for r in rems)
    click.echo(f"{path}: {count} exigences, {sum(len(r.evidence) for r in rems)} preuves")


def _rems(dispositif: str | None, edition: str | None) -> list[Rem]:
    from rempart.catalog import load
    from rempart.catalog.sheets import Library, SheetError, rem_of

    wanted = [d for d in (DPI, PFI) if dispositif in (None, d)]
    if edition is None:
        requirements = load().requirements
        return [rem_of(requirements, d) for d in wanted]
    library = Library()
    found = [library.load(d, e) for d, e in library.editions() if e == edition and d in wanted]
    if not found:
        known = ", ".join(f"{d} {e}" for d, e in library.editions()) or "aucune"
        raise SheetError(f"édition inconnue: {edition} (importées: {known})")
    return found
