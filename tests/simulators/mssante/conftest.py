"""One operator for all tests of the simulated MSSanté, as it was at the start for each of them."""

from __future__ import annotations

import pytest

from rempart.simulators.mssante import Limits, SimulatedOperator

LIMITS = Limits(line=2000, literal=4000, mistakes=5, recipients=5, commands=1000)


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """The operator, and the holder of the ledger of the moment."""
    holder = {}

    def record(*args, **kwargs):
        return holder["ledger"].record(*args, **kwargs)

    with SimulatedOperator(
        record, certificates=tmp_path_factory.mktemp("pki"), imaps_port=0, limits=LIMITS
    ) as operator:
        yield operator, holder


@pytest.fixture
def operator(running, ledger):
    operator, holder = running
    holder["ledger"] = ledger
    operator.reset()
    operator._house.stale.clear()  # tests share Message-IDs
    ledger.kept.clear()
    return operator
