"""One PKI for all tests of the simulated DMP, one DMP over mutual TLS for each, and who calls it."""

from __future__ import annotations

import pytest
from dmp_client import DOCTOR, Client

from rempart.formats.vihf import model as vihf
from rempart.simulators import pki
from rempart.simulators.dmp import SimulatedDmp


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return pki.make(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def dmp(ledger, certificates):
    with SimulatedDmp(ledger.record, tls=pki.server_context(certificates)) as dmp:
        yield dmp


@pytest.fixture
def pfi(dmp, certificates):
    """The establishment, by its certificate."""
    tls = pki.client_context(certificates, certificates.org_auth_cli)
    return Client("localhost", dmp.port, tls, certificates.org_sign)


@pytest.fixture
def doctor(pfi):
    """A doctor in AIR, not authorised yet."""
    return pfi.as_(mode=vihf.AIR, user=DOCTOR)


@pytest.fixture
def authorised(doctor):
    assert doctor.authorise().status == 200
    return doctor
