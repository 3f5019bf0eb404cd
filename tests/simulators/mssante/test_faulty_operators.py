"""Operators that a client must refuse to talk to: who is careless is found out, who is wary is not blamed."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import urllib.error
import urllib.request

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from mss_client import APP, DOCTOR, PASSWORD, kept, mail, smtp, tls

from rempart.validation.checks import run_check


def careless(operator):
    """A client that takes anything: what a check must find."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(operator.certificates.org_auth_cli.cert, operator.certificates.org_auth_cli.key)
    return context


FAULTS = {
    "old-tls": "MSS-002", "weak-suite": "MSS-004", "weak-group": "MSS-005", "foreign-issuer": "MSS-006",
    "expired": "MSS-007", "revoked": "MSS-008",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_careless_client_is_found_out(operator, ledger, fault):
    operator.fault = fault
    with smtp(operator, context=careless(operator)) as client:
        client.sendmail(APP, [DOCTOR], mail())
    session = operator.next_session(timeout=5)
    assert session.session.server == fault
    rules = [f.rule for f in run_check("mss.refusal", [kept(ledger, session.record)], {})]
    assert rules == [FAULTS[fault]]
    tls_seen = session.session.tls
    if fault == "old-tls":
        assert tls_seen.version == "TLSv1"
    elif fault == "weak-suite":
        assert tls_seen.suite == "ECDHE-RSA-AES256-SHA"
    elif fault == "weak-group":
        assert (tls_seen.group_bits, tls_seen.elliptic) == (1024, False)


def download(operator):
    """The published list, whatever proxies are set around."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(operator.addresses.crl, timeout=5) as answer:
        return answer.read()


def wary(operator, folder):
    """What the texts ask of a client: version, suites, issuer, dates, revocation by the published list."""
    context = tls(operator)
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384")
    pem = x509.load_der_x509_crl(download(operator)).public_bytes(Encoding.PEM)
    (folder / "list.pem").write_bytes(pem)
    context.load_verify_locations(cafile=folder / "list.pem")
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    return context


WHY = {
    "old-tls": "protocol", "weak-suite": "handshake failure", "weak-group": "dh key too small",
    "foreign-issuer": "issuer certificate", "expired": "has expired", "revoked": "certificate revoked",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wary_client_leaves_and_nothing_is_held_against_it(operator, ledger, fault, tmp_path):
    context = wary(operator, tmp_path)
    operator.fault = fault
    with pytest.raises(ssl.SSLError, match=WHY[fault]), smtp(operator, context=context):
        pass
    session = operator.next_session(timeout=5)
    assert session.session.server == fault
    assert run_check("mss.refusal", [kept(ledger, session.record)], {}) == []


def test_a_wary_client_comes_in_to_a_sound_operator(operator, tmp_path):
    with smtp(operator, context=wary(operator, tmp_path)) as client:
        client.sendmail(APP, [DOCTOR], mail())
    assert operator.next_mail(timeout=5).accepted
    assert operator.crl.asked >= 1


def test_an_operator_in_the_clear_takes_what_careless_clients_give(operator, ledger):
    operator.fault = "clear-text"
    with smtplib.SMTP("localhost", operator.addresses.smtp, timeout=5) as client:
        client.ehlo()
        assert "starttls" not in client.esmtp_features
        client.login(APP, PASSWORD)
        client.sendmail(APP, [DOCTOR], mail())
    session = operator.next_session(timeout=5)
    assert [f.rule for f in run_check("mss.refusal", [kept(ledger, session.record)], {})] == ["MSS-001"]
    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=5) as client:
        client.login(APP, PASSWORD)
        with pytest.raises(imaplib.IMAP4.abort):
            client.starttls()


def test_a_list_out_of_reach_does_not_stop_who_has_kept_the_last_one(operator, ledger, tmp_path):
    context = wary(operator, tmp_path)
    operator.fault = "crl-unreachable"
    with pytest.raises(urllib.error.URLError):
        download(operator)
    with smtp(operator, context=context) as client:
        client.sendmail(APP, [DOCTOR], mail())
    session = operator.next_session(timeout=5)
    assert run_check("mss.refusal", [kept(ledger, session.record)], {}) == []
    operator.fault = ""
    assert download(operator)


def test_the_server_says_where_its_list_is(operator):
    found = x509.load_pem_x509_certificate(operator.certificates.server.cert.read_bytes())
    points = found.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value == operator.addresses.crl
