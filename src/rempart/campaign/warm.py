"""Campaigns of a self-test: each a copy of a process that has already imported and collected everything.

`python -m rempart.campaign.warm FD` stands by on the Unix socket of that number, and is asked with the options of a
campaign, as JSON. Given these instead of a number, it plays that campaign and no other.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Generator

import pytest

import rempart.candidate.drivers.http  # noqa: F401 - the driver of the reference, otherwise imported by each copy
from rempart import standby
from rempart.campaign import definitions
from rempart.campaign.launch import pytest_arguments
from rempart.campaign.merge import versions
from rempart.campaign.run import catalog_of
from rempart.campaign.selection import identify_all, is_scenario
from rempart.simulators.loop import seldom_collect
from rempart.validation.checks import names

# Its streams are those of who asked: pytest must not put its own in their place, which all copies would share.
_OPTIONS = ["--played-only", "-q", "-s"]


class Warm:
    """Between collection and selection: waits there when it is on standby, then goes on with what it is given."""

    def __init__(self, given: str) -> None:
        self._given = given
        self.copy: standby.Copy | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        options = self._given
        if options.isdigit():
            scenarios = [item for item in items if is_scenario(item)]
            identify_all(scenarios, catalog_of(config))
            for item in scenarios:
                definitions.find_all(item)
            names()  # imports all checks
            versions()
            seldom_collect()  # and never in what is here by now: none of it will be garbage
            self.copy = standby.serve(socket.socket(fileno=int(options)))
            options = self.copy.words[0]
        vars(config.option).update(json.loads(options))
        return (yield)


def main() -> None:
    warm = Warm(sys.argv[1])
    with pytest_arguments(_OPTIONS) as given:
        code = pytest.main(given, plugins=[warm])
    if warm.copy is not None:
        warm.copy.end(int(code))
    sys.exit(code)


if __name__ == "__main__":
    main()
