"""IMAP as imaplib speaks it: what a client finds in a mailbox, what it may do there, and what is told of it."""

from __future__ import annotations

import imaplib
import re
import ssl
import threading

import pytest
from mail_samples import sound
from mss_client import APP, DOCTOR, PASSWORD, SERVICE, imap, kept, mail, tls

from rempart.validation.checks import run_check

ARCHIVE = sound()["two"]


@pytest.fixture
def full(operator):
    """Three mails in the mailbox of the software; the second carries two documents."""
    for number, message in enumerate([mail(1, sender=DOCTOR, to=APP), ARCHIVE, mail(3, sender=DOCTOR, to=APP)], 1):
        operator.deliver(message, APP, sender=DOCTOR if number != 2 else "")
    return operator


def ok(answer):
    status, data = answer
    assert status == "OK", data
    return data


# -- opening


def test_a_session_is_opened_as_the_texts_ask_and_its_record_conforms(operator, ledger):
    context = tls(operator)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")
    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=5) as client:
        assert "LOGINDISABLED" in client.capabilities
        client.starttls(ssl_context=context)
        ok(client.authenticate("PLAIN", lambda _: f"\0{APP}\0{PASSWORD}".encode()))
        ok(client.select())
    session = operator.next_session(timeout=5)
    assert run_check("mss.session", [kept(ledger, session.record)], {}) == []
    record = session.session
    assert (record.protocol, record.mailbox, record.starttls, record.closed_by_client) == ("imap", "APP", True, True)
    assert record.clear == ("CAPABILITY", "STARTTLS")
    dialogue = kept(ledger, session.exchange).decode()
    assert "AUTHENTICATE PLAIN ***" in dialogue


def test_login_does_as_plain_and_hides_its_password(operator, ledger):
    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=5) as client:
        client.starttls(ssl_context=tls(operator))
        ok(client.login(APP, PASSWORD))
    session = operator.next_session(timeout=5)
    assert session.session.authentication.mechanism == "LOGIN"
    assert all(PASSWORD.encode() not in data for _, data in ledger.kept)


def test_tls_from_the_start(operator):
    context = tls(operator)
    with imaplib.IMAP4_SSL("localhost", operator.addresses.imaps, ssl_context=context, timeout=5) as client:
        ok(client.login(APP, PASSWORD))
    assert not operator.next_session(timeout=5).session.starttls


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_opens_a_mailbox_and_an_expired_one_does_not(operator, mechanism):
    def said(token):
        start = f"user={SERVICE}\x01" if mechanism == "XOAUTH2" else f"n,a={SERVICE},\x01"
        return f"{start}auth=Bearer {token}\x01\x01".encode()

    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=5) as client:
        client.starttls(ssl_context=tls(operator, None))
        answers = iter([said(operator.token(SERVICE, 0)), b""])
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.authenticate(mechanism, lambda _: next(answers))
        ok(client.authenticate(mechanism, lambda _: said(operator.token(SERVICE))))


@pytest.mark.parametrize(
    ("certificate", "password"), [(None, PASSWORD), ("neighbour", PASSWORD), ("org_auth_cli", "x")]
)
def test_software_needs_its_certificate_and_its_password(operator, certificate, password):
    with (
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        imap(operator, certificate=certificate, password=password),
    ):
        pass
    assert not operator.next_session(timeout=5).session.authentication.accepted


def test_a_password_in_the_clear_opens_nothing_and_is_told(operator, ledger):
    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=5) as client:
        with pytest.raises(imaplib.IMAP4.error, match="PRIVACYREQUIRED"):
            client.login(APP, PASSWORD)
        with pytest.raises(imaplib.IMAP4.error):
            client.select()
    session = operator.next_session(timeout=5)
    assert "MSS-001" in [f.rule for f in run_check("mss.session", [kept(ledger, session.record)], {})]


# -- looking


def test_a_folder_says_what_it_holds(full):
    with imap(full, folder="") as client:
        assert ok(client.status("INBOX", "(MESSAGES UNSEEN UIDNEXT RECENT UIDVALIDITY)"))[0].startswith(
            b'"INBOX" (MESSAGES 3 UNSEEN 3 UIDNEXT'
        )
        assert [line.split()[-1] for line in ok(client.list())] == [b'"INBOX"', b'"Sent"', b'"Trash"', b'"Drafts"']
        assert ok(client.list('""', "T%")) == [b'(\\HasNoChildren \\Trash) "/" "Trash"']
        assert ok(client.select("inbox")) == [b"3"]
        assert client.response("READ-WRITE")
        assert ok(client.select("INBOX", readonly=True)) == [b"3"]
        assert ok(client.namespace()) and ok(client.noop()) and ok(client.check())
        with pytest.raises(imaplib.IMAP4.error):
            client.status("INBOX", "(INCONNU)")
        assert client.select("Nulle part")[0] == "NO"


def test_a_message_is_fetched_byte_for_byte_and_told(full, ledger):
    with imap(full) as client:
        ((_, data), _) = ok(client.fetch("2", "(RFC822)"))
    assert data.endswith(ARCHIVE)
    assert data.startswith(b"Return-Path: <")
    fetched = full.next_fetch(timeout=5)
    assert (fetched.mailbox, fetched.message_id) == (APP, "<1.20260504@ch-test.mssante.fr>")
    assert kept(ledger, fetched.exchange) == data
    assert "relevé" in fetched.exchange.label


def test_looking_at_headers_is_not_fetching_the_mail(full):
    with imap(full) as client:
        ok(client.fetch("1:*", "(FLAGS UID ENVELOPE INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER])"))
        assert all(b"\\Seen" not in line for line in ok(client.fetch("1:*", "FLAGS")))
    assert full.fetches.total == 0


def test_reading_marks_as_seen_and_peeking_does_not(full):
    with imap(full) as client:
        ok(client.fetch("1", "(BODY.PEEK[])"))
        assert b"\\Seen" not in ok(client.fetch("1", "FLAGS"))[0]
        said = ok(client.fetch("1", "(BODY[TEXT])"))
        assert b"\\Seen" in said[-1]
        assert ok(client.search(None, "UNSEEN")) == [b"2 3"]
    with imap(full, folder="") as client:
        client.select("INBOX", readonly=True)
        ok(client.fetch("2", "(BODY[])"))
        assert b"\\Seen" not in ok(client.fetch("2", "FLAGS"))[0]


def test_parts_are_given_back_as_they_came(full):
    with imap(full) as client:
        (structure,) = ok(client.fetch("2", "(BODYSTRUCTURE)"))
        assert structure.count(b'"APPLICATION" "ZIP"') == 1
        assert structure.count(b'"APPLICATION" "PDF"') == 2
        assert b'"FILENAME" "IHE_XDM.ZIP"' in structure
        ((_, archive), _) = ok(client.fetch("2", "(BODY.PEEK[2])"))
        ((_, mime), _) = ok(client.fetch("2", "(BODY.PEEK[2.MIME])"))
        assert archive.strip() in ARCHIVE
        assert b"IHE_XDM.ZIP" in mime
        ((_, start), _) = ok(client.fetch("2", "(BODY.PEEK[2]<10.20>)"))
        assert start == archive[10:30]
        assert ok(client.fetch("2", "(BODY.PEEK[9])"))[0].endswith(b"BODY[9] NIL)")
        ((_, fields), _) = ok(client.fetch("2", "(BODY.PEEK[HEADER.FIELDS (X-MSS-NIL Subject)])"))
        assert re.findall(rb"(?m)^([\w-]+):", fields) == [b"Subject", b"X-MSS-NIL"]
        ((_, others), _) = ok(client.fetch("2", "(BODY.PEEK[HEADER.FIELDS.NOT (Subject)])"))
        assert b"X-MSS-NIL" in others and b"\r\nSubject:" not in others


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("ALL", b"1 2 3"), ("1,3", b"1 3"), ("NOT 2", b"1 3"), ("OR 1 3", b"1 3"), ("FROM adam.hoda", b"1 3"),
        ('SUBJECT "essai 3"', b"3"), ("HEADER X-MSS-INS O", b"2"), ('HEADER X-MSS-NIL ""', b"2"),
        ("BODY Bonjour", b"1 3"), ("TEXT essai", b"1 3"), ("LARGER 10000", b"2"), ("SMALLER 10000", b"1 3"),
        ("SINCE 1-Jan-2020", b"1 2 3"), ("BEFORE 1-Jan-2020", b""), ("SENTON 4-May-2026", b"2"), ("SEEN", b""),
        ("UNDELETED UNFLAGGED", b"1 2 3"), ("(OR 1 2) NOT 1", b"2"), ("KEYWORD traite", b""), ("OLD", b""),
        ("NEW", b"1 2 3"), ("RECENT", b"1 2 3"), ('CHARSET UTF-8 BODY "ci-joint"', b"2"),
        ("TO bal.applicative", b"1 3"),
    ],
)  # fmt: skip
def test_search(full, key, found):
    with imap(full) as client:
        assert ok(client.search(None, key)) == [found]


@pytest.mark.parametrize(
    "key", ["", "ZUT", "FROM", "SINCE hier", "LARGER x", "NOT", "CHARSET KOI8-R ALL", "1:2:3", "OR 1"]
)
def test_a_search_that_cannot_be_read_is_refused(full, key):
    with imap(full) as client, pytest.raises(imaplib.IMAP4.error):
        client.search(None, key)


# -- changing


def test_flags_are_kept_for_the_next_session(full):
    with imap(full) as client:
        assert ok(client.store("1", "+FLAGS", "(\\Seen traite)")) == [b"1 (FLAGS (\\Seen traite \\Recent))"]
        ok(client.store("1", "-FLAGS", "\\Seen"))
        ok(client.store("2", "FLAGS.SILENT", "\\flagged"))
    with imap(full) as client:
        lines = ok(client.fetch("1:*", "FLAGS"))
        assert lines == [b"1 (FLAGS (traite))", b"2 (FLAGS (\\Flagged))", b"3 (FLAGS ())"]
        with pytest.raises(imaplib.IMAP4.error):
            client.store("1", "FLAGS", "\\Inconnu")


def test_what_is_deleted_goes_when_it_is_expunged_and_numbers_move(full):
    with imap(full) as client:
        uids = ok(client.uid("SEARCH", "ALL"))[0].split()
        ok(client.store("1", "+FLAGS", "\\Deleted"))
        assert ok(client.expunge()) == [b"1"]
        assert ok(client.uid("SEARCH", "ALL")) == [b" ".join(uids[1:])]
        assert ok(client.uid("FETCH", uids[2].decode(), "(FLAGS)"))[0].startswith(b"2 (FLAGS")
        ok(client.uid("STORE", uids[1].decode(), "+FLAGS", "\\Deleted"))
        ok(client.close())
        assert ok(client.select()) == [b"1"]


def test_a_folder_open_for_reading_is_not_changed(full):
    with imap(full, folder="") as client:
        client.select("INBOX", readonly=True)
        assert client.store("1", "+FLAGS", "\\Seen")[0] == "NO"
        assert client.expunge()[0] == "NO"


def test_messages_are_copied_moved_and_put_in(full):
    with imap(full) as client:
        assert ok(client.copy("1:2", "Trash"))[0].startswith(b"[COPYUID")
        ok(client.create("Traites"))
        assert client.create("Traites")[0] == "NO"
        status, _ = client._simple_command("MOVE", "3", "Traites")
        assert status == "OK"
        assert client.copy("1", "Nulle part") == ("NO", [b"[TRYCREATE] dossier inconnu"])
        assert ok(client.append("Sent", "(\\Seen)", '"04-May-2026 11:45:00 +0200"', ARCHIVE))[0].startswith(
            b"[APPENDUID"
        )
        counts = {f: ok(client.status(f, "(MESSAGES)"))[0] for f in ("INBOX", "Trash", "Traites", "Sent")}
        assert [c[-2:-1] for c in counts.values()] == [b"2", b"2", b"1", b"1"]
        client.select("Sent")
        assert b'" 4-May-2026 11:45:00 +0200"' in ok(client.fetch("1", "(INTERNALDATE FLAGS)"))[0]
        ((_, data), _) = ok(client.fetch("1", "(BODY.PEEK[])"))
        assert data == ARCHIVE
        ok(client.delete("Traites"))
        assert client.delete("INBOX")[0] == "NO"


def test_a_full_mailbox_takes_no_copy(full):
    full.mailbox(APP).quota = full.mailbox(APP).used + 10
    with imap(full) as client:
        assert client.append("Sent", None, None, ARCHIVE) == ("NO", [b"[OVERQUOTA] boite pleine"])
        assert client.copy("1", "Trash")[0] == "NO"
        assert b"STORAGE" in ok(client.getquota('"boite"'))[0]


# -- several at once


def test_two_sessions_see_what_the_other_does(full):
    with imap(full) as one, imap(full) as two:
        ok(one.store("2", "+FLAGS", "\\Deleted"))
        ok(two.noop())
        assert two.response("FETCH")[1][0].endswith(b"FLAGS (\\Deleted))")
        ok(one.expunge())
        ok(two.fetch("2", "FLAGS"))  # still the number that it knows
        ok(two.noop())
        assert two.response("EXPUNGE")[1] == [b"2"]
        full.deliver(mail(4, sender=DOCTOR, to=APP), APP)
        ok(two.noop())
        assert two.response("EXISTS")[1][-1] == b"3"


def test_a_client_that_waits_is_told_of_a_mail(full):
    with imap(full) as client:
        client.send(b"X1 IDLE\r\n")
        assert client.readline().startswith(b"+ ")
        told = []
        reader = threading.Thread(target=lambda: told.append(client.readline()))
        reader.start()
        full.deliver(mail(5, sender=DOCTOR, to=APP), APP)
        reader.join(5)
        assert told == [b"* 4 EXISTS\r\n"]
        assert client.readline().endswith(b"RECENT\r\n")
        client.send(b"DONE\r\n")
        assert client.readline() == b"X1 OK IDLE\r\n"


def test_a_reset_empties_the_folder_of_an_open_session(full):
    with imap(full) as client:
        full.reset()
        ok(client.noop())
        assert len(client.response("EXPUNGE")[1]) == 3
        full.deliver(mail(6, sender=DOCTOR, to=APP), APP)
        ok(client.noop())
        assert client.response("EXISTS")[1][-1] == b"1"
