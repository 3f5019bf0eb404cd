"""`rempart catalog`: the requirements, their scenarios and preuves."""

from __future__ import annotations

import json
import sys

import click

from rempart.candidate.actions import DPI, PFI
from rempart.catalog import Catalog, CatalogError, Evidence, Requirement, load
from rempart.catalog import check as check_catalog
from rempart.cli.catalog_export import export
from rempart.cli.catalog_import import import_rem
from rempart.cli.exit_codes import Exit


@click.group()
def catalog() -> None:
    """The requirements that Rempart knows, keyed by dispositif and id."""


@catalog.command("list")
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="Only this one.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_requirements(dispositif: str | None, output: str) -> None:
    """All requirements: dispositif, id, nature, title."""
    for requirement in _load().requirements:
        if dispositif not in (None, requirement.dispositif):
            continue
        if output == "json":
            click.echo(json.dumps(requirement.model_dump(mode="json"), ensure_ascii=False))
        else:
            r = requirement
            click.echo(f"{r.dispositif}  {r.id:<16} {r.nature:<15} {len(r.scenarios)} sc.  {r.title}")


@catalog.command()
@click.argument("requirement_id", metavar="ID")
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="Only this one.")
def show(requirement_id: str, dispositif: str | None) -> None:
    """One requirement, in each dispositif that has it: statement, source, scenarios, preuves."""
    found = [r for r in _load().requirements if r.id == requirement_id and dispositif in (None, r.dispositif)]
    if not found:
        click.echo(f"Exigence inconnue du catalogue: {requirement_id} (voir rempart catalog list)", err=True)
        sys.exit(Exit.USAGE)
    click.echo("\n\n".join(_shown(r) for r in found))


@catalog.command()
def check() -> None:
    """Exit 1 when catalogue and features disagree, with one line per problem."""
    problems = check_catalog(_load())
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(problems)} problème(s)" if problems else "Catalogue et fonctionnalités s'accordent.")
    sys.exit(Exit.NON_CONFORME if problems else Exit.OK)


@catalog.command()
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="Only this one.")
@click.option("--format", "output", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
def coverage(dispositif: str | None, output: str) -> None:
    """Per section: played by the harness, attested by a person, not testable. Exit 1 when something has nothing."""
    from rempart.campaign.coverage import coverage as covered
    from rempart.cli.coverage import as_json, as_markdown, as_text

    sections = [s for s in covered(_load()) if dispositif in (None, s.dispositif)]
    click.echo({"text": as_text, "json": as_json, "md": as_markdown}[output](sections))
    sys.exit(Exit.NON_CONFORME if any(s.gaps for s in sections) else Exit.OK)


def _load() -> Catalog:
    try:
        return load()
    except CatalogError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)


def _published(evidence: Evidence) -> str:
    return f" (publiée sous {evidence.ref})" if evidence.ref else ""


_READ = {
    "partial": "  le texte officiel n'a été lu qu'en partie",
    "none": "  le texte officiel n'a pas été lu: l'énoncé ne dit que ce qu'on en sait",
}


def _shown(r: Requirement) -> str:
    place = " > ".join(p for p in (r.section, r.bloc, r.fonction) if p)
    lines = [f"{r.dispositif} {r.id} ({r.id_source}): {r.title}", f"  {r.nature}, profil {r.profile}, {place}", ""]
    lines += [f"  {r.statement}", ""]
    locus = f", {r.source.locus}" if r.source.locus else ""
    lines += [f"  source: {r.source.document}, édition {r.source.edition}{locus} ({r.source.wording})"]
    lines += [f"  jugé selon: {r.edition}"] if r.edition else []
    lines += [f"  aussi connue comme: {', '.join(r.aliases)}"] if r.aliases else []
    lines += [_READ[r.wording_known]] if r.wording_known != "full" else []
    lines += [f"  note: {r.note}"] if r.note else []
    lines += [f"  non testé: {r.not_tested}"] if r.not_tested else []
    if r.table:
        lines += ["", *(f"  {' | '.join(row)}" for row in (r.table.columns, *r.table.rows))]
    for scenario in r.scenarios:
        lines += ["", f"  {scenario.id} ({scenario.verification}): {scenario.summary}"]
        lines += [f"    preuve {e.id} ({e.kind}): {e.label}{_published(e)}" for e in scenario.evidence]
    return "\n".join(lines)


catalog.add_command(import_rem)
catalog.add_command(export)
