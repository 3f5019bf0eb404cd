"""zeep, a SOAP client that is not ours, generated from a WSDL: its envelope, its addressing, its TLS."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import zeep
from dmp_client import DOCTOR, INS
from zeep.exceptions import Fault
from zeep.wsa import WsAddressingPlugin

from rempart.formats.soap.envelope import security
from rempart.formats.vihf import model as vihf

WSDL = Path(__file__).with_name("habilitations.wsdl")
_PATH = "/si-dmp-server/v2/services/Habilitation"


@pytest.fixture
def habilitations(dmp, certificates):
    session = requests.Session()
    session.trust_env = False
    session.verify = str(certificates.root)
    session.cert = (str(certificates.org_auth_cli.cert), str(certificates.org_auth_cli.key))
    transport = zeep.Transport(session=session, timeout=10, operation_timeout=10)
    client = zeep.Client(str(WSDL), transport=transport, plugins=[WsAddressingPlugin()])
    yield client.create_service("{urn:si-dmp-habilitations}Binding", f"https://localhost:{dmp.port}{_PATH}")
    session.close()


def test_it_sets_the_authorisation_of_a_doctor(dmp, pfi, habilitations) -> None:
    doctor = pfi.as_(mode=vihf.AIR, user=DOCTOR)
    answer = habilitations.setAuthorization(action="AJOUT", _soapheaders=[security(doctor.assertion())])
    assert answer.status == "DMPOk"
    assert dmp.dmp.patients[INS].grants[DOCTOR].value == "VALIDE"
    call = dmp.next_call("TD0.3", timeout=2)
    assert (call.user, call.mode, call.errors) == (DOCTOR, vihf.AIR, ())
    again = habilitations.setAuthorization(action="SUPPRESSION", _soapheaders=[security(doctor.assertion())])
    assert again.status == "DMPOk" and DOCTOR not in dmp.dmp.patients[INS].grants


def test_it_is_told_what_it_may_not_do(dmp, pfi, habilitations) -> None:
    """A PFI, by its certificate, sets no authorisation: zeep reads the refusal."""
    try:
        status = habilitations.setAuthorization(action="AJOUT", _soapheaders=[security(pfi.assertion())]).status
    except Fault as fault:
        status = fault.message
    assert status != "DMPOk" and not dmp.dmp.patients[INS].grants
    assert dmp.next_call("TD0.3", timeout=2).errors


def test_a_token_serves_once(dmp, pfi, habilitations) -> None:
    token = pfi.as_(mode=vihf.AIR, user=DOCTOR).assertion()
    header = [security(token)]
    assert habilitations.setAuthorization(action="AJOUT", _soapheaders=header).status == "DMPOk"
    with pytest.raises(Fault):
        habilitations.setAuthorization(action="AJOUT", _soapheaders=header)
