"""`rempart simulate`: a partner of the candidate by hand, with no campaign around it."""

from __future__ import annotations

import click

from rempart.cli.simulate_dmp import dmp
from rempart.cli.simulate_mssante import mssante
from rempart.cli.simulate_neighbours import dpi, gap, pfi


@click.group()
def simulate() -> None:
    """Play a partner of your software by hand: what it says is shown, judged and kept; no campaign, no verdict.

    pfi and dpi listen over MLLP and acknowledge; gap sends one message of patient administration; dmp answers the
    transactions of the DMP over HTTPS; mssante takes and gives mails over SMTP and IMAP. Test identities only.

    Exit codes: 0 done, 2 wrong usage or a port already taken, 3 nothing could be exchanged.
    """


for _partner in (pfi, dpi, gap, dmp, mssante):
    simulate.add_command(_partner)
