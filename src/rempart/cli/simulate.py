"""`rempart simulate`: the simulated partners, alone, for an editor who develops against them."""

from __future__ import annotations

import click

from rempart.cli.simulate_dmp import dmp


@click.group()
def simulate() -> None:
    """Run a simulated partner until Ctrl-C: no campaign, no verdict, everything recorded."""


simulate.add_command(dmp)
