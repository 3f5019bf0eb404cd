"""The source of a mail: fields with their place, parts with what is broken; delivery reports written and read back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.formats.mail import Delivery, Dsn, MailError, read_dsn, write_dsn
from rempart.formats.mail.reading import MAX_HEAD
from rempart.formats.mail.source import decoded, read_source

DATE = datetime(2026, 5, 4, tzinfo=UTC)
MIXED = (
    b"From: a@b.fr\r\nSubject: =?utf-8?q?=C3=A9t=C3=A9?=\r\n =?utf-8?q?_2026?=\r\n"
    b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
    b"--B\r\nContent-Type: text/plain\r\n\r\nbonjour\r\n"
    b'--B\r\nContent-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"UEsDBA==\r\n--B--\r\n"
)


def test_a_field_has_its_value_and_its_place() -> None:
    source = read_source(MIXED)
    field = source.all("subject")[0]
    assert field.value == "été 2026"
    assert MIXED[field.start : field.start + field.length].endswith(b"_2026?=")
    assert source.value("X-Absent") == "" and source.first("X-Absent") is None


def test_parts_are_a_tree_with_their_bytes() -> None:
    root = read_source(MIXED).root
    assert [(p.path, p.type) for p in root.walk()] == [
        ("", "multipart/mixed"), ("1", "text/plain"), ("2", "application/zip"),
    ]  # fmt: skip
    (file,) = root.files()
    assert (file.name, file.data, file.label) == ("a.zip", b"PK\x03\x04", "pièce jointe a.zip")
    assert not [p.problems for p in root.walk() if p.problems]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"UEsDBA==", b"UEsD!A==", "pas en base64"),
        (b"UEsDBA==", b"UEsDB", "incomplet"),
        (b"--B--", b"", "tronqué"),
        (b"boundary=B", b"boundary=C", "n'apparaît pas"),
        (b"boundary=B", b"x=B", "n'annonce pas"),
        (b"base64\r\n", b"x-uuencode\r\n", "n'est pas l'un de"),
    ],
)
def test_what_is_broken_is_told(old: bytes, new: bytes, said: str) -> None:
    problems = [p for part in read_source(MIXED.replace(old, new)).root.walk() for p in part.problems]
    assert any(said in p for p in problems), problems


def test_a_line_that_is_no_field_is_kept_aside() -> None:
    source = read_source(b"From: a@b.fr\r\npas un en-tete\r\nTo: c@d.fr\r\n\r\n")
    assert [f.name for f in source.fields] == ["From", "To"] and source.odd == ((14, 14),)


def test_addresses_have_their_labels() -> None:
    source = read_source(b'To: "=?utf-8?q?Dupont=2C_L=C3=A9a?=" <a@b.fr>, c@d.fr\r\n\r\n')
    assert source.addresses("To") == [("Dupont, Léa", "a@b.fr"), ("", "c@d.fr")]


def test_headers_are_bounded() -> None:
    with pytest.raises(MailError, match="limite"):
        read_source(b"X-A: " + b"a" * (MAX_HEAD + 10))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for given_ in (data, b"From: " + data, b"Content-Type: " + data + b"\r\n\r\nx"):
        try:
            read_source(given_)
        except MailError as error:
            assert error.reason
    assert isinstance(decoded(data), str)


# -- delivery reports


def test_a_report_comes_back_as_it_was() -> None:
    dsn = Dsn(
        reporting="mx.b.fr", envelope_id="E1", original_message_id="<1@b.fr>",
        deliveries=(
            Delivery(recipient="a@b.fr", action="failed", status="5.1.1", diagnostic="550 inconnu"),
            Delivery(recipient="c@d.fr", action="delivered", status="2.0.0"),
        ),
    )  # fmt: skip
    original = b"From: x@y.fr\r\nMessage-ID: <1@b.fr>\r\n\r\ncorps"
    written = write_dsn(
        dsn, sender="postmaster@b.fr", recipient="x@y.fr", message_id="<2@b.fr>", date=DATE, original=original
    )
    assert read_dsn(written) == dsn
    assert b"report-type" in written and b"corps" not in written


def test_an_ordinary_mail_is_no_report() -> None:
    assert read_dsn(MIXED) is None


def test_a_report_without_anything_is_read() -> None:
    data = b"From: a@b\r\nContent-Type: multipart/report; boundary=B\r\n\r\n--B\r\n"
    data += b"Content-Type: message/delivery-status\r\n"
    found = read_dsn(data + b"\r\n\r\n--B--\r\n")
    assert found is not None and (found.reporting, found.deliveries) == ("", ())
