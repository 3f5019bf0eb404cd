"""What steps may ask for, by name. Each is a role in the play, not a tool.

dpi, pfi                      the candidate: `dpi.ask(action, **request)` -> Reply(answer, exchange)
simulated_pfi, simulated_dpi  the neighbour it talks to (simulators/pfi.py, dpi.py)
dmp                           the simulated DMP that the dispositif of the scenario reaches (simulators/dmp)
operator                      the simulated operator of MSSanté that it reaches (simulators/mssante)
gap                           the patient administration that announces identities and stays (simulators/gap.py)
patients                      the test identities by the name a feature uses, each under a fresh IPP in each scenario
judge                         what must be true: `judge.check(name, *exchanges, **params)`
deadlines                     how long to wait, from candidate.yaml
person                        who plays what no machine can: `person.hands_over(preuve, piece)` -> Handed
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rempart.campaign.actor import Actor
from rempart.campaign.judge import Judge
from rempart.campaign.patients import Patients
from rempart.campaign.person import Person
from rempart.campaign.run import LEDGER, RUN
from rempart.candidate.actions import DPI, PFI
from rempart.candidate.config import Timeouts
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.dpi import SimulatedDpi
from rempart.simulators.gap import Gap
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.pfi import SimulatedPfi


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    return Judge(request.node.stash[LEDGER], request.config.stash[RUN].world.record, request.config.stash[RUN].store)


@pytest.fixture
def person(request: pytest.FixtureRequest, judge: Judge) -> Person:
    return Person(judge, request.config.stash[RUN].attestations)


@pytest.fixture
def deadlines(request: pytest.FixtureRequest) -> Timeouts:
    return request.config.stash[RUN].config.timeouts


@pytest.fixture
def dpi(request: pytest.FixtureRequest) -> Actor:
    return request.config.stash[RUN].world.station(DPI).candidate


@pytest.fixture
def pfi(request: pytest.FixtureRequest) -> Actor:
    return request.config.stash[RUN].world.station(PFI).candidate


@pytest.fixture
def simulated_pfi(request: pytest.FixtureRequest) -> SimulatedPfi:
    partner = request.config.stash[RUN].world.station(DPI).partner
    assert isinstance(partner, SimulatedPfi)
    return partner


@pytest.fixture
def simulated_dpi(request: pytest.FixtureRequest) -> SimulatedDpi:
    partner = request.config.stash[RUN].world.station(PFI).partner
    assert isinstance(partner, SimulatedDpi)
    return partner


@pytest.fixture
def dmp(request: pytest.FixtureRequest) -> SimulatedDmp:
    dispositif = request.node.stash[LEDGER].identity.dispositif
    return request.config.stash[RUN].world.station(dispositif).services.dmp


@pytest.fixture
def operator(request: pytest.FixtureRequest) -> SimulatedOperator:
    dispositif = request.node.stash[LEDGER].identity.dispositif
    return request.config.stash[RUN].world.station(dispositif).services.operator


@pytest.fixture
def gap(request: pytest.FixtureRequest) -> Gap:
    return _gap(request)


def _gap(request: pytest.FixtureRequest) -> Gap:
    """Sends to the dispositif that the scenario is about."""
    dispositif = request.node.stash[LEDGER].identity.dispositif
    return request.config.stash[RUN].world.station(dispositif).gap


@pytest.fixture
def patients(request: pytest.FixtureRequest) -> Iterator[Patients]:
    known = Patients(request.config.stash[RUN].world.number)
    yield known
    if known.announced:  # a test identity is published once: free its INS for the next scenario
        known.release(_gap(request))
