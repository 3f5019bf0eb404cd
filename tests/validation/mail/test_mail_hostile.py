"""Hostile mails: a verdict for each, in a time that does not grow with the cunning of who wrote it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_samples import sound

from rempart.validation.document import validate_bytes
from rempart.validation.registry import rules

HEAD = (
    b"From: a <a@b.mssante.fr>\r\nTo: c@d.mssante.fr\r\nDate: Mon, 04 May 2026 11:30:00 +0200\r\n"
    b"Message-ID: <1@b.fr>\r\n"
)
_HTML = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n%s\r\n--b--\r\n"
)
_DSN = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n%s--b--\r\n"
)


def _nested(depth: int) -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"".join(levels)


# Each took from two seconds to minutes, or broke the parser, before it was bounded.
ATTACKS: dict[str, Callable[[], bytes]] = {
    "lines under nested parts": lambda: _nested(49) + b"x\r\n" * 1_000_000,
    "nested parts": lambda: _nested(3000),
    "nested mails": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    "boundaries": lambda: b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
    "nested comments": lambda: b"Cc: " + b"(" * 15_000 + b"\r\n\r\n",
    "groups": lambda: b"Cc: " + b"a:" * 30_000 + b"\r\n\r\n",
    "fields": lambda: b"X-A: b\r\n" * 30_000 + b"\r\n",
    "fields of a part": lambda: b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + b"X-B: c\r\n" * 900_000,
    "parameters": lambda: b"Content-Type: text/plain; " + b"a=b;" * 50_000 + b"\r\n\r\n",
    "pieces of a name": lambda: b"Content-Disposition: attachment; "
    + b"".join(b"filename*%d=a;" % n for n in range(10_000)) + b"\r\n\r\n",
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 6000 + b"\r\n\r\n",
    "open tags": lambda: _HTML % (b"<a " * 300_000),
    "open comments": lambda: _HTML % (b"<!--" * 250_000),
    "open sections": lambda: _HTML % (b"<![CDATA[" * 100_000),
    "set of characters": lambda: b"Content-Type: text/plain; charset=punycode\r\n\r\na-" + b"z9" * 50_000,
    "no set of characters": lambda: b"Content-Type: text/plain; charset=zlib\r\n\r\nabc",
    "recipients of a report": lambda: _DSN % (b"Final-Recipient: rfc822; a@b\r\n\r\n" * 50_000),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_has_its_verdict_in_time(name: str) -> None:
    data = HEAD + ATTACKS[name]()
    started = time.process_time()
    report = validate_bytes(data)
    assert time.process_time() - started < 5  # the slowest takes less than one on a quiet machine
    assert report.findings and "erreur de Rempart" not in report.unreadable
    assert report.verdict in ("erreur", "non_conforme")


@pytest.mark.parametrize(
    "data",
    [b"From: a\0b\r\n\r\n", b"From:\r\n\r\n", b"To: =?x?b?*?=\r\n\r\n", b"From: \xff\xfe\r\n\r\n", b"Subject: x"],
    ids=["null", "empty", "encoded", "bytes", "no end"],
)
def test_poor_mails_have_a_verdict(data: bytes) -> None:
    report = validate_bytes(data)
    assert report.kind.startswith("courriel") and report.verdict == "non_conforme"


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_damaged_mails_have_a_verdict(data: st.DataObject) -> None:
    damaged = bytearray(sound()[data.draw(st.sampled_from(["n1", "html", "mdn-ko", "dsn", "citizen"]))])
    head = data.draw(st.sampled_from([400, 1500, len(damaged)]))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, min(head, len(damaged)) - 1))] = data.draw(st.integers(0, 255))
    report = validate_bytes(bytes(damaged))
    assert "erreur de Rempart" not in report.unreadable, report.unreadable


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4000))
def test_a_mail_cut_anywhere_has_a_verdict(at: int) -> None:
    report = validate_bytes(sound()["n1"][:at])
    assert "erreur de Rempart" not in report.unreadable and report.verdict != "conforme"


def test_what_is_beyond_bounds_says_so() -> None:
    (found,) = validate_bytes(HEAD + _nested(60)).findings
    assert found.rule == "MSS-060" and "parties" in found.message
    assert "MSS-060" in rules()
