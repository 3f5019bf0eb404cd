"""Options of `rempart validate` on what only the user knows of a file: its environment, its use, the official packs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from rempart.validation.declared import Declared
from rempart.validation.recognise import FORMATS

# Requirements that a rule of documents, or of mails, waits for.
_DECLARABLE = (
    "DOC/va1.01", "DOC/va1.04", "DOC/va1.06", "DMP/HISTO.03",
    "MSS/va1.08", "MSS/va1.09", "MSS/va1.13", "MSS/va1.15", "MSS/va1.17", "MSS/va1.19", "MSS/UX.33", "MSS/CONF.21",
    "MSS/CONF.23",
)  # fmt: skip


def _requirements(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in _DECLARABLE:
            raise click.BadParameter(f"no rule depends on {value!r}; those that one does: {', '.join(_DECLARABLE)}")
    return values


def _packs(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are installed: a name that is not is wrong usage, before anything is judged."""
    if values:
        from rempart.validation.packs.store import find  # on demand: most files are judged without naming packs

        for value in values:
            try:
                find(value)
            except ValueError as error:
                raise click.BadParameter(str(error)) from error
    return values


def _instant(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """A date with its offset: without one, nobody knows which instant it is."""
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"a date like 2026-05-04T10:15:00Z is expected, not {value!r}") from error
    if read.tzinfo is None:
        raise click.BadParameter(f"{value!r} has no offset: end it with Z, or +02:00")
    return read


_OPTIONS = (
    click.option(
        "--as",
        "kind",
        type=click.Choice(FORMATS),
        help="What the files are, instead of recognising them: xds is a SOAP message of the DMP (an envelope, or an "
        "HTTP capture from its Content-Type header on), vihf an assertion alone.",
    ),
    click.option(
        "--received",
        callback=_instant,
        metavar="INSTANT",
        help="When it came in (2026-05-04T10:15:00Z): age of the VIHF, instant of submission; a document made later.",
    ),
    click.option(
        "--environment",
        type=click.Choice(["test", "production"]),
        help="Which INS authorities are expected. Not declared: any in documents and archives, those of test in "
        "messages, where another one is only a warning.",
    ),
    click.option(
        "--destination",
        type=click.Choice(["dmp"]),
        help="Where CDA documents are bound: what the DMP adds is checked.",
    ),
    click.option(
        "--requirement",
        "requirements",
        callback=_requirements,
        multiple=True,
        metavar="ID",
        help="A REM requirement that CDA documents illustrate: DOC/va1.01 (PDF/A-1), DOC/va1.04 (INS datamatrix), "
        "DOC/va1.06 (recipients), DMP/HISTO.03 (date of the act); or that a mail does: MSS/va1.08 (reply), MSS/va1.09 "
        "(sent by software), MSS/va1.13 (replacement), MSS/va1.15 (DSN asked for), MSS/UX.33 (MDN asked for), "
        "MSS/va1.17 (automatic, to the patient), MSS/va1.19 (to the patient), MSS/CONF.21 (no answer wanted), "
        "MSS/CONF.23 (documents). Repeatable.",
    ),
    click.option(
        "--pack",
        "packs",
        callback=_packs,
        multiple=True,
        metavar="NAME[@EDITION]",
        help="Official pack that judges documents too, instead of all those installed. Two editions show what differs.",
    ),
    click.option("--no-packs", is_flag=True, help="Judge documents without the installed official packs."),
)


def declared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command; `declared_of` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def declared_of(given: dict[str, Any]) -> Declared:
    """What the options say, taken out of `given`. Raises click.UsageError."""
    packs, without = given.pop("packs"), given.pop("no_packs")
    if packs and without:
        raise click.UsageError("--pack and --no-packs exclude each other")
    return Declared(
        environment=given.pop("environment"),
        destination=given.pop("destination"),
        requirements=given.pop("requirements"),
        packs=() if without else packs or None,
        kind=given.pop("kind"),
        received=given.pop("received"),
    )
