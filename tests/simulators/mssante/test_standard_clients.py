"""Clients that are not ours: curl, openssl s_client and swaks, each as its user would start it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from mss_client import APP, DOCTOR, PASSWORD, SERVICE, kept, mail

from rempart.simulators.mailings import MAILINGS
from rempart.simulators.patients import patient

DOMINIQUE, RUTH = patient("Dominique PAT-TROIS", ipp="IPP1"), patient("Ruth NESSI", ipp="IPP2")


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} n'est pas installé")


def run(*command, said=b""):
    done = subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def identity(operator, form):
    """The options of a client certificate, as this program writes them."""
    pki = operator.certificates
    files = {"ca": pki.root, "cert": pki.org_auth_cli.cert, "key": pki.org_auth_cli.key}
    return [part.format(**files) for part in form]


CURL = ["--silent", "--show-error", "--noproxy", "*", "--ssl-reqd", "--max-time", "20", "--cacert", "{ca}",
        "--cert", "{cert}", "--key", "{key}"]  # fmt: skip
SWAKS = ["--tls-verify", "--tls-ca-path", "{ca}", "--tls-cert", "{cert}", "--tls-key", "{key}"]
OPENSSL = ["-CAfile", "{ca}", "-cert", "{cert}", "-key", "{key}", "-verify_return_error", "-quiet", "-crlf"]


@needs("curl")
def test_curl_hands_a_mail_of_documents_over(operator, tmp_path):
    (sent,) = MAILINGS["un document"](DOMINIQUE, RUTH)
    source = tmp_path / "courriel.eml"
    source.write_bytes(sent.message)
    status, _, said = run(
        "curl", *identity(operator, CURL), "--user", f"{APP}:{PASSWORD}", "--login-options", "AUTH=PLAIN",
        "--mail-from", APP, "--mail-rcpt", DOCTOR, "--upload-file", str(source),
        f"smtp://localhost:{operator.addresses.smtp}",
    )  # fmt: skip
    assert status == 0, said
    heard = operator.next_mail(timeout=5)
    assert heard.accepted
    assert heard.message == sent.message
    assert operator.next_session(timeout=5).session.authentication.mechanism == "PLAIN"


@needs("curl")
@pytest.mark.parametrize("form", ["XOAUTH2", "OAUTHBEARER"])
def test_curl_hands_a_mail_over_with_a_token(operator, tmp_path, form):
    source = tmp_path / "courriel.eml"
    source.write_bytes(mail(sender=SERVICE))
    status, _, said = run(
        "curl", *identity(operator, CURL), "--user", SERVICE, "--oauth2-bearer", operator.token(SERVICE),
        "--login-options", f"AUTH={form}", "--mail-from", SERVICE, "--mail-rcpt", DOCTOR, "--upload-file", str(source),
        f"smtp://localhost:{operator.addresses.smtp}",
    )  # fmt: skip
    assert status == 0, said
    assert operator.next_mail(timeout=5).login == SERVICE


@needs("curl")
def test_curl_is_told_why_its_token_is_refused(operator, tmp_path):
    source = tmp_path / "courriel.eml"
    source.write_bytes(mail(sender=SERVICE))
    status, _, said = run(
        "curl", *identity(operator, CURL), "--user", SERVICE, "--oauth2-bearer", operator.token(SERVICE, 0),
        "--mail-from", SERVICE, "--mail-rcpt", DOCTOR, "--upload-file", str(source),
        f"smtp://localhost:{operator.addresses.smtp}",
    )  # fmt: skip
    assert status == 67  # CURLE_LOGIN_DENIED
    assert "denied" in said or "rejected" in said


@needs("curl")
def test_curl_takes_a_mail_out(operator, tmp_path):
    (sent,) = MAILINGS["plusieurs documents"](DOMINIQUE, RUTH)
    operator.deliver(sent.message, APP)
    at = f"imap://localhost:{operator.addresses.imap}"
    who = ["--user", f"{APP}:{PASSWORD}"]
    status, listed, said = run("curl", *identity(operator, CURL), *who, f"{at}/INBOX?ALL")
    assert (status, listed) == (0, "* SEARCH 1\r\n"), said
    out = tmp_path / "relevé.eml"
    status, _, said = run("curl", *identity(operator, CURL), *who, "--output", str(out), f"{at}/INBOX;MAILINDEX=1")
    assert status == 0, said
    assert out.read_bytes() == operator.held(APP, sent.message_id)
    assert operator.next_fetch(timeout=5).message_id == sent.message_id
    status, folders, _ = run("curl", *identity(operator, CURL), *who, at)
    assert status == 0
    assert folders.count("* LIST") == 4
    status, _, said = run("curl", *identity(operator, CURL), *who, "--upload-file", str(out), f"{at}/Sent")
    assert status == 0, said
    assert len(operator.mailbox(APP).folders["Sent"].messages) == 1


@needs("curl")
def test_curl_over_tls_from_the_start(operator):
    operator.deliver(mail(to=APP, sender=DOCTOR), APP)
    status, body, said = run(
        "curl", *identity(operator, CURL), "--user", f"{APP}:{PASSWORD}",
        f"imaps://localhost:{operator.addresses.imaps}/INBOX;MAILINDEX=1;SECTION=TEXT",
    )  # fmt: skip
    assert (status, body) == (0, "Bonjour\r\n"), said


@needs("swaks")
def test_swaks_hands_a_mail_over(operator, ledger):
    status, said, _ = run(
        "swaks", "--server", "localhost", "--port", str(operator.addresses.smtp), "--tls",
        *identity(operator, SWAKS), "--auth", "PLAIN", "--auth-user", APP, "--auth-password", PASSWORD,
        "--from", APP, "--to", DOCTOR, "--header", "Subject: essai", "--body", "Bonjour", "--pipeline",
    )  # fmt: skip
    assert status == 0, said
    assert "250 2.0.0 Accepte" in said
    assert operator.next_mail(timeout=5).subject == "essai"
    assert b"PIPELINING" in kept(ledger, operator.next_session(timeout=5).exchange)


@needs("swaks")
def test_swaks_is_refused_as_an_operator_refuses(operator):
    status, said, _ = run(
        "swaks", "--server", "localhost", "--port", str(operator.addresses.smtp), "--tls",
        *identity(operator, SWAKS), "--auth", "PLAIN", "--auth-user", APP, "--auth-password", PASSWORD,
        "--from", APP, "--to", "nul@test-ci-sis.mssante.fr",
    )  # fmt: skip
    assert status != 0
    assert "550 5.1.1" in said


@needs("openssl")
@pytest.mark.parametrize(
    ("protocol", "lines", "wanted"),
    [
        ("smtp", "EHLO essai\nNOOP\nQUIT\n", ["250-PIPELINING", "250 AUTH PLAIN XOAUTH2 OAUTHBEARER", "221 2.0.0"]),
        ("imap", f"a LOGIN {APP} {PASSWORD}\nb STATUS INBOX (MESSAGES)\nc LOGOUT\n",
         ["a OK", '* STATUS "INBOX" (MESSAGES 0)', "c OK LOGOUT"]),
    ],
)  # fmt: skip
def test_openssl_speaks_by_hand(operator, protocol, lines, wanted):
    port = getattr(operator.addresses, protocol)
    status, said, problem = run(
        "openssl", "s_client", "-connect", f"localhost:{port}", "-starttls", protocol, "-tls1_2",
        *identity(operator, OPENSSL), said=lines.encode(),
    )  # fmt: skip
    assert status == 0, problem
    assert [w for w in wanted if w not in said] == []
    assert operator.next_session(timeout=5).session.tls.version == "TLSv1.2"


@needs("openssl")
@pytest.mark.parametrize(("name", "alert"), [("expired", "expired"), ("revoked", "revoked"), ("foreign", "unknown ca")])
def test_openssl_is_told_why_its_certificate_is_refused(operator, name, alert):
    credential = getattr(operator.certificates, name)
    status, _, problem = run(
        "openssl", "s_client", "-connect", f"localhost:{operator.addresses.smtp}", "-starttls", "smtp", "-tls1_2",
        "-CAfile", str(operator.certificates.root), "-cert", str(credential.cert), "-key", str(credential.key),
    )  # fmt: skip
    assert status != 0
    assert f"alert {alert}" in problem or f"certificate {alert}" in problem
