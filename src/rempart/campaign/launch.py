"""Starting a campaign from anywhere: a checkout, an installed wheel, an empty folder."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files

from rempart.resources import campaign_root


@contextmanager
def pytest_arguments(options: Sequence[str]) -> Iterator[list[str]]:
    """What `pytest.main` is given for a campaign with these options; valid inside the block."""
    root = campaign_root()
    with as_file(files("rempart.campaign") / "campaign.ini") as settings:
        places = ["-c", str(settings), "--rootdir", str(root), "--confcutdir", str(root)]
        places += ["-o", f"pythonpath={shlex.quote(str(root))}", str(root / "steps" / "campaign.py")]
        yield [*places, *options]
