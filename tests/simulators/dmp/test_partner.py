"""The partner around the DMP: bad days, hostile clients, waits, and what is refused before SOAP."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
from dmp_client import DOCTOR, INS, PATIENT, STRUCTURE, document, submission
from lxml import etree

from rempart.formats.soap import read_capture, read_envelope
from rempart.model.exchange import Direction
from rempart.simulators import loop, pki
from rempart.simulators.dmp import SimulatedDmp, behaviours
from rempart.simulators.dmp.refusals import texts
from rempart.simulators.errors import CandidateGarbage, MissingMessage, NoTraffic
from rempart.simulators.https import Limits

CUT = (http.client.HTTPException, ConnectionError, OSError)


# -- behaviours


@pytest.mark.parametrize("code", ["XDSRegistryBusy", "XDSDuplicateUniqueIdInRegistry", "DMPClosed"])
def test_a_dmp_that_refuses_keeps_nothing(pfi, dmp, code):
    dmp.behaviour = behaviours.refuse(code)
    assert pfi.feed(document()).errors == [code]
    assert dmp.dmp.registry.count() == 0
    assert dmp.next_submission(timeout=2).errors == (code,)


def test_a_dmp_that_comes_back(pfi, dmp):
    dmp.behaviour = behaviours.then_obey(1, behaviours.refuse("XDSRegistryBusy"))
    sent = document()
    assert not pfi.feed(sent).accepted
    assert pfi.feed(sent).accepted
    assert dmp.dmp.registry.count() == 1


def test_a_fault_is_a_soap_fault(pfi, dmp):
    dmp.behaviour = behaviours.BEHAVIOURS["refuse le certificat"]
    answer = pfi.feed(document())
    assert answer.status == 400
    assert answer.errors == ["Sender", "DMPInvalidCertificate"]


def test_one_transaction_fails_and_the_others_work(pfi, dmp):
    dmp.behaviour = behaviours.only(["TD2.1"], behaviours.unavailable)
    content_type, body = pfi.feed_message(submission(document()))
    assert pfi.http("POST", "/", body, {"Content-Type": content_type})[0] == 503
    assert pfi.reference("1.2.3").accepted


@pytest.mark.parametrize(
    ("behaviour", "kept"),
    [(behaviours.hang_up, 0), (behaviours.obey_and_hang_up, 1), (behaviours.cut_in_mid_answer, 1)],
)
def test_a_connection_that_is_cut_leaves_no_answer(pfi, dmp, behaviour, kept):
    dmp.behaviour = behaviour
    sent = document()
    with pytest.raises(CUT):
        pfi.feed(sent)
    call = dmp.next_submission(timeout=2)
    assert call.answer is None
    assert not call.accepted
    assert call.documents == (sent.unique_id,)
    assert dmp.dmp.registry.count() == kept


def test_a_retry_after_a_lost_answer_meets_its_own_document(pfi, dmp):
    dmp.behaviour = behaviours.then_obey(1, behaviours.obey_and_hang_up)
    sent = document()
    with pytest.raises(CUT):
        pfi.feed(sent)
    assert pfi.feed(sent).errors == ["XDSDuplicateUniqueIdInRegistry"]


def test_a_slow_dmp_answers_when_its_gate_opens(pfi, dmp):
    gate = loop.Gate()
    dmp.behaviour = behaviours.slow(gate)
    answers = []
    sender = threading.Thread(target=lambda: answers.append(pfi.feed(document())))
    sender.start()
    with pytest.raises(NoTraffic):
        dmp.next_submission(timeout=0.2)
    gate.open()
    sender.join(5)
    assert answers[0].accepted


def test_a_silent_dmp_is_told_to_the_step_at_once(pfi, dmp):
    dmp.behaviour = behaviours.stay_silent
    cut = []

    def send():
        with pytest.raises(CUT) as error:
            pfi.feed(document())
        cut.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    assert dmp.next_submission(timeout=5).answer is None
    dmp.suspend()
    sender.join(5)
    assert cut


def test_an_outage_and_its_end_on_the_same_port(pfi, dmp):
    port = dmp.port
    dmp.suspend()
    with pytest.raises(CUT):
        pfi.feed(document())
    dmp.resume()
    assert dmp.port == port
    assert pfi.feed(document()).accepted


def test_every_behaviour_a_feature_may_name_is_a_known_code():
    assert set(behaviours.BEHAVIOURS) >= {"répond", "est indisponible", "est occupé"}
    with pytest.raises(KeyError):
        behaviours.refuse("XDSInconnu")
    assert "DMPClosed" in texts()


# -- waits


def test_silence_and_what_breaks_it(pfi, dmp, ledger):
    silence = dmp.expect_silence(0.05)
    assert json.loads(_bytes(ledger, silence))["calls"] == []
    pfi.feed(document())
    broken = dmp.expect_silence(5, lambda c: c.transaction == "TD2.1")
    assert [c["transaction"] for c in json.loads(_bytes(ledger, broken))["calls"]] == ["TD2.1"]


def _bytes(ledger, exchange):
    return next(data for kept, data in ledger.kept if kept.id == exchange.id)


def test_a_wait_says_what_came_instead(pfi, dmp):
    with pytest.raises(NoTraffic):
        dmp.next_submission(timeout=0.05)
    pfi.reference("1.2.3")
    with pytest.raises(MissingMessage, match=r"TD3\.1") as error:
        dmp.next_submission(timeout=0.05)
    assert error.value.exchange is not None
    assert [c.transaction for c in dmp.queries()] == ["TD3.1"]


def test_reset_forgets_and_does_not_hear_a_resending(pfi, dmp):
    sent = document()
    dmp.behaviour = behaviours.refuse("XDSRegistryBusy")
    pfi.feed(sent)
    dmp.reset()
    assert pfi.feed(sent).accepted
    with pytest.raises(NoTraffic):
        dmp.next_submission(timeout=0.05)
    assert pfi.feed(document()).accepted
    assert dmp.next_submission(timeout=2).accepted


def test_reset_gives_back_the_settings_and_patients_of_the_start(pfi, dmp):
    dmp.dmp.settings.n1_wanted = True
    dmp.dmp.patients[INS].closed = "décès"
    dmp.reset()
    assert not dmp.dmp.settings.n1_wanted
    assert pfi.feed(document()).accepted
    dmp.dmp.usual.n1_wanted = True
    dmp.reset()
    assert dmp.dmp.settings.n1_wanted


# -- before SOAP


@pytest.mark.parametrize(
    ("name", "alert"),
    [
        ("expired", "certificate expired"), ("revoked", "certificate revoked"), ("foreign", "unknown ca"),
        ("org_sign", "unsupported certificate"), (None, "handshake failure"),
    ],
)  # fmt: skip
def test_a_wrong_certificate_never_reaches_soap_and_both_sides_know_why(pfi, dmp, certificates, ledger, name, alert):
    credential = getattr(certificates, name) if name else None
    with pytest.raises(ssl.SSLError, match=f"alert {alert}"):
        pfi.as_(tls=pki.client_context(certificates, credential)).feed(document())
    with pytest.raises(CandidateGarbage, match="TLS"):
        dmp.next_submission(timeout=0.5)
    assert ("observed", "anomalie") in ledger.lines()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/soap+xml", b""),
        ("application/soap+xml", b"<html/>"),
        ("application/soap+xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("multipart/related; boundary=x", b"--y\r\n\r\n"),
        ("multipart/related", b"--y\r\n\r\n"),
        ("", b"<a/>"),
        ("application/soap+xml", b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>'),
        ("application/soap+xml", b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>'),
    ],
)  # fmt: skip
def test_what_is_no_call_gets_a_fault_and_is_kept(pfi, dmp, ledger, content_type, body):
    status, _, answer = pfi.http("POST", "/", body, {"Content-Type": content_type})
    assert status == 400
    assert b"SIM_" in answer
    assert b"root:" not in answer
    call = dmp.next_call(timeout=2)
    assert (call.transaction, call.accepted) == ("", False)
    assert body in ledger.bytes(Direction.RECEIVED)[0]


def test_a_call_without_assertion_is_refused(pfi, dmp):
    content_type, body = pfi.feed_message(submission(document()))
    root = read_capture(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body).root
    header = read_envelope(root).header
    header.remove(next(e for e in header if e.tag.endswith("Security")))
    status, _, answer = pfi.http("POST", "/", etree.tostring(root), {"Content-Type": "application/soap+xml"})
    assert status == 400
    assert b"SIM_VihfAbsent" in answer


def test_what_is_not_posted_is_refused(pfi):
    assert pfi.http("GET", "/si-dmp-server/v2/services/patient?wsdl")[0] == 405


def test_a_chunked_request_can_be_read_again_from_the_evidence(pfi, dmp, ledger):
    """Java clients send MTOM by pieces: what is kept is the message without their framing."""
    sent = document()
    content_type, body = pfi.feed_message(submission(sent))
    connection = http.client.HTTPSConnection(pfi.host, pfi.port, timeout=5, context=pfi.tls)
    pieces = [body[:100], body[100:]]
    connection.request("POST", "/", iter(pieces), {"Content-Type": content_type}, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    (kept,) = ledger.bytes(Direction.RECEIVED)
    assert [p.content for p in read_capture(kept).parts] == [sent.data]
    assert "chunked" in ledger.kept[0][0].note


def test_a_body_out_of_bounds_is_refused(ledger, certificates):
    limits = Limits(body=1000)
    with SimulatedDmp(ledger.record, limits=limits) as dmp, socket.create_connection((dmp.host, dmp.port), 5) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000)
        assert sock.recv(100).startswith(b"HTTP/1.1 413")
        with pytest.raises(CandidateGarbage, match="1000 octets"):
            dmp.next_call(timeout=0.5)


# -- a client that is not ours

# Written by hand: other prefixes, other order of attributes, comments and line breaks of another tool.
ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:ad="http://www.w3.org/2005/08/addressing">
  <env:Header>
    <!-- TD0.3 -->
    <ad:To/>
    <ad:MessageID>urn:uuid:7b1f7f62-5d3f-4d58-9a0c-1d1c6a7c0001</ad:MessageID>
    <ad:ReplyTo><ad:Address>http://www.w3.org/2005/08/addressing/anonymous</ad:Address></ad:ReplyTo>
    <ad:Action mustUnderstand="true">urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization</ad:Action>
    <sec:Security xmlns:sec="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">
      <s2:Assertion xmlns:s2="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" ID="_main"
                    IssueInstant="2026-01-01T00:00:00Z">
        <s2:Issuer>CN=ecrit a la main</s2:Issuer>
        <s2:Subject><s2:NameID>{user}</s2:NameID></s2:Subject>
        <s2:AttributeStatement>
          <s2:Attribute Name="Identifiant_Structure"><s2:AttributeValue>{structure}</s2:AttributeValue></s2:Attribute>
          <s2:Attribute Name="Authentification_Mode"><s2:AttributeValue>DIRECTE</s2:AttributeValue></s2:Attribute>
          <s2:Attribute Name="urn:oasis:names:tc:xacml:2.0:resource:resource-id">
            <s2:AttributeValue>{patient}</s2:AttributeValue></s2:Attribute>
          <s2:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role"><s2:AttributeValue>
            <Role xmlns="urn:hl7-org:v3" code="10" codeSystem="1.2.250.1.71.1.2.7"/></s2:AttributeValue></s2:Attribute>
          <s2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"><s2:AttributeValue>
            <PurposeOfUse xmlns="urn:hl7-org:v3" code="normal"/></s2:AttributeValue></s2:Attribute>
        </s2:AttributeStatement>
      </s2:Assertion>
    </sec:Security>
  </env:Header>
  <env:Body>
    <h:setAuthorization xmlns:h="urn:si-dmp-habilitations"><h:action>AJOUT</h:action></h:setAuthorization>
  </env:Body>
</env:Envelope>
"""


@pytest.mark.skipif(not shutil.which("curl"), reason="curl n'est pas installé")
def test_curl_with_an_envelope_written_by_hand(dmp, certificates, tmp_path):
    """curl does TLS, HTTP and 100-continue its own way; the signature, which it cannot make, is left unchecked."""
    dmp.dmp.settings.check_vihf = False
    message = tmp_path / "td03.xml"
    message.write_text(ENVELOPE.format(user=DOCTOR, structure=STRUCTURE, patient=PATIENT.replace("&", "&amp;")))
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20",
         "--cacert", str(certificates.root), "--cert", str(certificates.org_auth_cli.cert),
         "--key", str(certificates.org_auth_cli.key), "--header", "Content-Type: application/soap+xml;charset=utf-8",
         "--header", "Expect: 100-continue", "--data-binary", f"@{message}",
         f"https://localhost:{dmp.port}/si-dmp-server/v2/services/Habilitation"],
        capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"DMPOk" in done.stdout
    assert b"urn:uuid:7b1f7f62-5d3f-4d58-9a0c-1d1c6a7c0001" in done.stdout  # RelatesTo
    assert dmp.dmp.patients[INS].grants[DOCTOR].value == "VALIDE"
    assert dmp.next_call("TD0.3", timeout=2).mode == "DIRECTE"
