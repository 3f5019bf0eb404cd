"""`rempart candidate`: write candidate.yaml, see what it reaches, print the driver contract."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import click

from rempart.candidate.config import ConfigErrors, load
from rempart.cli.exit_codes import Exit


@click.group()
def candidate() -> None:
    """The software under test: candidate.yaml and its driver."""


@candidate.command()
@click.argument("file", type=click.Path(path_type=Path), default="candidate.yaml")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def init(file: Path, force: bool) -> None:
    """Write a commented FILE (default: candidate.yaml)."""
    text = files("rempart.candidate").joinpath("template.yaml").read_text("utf-8")
    try:
        with file.open("w" if force else "x", encoding="utf-8") as output:
            output.write(text)
    except FileExistsError:
        click.echo(f"{file} existe déjà (--force le remplace)", err=True)
        sys.exit(Exit.USAGE)
    except OSError as error:
        click.echo(f"{file}: écriture impossible ({error.strerror})", err=True)
        sys.exit(Exit.USAGE)
    click.echo(f"{file} écrit: complétez-le, puis: rempart candidate check {file}")


@candidate.command()
@click.argument("file", type=click.Path(path_type=Path), default="candidate.yaml")
def check(file: Path) -> None:
    """Tell which endpoints answer, which actions are offered, which scenarios can therefore run.

    Exit codes: 0 all answer, 2 wrong file, 3 one does not answer.
    """
    try:
        config = load(file)
    except ConfigErrors as errors:
        click.echo(str(errors), err=True)
        sys.exit(Exit.USAGE)
    from rempart.cli.candidate_check import examine

    answered = True
    for name, settings in config.dispositifs.items():
        click.echo(name)
        for line in examine(name, settings, config.timeouts):
            click.echo(f"  {'✓' if line.good else '✗' if line.good is False else '·'} {line.text}")
            answered &= line.good is not False
    sys.exit(Exit.OK if answered else Exit.INCONCLUSIVE)


@candidate.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there.")
def openapi(output: Path | None) -> None:
    """Print the driver contract as an OpenAPI 3.1 document."""
    from rempart.candidate.openapi import text

    if output is None:
        click.echo(text(), nl=False)
    else:
        output.write_text(text(), encoding="utf-8")
