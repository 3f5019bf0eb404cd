"""Sessions, envelopes and conversations, as an operator records them: a sound one, and one fault at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from mail_samples import CITIZEN, DOCTOR, PLAIN, SOFTWARE, header, mails, sound

from rempart.formats.mail import Mail, write
from rempart.model.finding import Origin
from rempart.validation.checks import run_check

SUITE = "ECDHE-RSA-AES256-GCM-SHA384"
CLIENT = {"subject": "CN=CH DE TEST", "issuer": "CN=TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", "trusted": True}
SESSION: dict[str, Any] = {
    "protocol": "smtp", "starttls": True, "mailbox": "APP", "address": SOFTWARE, "sent": 1,
    "tls": {"version": "TLSv1.2", "suite": SUITE, "group": "secp256r1", "group_bits": 256, "client": CLIENT},
    "clear": ["EHLO", "STARTTLS"], "commands": ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"],
    "authentication": {"mechanism": "PLAIN", "login": SOFTWARE, "accepted": True},
}  # fmt: skip
IMAP = {
    **SESSION, "protocol": "imap", "sent": 0, "clear": ["CAPABILITY", "STARTTLS"],
    "commands": ["AUTHENTICATE", "SELECT", "FETCH", "LOGOUT"],
}  # fmt: skip
PERSON = {**SESSION, "mailbox": "PER", "authentication": {"mechanism": "XOAUTH2", "login": DOCTOR, "accepted": True}}


def with_(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The record with `a__b` meaning `b` in `a`."""
    made = json.loads(json.dumps(base))
    for name, value in changes.items():
        *above, last = name.split("__")
        place = made
        for step in above:
            place = place[step]
        place[last] = value
    return made


def said(name: str, *records: object, **params: Any) -> list[tuple[str, str]]:
    evidence = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    return [(f.rule, str(f.severity)) for f in run_check(name, evidence, params)]


@pytest.mark.parametrize("record", [SESSION, IMAP, PERSON], ids=["smtp", "imap", "person"])
def test_a_sound_session(record: dict[str, Any]) -> None:
    assert said("mss.session", record) == []


SESSIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("MSS-001", "error", with_(SESSION, tls=None, clear=["EHLO"], starttls=False)),
    ("MSS-001", "error", with_(IMAP, tls=None, clear=["CAPABILITY", "LOGIN"], starttls=False)),
    ("MSS-002", "error", with_(SESSION, tls__version="TLSv1.1")),
    ("MSS-002", "error", with_(SESSION, tls__offered_versions=["TLSv1.2", "TLSv1"])),
    ("MSS-003", "info", with_(SESSION, tls__version="TLSv1.3", tls__suite="TLS_AES_256_GCM_SHA384")),
    ("MSS-004", "error", with_(SESSION, tls__suite="AES128-SHA")),
    ("MSS-004", "error", with_(SESSION, tls__suite="ECDHE-RSA-CHACHA20-POLY1305")),
    ("MSS-004", "error", with_(SESSION, tls__offered_suites=[SUITE, "AES128-GCM-SHA256"])),
    ("MSS-004", "info", with_(SESSION, tls__suite="DHE-RSA-AES256-GCM-SHA384")),
    ("MSS-005", "error", with_(SESSION, tls__elliptic=False, tls__group="DH", tls__group_bits=1024)),
    ("MSS-005", "error", with_(SESSION, tls__group="secp224r1", tls__group_bits=224)),
    ("MSS-010", "error", with_(SESSION, clear=["EHLO", "AUTH", "STARTTLS"])),
    ("MSS-010", "error", with_(SESSION, clear=["EHLO", "STARTTLS"], authentication__protected=False)),
    ("MSS-010", "error", with_(SESSION, starttls=False, clear=[])),
    ("MSS-011", "error", with_(IMAP, clear=["LOGIN", "STARTTLS"])),
    ("MSS-011", "error", with_(IMAP, starttls=False, clear=[])),
    ("MSS-012", "error", with_(SESSION, tls__client=None)),
    ("MSS-012", "error", with_(SESSION, tls__client__trusted=False)),
    ("MSS-012", "error", with_(SESSION, tls__client__revoked=True)),
    ("MSS-012", "error", with_(SESSION, tls__client__expired=True)),
    ("MSS-012", "error", with_(SESSION, authentication__mechanism="LOGIN")),
    ("MSS-012", "error", with_(SESSION, authentication__login="admin")),
    ("MSS-013", "warning", with_(PERSON, authentication__mechanism="PLAIN")),
]


@pytest.mark.parametrize(("rule", "severity", "record"), SESSIONS, ids=[f"{n} {s[0]}" for n, s in enumerate(SESSIONS)])
def test_one_fault_of_a_session(rule: str, severity: str, record: dict[str, Any]) -> None:
    assert said("mss.session", record) == [(rule, severity)]


def test_what_was_not_recorded_is_not_judged() -> None:
    assert said("mss.session", with_(SESSION, tls__group_bits=0, tls__suite="", tls__group="")) == []


REFUSALS = {
    "clear-text": "MSS-001", "old-tls": "MSS-002", "weak-suite": "MSS-004", "weak-group": "MSS-005",
    "foreign-issuer": "MSS-006", "expired": "MSS-007", "revoked": "MSS-008",
}  # fmt: skip


@pytest.mark.parametrize(("server", "rule"), REFUSALS.items())
def test_a_faulty_server_is_refused(server: str, rule: str) -> None:
    refused = with_(SESSION, server=server, sent=0, authentication=None, commands=[], closed_by_client=True)
    assert said("mss.refusal", refused) == []
    assert said("mss.refusal", with_(SESSION, server=server)) == [(rule, "error")]
    assert said("mss.refusal", with_(SESSION, server=server, sent=0)) == [(rule, "error")]  # it gave its password


def test_the_last_crl_still_serves() -> None:
    assert said("mss.refusal", with_(SESSION, server="crl-unreachable")) == []
    gave_up = with_(SESSION, server="crl-unreachable", sent=0, authentication=None)
    assert said("mss.refusal", gave_up) == [("MSS-009", "error")]


def test_a_record_that_cannot_be_read_is_nobody_elses_fault() -> None:
    for broken in (b"{", b'{"protocol": "pop"}', b"[]"):
        (found,) = run_check("mss.session", [broken], {})
        assert found.origin is Origin.HARNESS and found.blinds


# -- envelopes


ENVELOPE = {"mail_from": SOFTWARE, "rcpt_to": [DOCTOR]}


def test_a_sound_envelope() -> None:
    for name in ("n1", "asking"):
        assert said("mss.envelope", sound()[name], {**ENVELOPE, "notify": ["SUCCESS,FAILURE"]}) == []


def test_a_notification_has_no_return_path_and_a_mail_has_one() -> None:
    nobody = {"mail_from": "", "rcpt_to": [SOFTWARE]}
    assert said("mss.envelope", sound()["mdn"], nobody) == []
    assert ("MSS-068", "warning") in said("mss.envelope", sound()["n1"], {**nobody, "rcpt_to": [DOCTOR]})


@pytest.mark.parametrize(
    ("rule", "severity", "data", "envelope"),
    [
        ("MSS-068", "warning", sound()["n1"], {**ENVELOPE, "mail_from": "autre@ch-test.mssante.fr"}),
        ("MSS-068", "warning", sound()["n1"], {**ENVELOPE, "rcpt_to": ["autre@test.mssante.fr"]}),
        ("MSS-069", "error", header(sound()["n1"], "Bcc", "c@d.mssante.fr"),
         {**ENVELOPE, "rcpt_to": [DOCTOR, "c@d.mssante.fr"]}),
        ("MSS-018", "warning", sound()["asking"], {**ENVELOPE, "notify": ["NEVER"]}),
        ("MSS-060", "error", b"\r\n", ENVELOPE),
    ],
)  # fmt: skip
def test_one_fault_of_an_envelope(rule: str, severity: str, data: bytes, envelope: dict[str, Any]) -> None:
    assert said("mss.envelope", data, envelope) == [(rule, severity)]


# -- conversations


def test_a_mail_is_judged_as_declared() -> None:
    assert said("mss.mail", sound()["asking"], requirements=["MSS/va1.15", "MSS/UX.33"]) == []
    assert said("mss.mail", sound()["n1"], requirements=["MSS/va1.15"]) == [("MSS-018", "error")]


def test_identifiers_are_used_once() -> None:
    assert said("mss.unique", sound()["n1"], header(sound()["n1"], "Message-ID", "<2@a.mssante.fr>")) == []
    assert said("mss.unique", sound()["n1"], sound()["plain"]) == [("MSS-014", "error")]


def _reply(mail: Mail, to: str, **changes: Any) -> bytes:
    made = replace(mail, message_id="<77@cabinet-test.mssante.fr>", in_reply_to=to, references=(to,))
    return write(replace(made, **changes))


def test_a_reply_points_to_what_it_answers() -> None:
    asked = sound()["n1"]
    assert said("mss.reply", asked, _reply(PLAIN, mails()["n1"].message_id)) == []
    assert said("mss.reply", asked, _reply(PLAIN, "<other@a.mssante.fr>")) == [("MSS-015", "error")] * 2
    assert said("mss.reply", asked, _reply(PLAIN, mails()["n1"].message_id, references=())) == [("MSS-015", "error")]
    again = _reply(PLAIN, mails()["n1"].message_id, message_id=mails()["n1"].message_id)
    assert said("mss.reply", asked, again) == [("MSS-014", "error")]


def test_a_replacement_follows_the_first_mail() -> None:
    assert said("mss.replaces", sound()["n1"], sound()["replacement"]) == []
    assert said("mss.replaces", sound()["n3-alone"], sound()["replacement"]) == [("MSS-032", "error")]
    assert said("mss.replaces", sound()["n1"], sound()["n1"]) == [("MSS-032", "error")] * 2
    elsewhere = write(replace(mails()["replacement"], recipients=("autre@test.mssante.fr",)))
    assert said("mss.replaces", sound()["n1"], elsewhere) == [("HL7-151", "error")]


def _order(action: str, *more: str) -> bytes:
    head = r"MSH|^~\&|DPI|CH|PFI|CH|20260504101500||MDM^T02^MDM_T02|1|T|2.6"
    return "\r".join([head, f"ORC|{action}", *more, ""]).encode()


def test_a_mail_does_what_the_order_asks() -> None:
    told = "OBX|1|ED|CORPSMAIL_PS^x^MetaDMPMSS||^text^^Base64^Q2hlciBjb25mcsOocmU="  # Cher confrère
    assert said("mss.order", _order("NW", told), sound()["n1"]) == []
    assert said("mss.order", _order("RO"), sound()["replacement"]) == []
    assert said("mss.order", _order("CA"), sound()["deletion"]) == []
    assert said("mss.order", _order("CA"), sound()["n1"]) == [("HL7-152", "error")]
    other = told.replace("Q2hlciBjb25mcsOocmU=", "QXV0cmUgdGV4dGU=")
    assert said("mss.order", _order("NW", other), sound()["n1"]) == [("HL7-150", "error")]
    closing = _order("NW", "NTE|1|||FIN")
    assert said("mss.order", closing, sound()["citizen"], to_patient=True) == []
    assert said("mss.order", closing, write(replace(mails()["citizen"], no_reply=False)), to_patient=True) == [
        ("HL7-150", "error")
    ]
    assert said("mss.order", _order("NW"), write(replace(mails()["n1"], recipients=(CITIZEN,), no_reply=True))) == [
        ("HL7-150", "error")
    ]
