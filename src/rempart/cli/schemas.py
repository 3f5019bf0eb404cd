"""`rempart schemas`: the official packs, brought in, listed, checked again and taken away."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from rempart.cli.exit_codes import Exit
from rempart.cli.pack_download import DownloadError, download, is_address
from rempart.validation.packs.catalogue import Pack, catalogue, parse_name
from rempart.validation.packs.derive import DeriveError
from rempart.validation.packs.install import Refused
from rempart.validation.packs.install import install as install_pack
from rempart.validation.packs.install import remove as remove_pack
from rempart.validation.packs.integrity import Problem, verify
from rempart.validation.packs.source import SourceError
from rempart.validation.packs.store import Installed, StoreError, find, installed_names, open_pack, packs_store

_SHOWN = 20  # files at fault that are named


@click.group()
def schemas() -> None:
    """Official schemas and schematrons, installed in your data folder: `validate` then runs them too.

    The folder is $REMPART_DATA, else $XDG_DATA_HOME/rempart or ~/.local/share/rempart.
    """


@schemas.command()
@click.argument("name", metavar="NAME[@EDITION]")
@click.option("--from", "source", metavar="PATH|ZIP|URL", help="A folder or a ZIP of the publisher's repository.")
def install(name: str, source: str | None) -> None:
    """Install a pack, from its publisher's repository unless --from names a copy.

    The files of a known edition are compared with its SHA-256. Another EDITION, of your choice, needs --from: its
    files are taken as they are, and their SHA-256 recorded.

    Exit codes: 0 installed, 1 files are not those of the edition, 2 wrong usage, 3 the archive cannot be fetched.
    """
    chosen, edition = _named(name)
    pack = catalogue()[chosen]
    edition = edition or pack.latest
    if source is None and edition not in pack.editions:
        _fail(f"édition inconnue: {edition} (connues: {', '.join(pack.editions)}); une autre demande --from")
    if source is None and _is_there(chosen, edition):
        return
    try:
        with _source(pack, edition, source) as (path, origin):
            done = install_pack(chosen, edition, path, origin)
    except DownloadError as error:
        _fail(str(error), Exit.INCONCLUSIVE)
    except Refused as refused:
        words = f"{chosen}@{edition}: {len(refused.problems)} fichier(s) ne sont pas ceux de l'édition, rien d'installé"
        _tell(refused.problems)
        _fail(words, Exit.NON_CONFORME)
    except (SourceError, DeriveError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or packs_store()}: {error.strerror}")
    checked = "empreintes vérifiées" if done.published else "édition non publiée par Rempart: empreintes relevées"
    click.echo(f"{done.label} installé: {len(done.digests)} fichiers, {checked} ({done.folder})")


@schemas.command("list")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_packs(output: str) -> None:
    """Known packs, their editions, and which are installed."""
    here = installed_names()
    known = [f"{p.name}@{e}" for p in catalogue().values() for e in p.editions]
    for label in sorted({*known, *here}):
        name, _, edition = label.partition("@")
        pack = catalogue().get(name)
        commit = pack.editions[edition].commit if pack and edition in pack.editions else ""
        if output == "json":
            line = {"pack": name, "edition": edition, "installed": label in here, "commit": commit}
            title, publisher = (pack.title, pack.publisher) if pack else ("", "")
            click.echo(json.dumps({**line, "title": title, "publisher": publisher}, ensure_ascii=False))
            continue
        state = "installé" if label in here else "non installé"
        click.echo(f"{label:<24} {state:<13} {pack.title if pack else 'pack inconnu'}")
        if pack:
            click.echo(f"{'':<24} {pack.publisher}, {pack.repository}{f' @ {commit[:12]}' if commit else ''}")


@schemas.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME[@EDITION]...]")
def verify_packs(names: tuple[str, ...]) -> None:
    """Hash every file of the installed packs again: missing, altered and extra ones are named.

    Exit codes: 0 all as published, 1 one is not, 2 a pack is not installed.
    """
    if not names and not installed_names():
        click.echo("Aucun pack installé.")
        return
    faults = 0
    for name in names or installed_names():
        installed = _installed(name)
        problems = verify(installed)
        faults += len(problems)
        state = f"{len(problems)} fichier(s) en défaut" if problems else f"intact, {len(installed.digests)} fichiers"
        click.echo(f"{installed.label}: {state}")
        _tell(problems)
    sys.exit(Exit.NON_CONFORME if faults else Exit.OK)


@schemas.command()
@click.argument("name", metavar="NAME[@EDITION]")
def remove(name: str) -> None:
    """Take an installed pack away.

    Exit codes: 0 removed, 2 it is not installed.
    """
    _named(name)
    label = name if "@" in name else _installed(name).label
    if label not in installed_names():
        _fail(f"le pack {label} n'est pas installé")
    try:
        remove_pack(packs_store() / label)
    except OSError as error:
        _fail(f"{error.filename or label}: {error.strerror}")
    click.echo(f"{label} retiré")


@contextmanager
def _source(pack: Pack, edition: str, source: str | None) -> Iterator[tuple[Path, str]]:
    """The folder or archive to read, and what is recorded of it."""
    address = pack.archive(edition) if source is None else source
    if not is_address(address):
        path = Path(address)
        yield path, path.name
        return
    with tempfile.TemporaryDirectory(prefix="rempart-") as folder:
        target = Path(folder) / "archive.zip"
        click.echo(f"Téléchargement de {address}", err=True)
        download(address, target)
        yield target, address


def _is_there(name: str, edition: str) -> bool:
    """Already installed and intact: nothing to do."""
    if f"{name}@{edition}" not in installed_names():
        return False
    try:
        if verify(open_pack(name, edition)):
            return False
    except StoreError:
        return False
    click.echo(f"{name}@{edition} est déjà installé, intact")
    return True


def _named(text: str) -> tuple[str, str]:
    try:
        return parse_name(text)
    except ValueError as error:
        _fail(str(error))


def _installed(text: str) -> Installed:
    try:
        return find(text)
    except ValueError as error:
        _fail(str(error))


def _tell(problems: list[Problem]) -> None:
    for problem in problems[:_SHOWN]:
        click.echo(f"  {problem.kind}: {problem.path}")
    if len(problems) > _SHOWN:
        click.echo(f"  … et {len(problems) - _SHOWN} autre(s)")


def _fail(message: str, code: Exit = Exit.USAGE) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
