"""`rempart version`: what a verdict was given by."""

from __future__ import annotations

import click

from rempart.candidate.actions import DRIVER_VERSION


@click.command()
def version() -> None:
    """Versions of the harness, its data and the driver contract."""
    from rempart.campaign.merge import versions

    for name, value in {**versions(), "pilote": DRIVER_VERSION}.items():
        click.echo(f"{name + ':':<20} {value}")
