"""Pieces of the IMAP server alone: grammar, parts of a message, sets; whatever comes, no traceback."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_samples import sound

from rempart.simulators.mssante.imap import fetch, grammar, mime, structure
from rempart.simulators.mssante.imap.grammar import Atom, ImapSyntax
from rempart.simulators.mssante.imap.search import predicate
from rempart.simulators.mssante.imap.sets import selected
from rempart.simulators.mssante.imap.view import View
from rempart.simulators.mssante.mailbox import Folder, Stored
from rempart.simulators.mssante.spool import Kept, Spool

NESTED = b"""Subject: ext\r
Content-Type: multipart/mixed; boundary=A\r
\r
avant\r
--A\r
Content-Type: multipart/alternative; boundary="A B"\r
\r
--A B\r
\r
texte\r
--A B\r
Content-Type: text/html\r
\r
<p>texte</p>\r
--A B--\r
--A\r
Content-Type: message/rfc822\r
\r
Subject: int\r
Content-Type: multipart/mixed; boundary=C\r
\r
--C\r
Content-Type: text/plain\r
\r
dedans\r
--C--\r
--A  \r
Content-Type: message/rfc822\r
\r
Subject: seul\r
\r
corps\r
--A--\r
apres\r
"""


# -- grammar


@pytest.mark.parametrize(
    ("line", "name", "arguments"),
    [
        (b"a1 NOOP", "NOOP", []),
        (b"a UID fetch 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (A B)]<0.5>)", "UID FETCH",
         ["1:*", ["FLAGS", "BODY.PEEK[HEADER.FIELDS (A B)]<0.5>"]]),
        (b'a LOGIN "x \\"y\\\\" z', "LOGIN", [b'x "y\\', "z"]),
        (b"a APPEND Sent (\\Seen) {3}\r\nabc", "APPEND", ["Sent", ["\\Seen"], b"abc"]),
        (b"a LOGIN {1}\r\nx {2}\r\nyz", "LOGIN", [b"x", b"yz"]),
        (b'a LIST "" *', "LIST", [b"", "*"]),
        (b"a SEARCH ((NOT 1) 2)", "SEARCH", [[["NOT", "1"], "2"]]),
    ],
)  # fmt: skip
def test_a_command_is_read(line, name, arguments):
    command = grammar.read(line)
    assert (command.name, command.arguments) == (name, arguments)


@pytest.mark.parametrize(
    "line",
    [b"", b"a", b"a ", b"( NOOP", b"a FETCH (1", b"a FETCH 1)", b'a LOGIN "x', b"a LOGIN {x}", b"a " + b"(" * 50],
)
def test_what_is_no_command_is_refused(line):
    with pytest.raises(ImapSyntax):
        grammar.read(line)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_whatever_comes_is_a_command_or_bad_syntax(data):
    try:
        command = grammar.read(b"a " + data)
    except ImapSyntax:
        return
    for token in command.arguments:
        try:
            fetch.items(token)
        except ImapSyntax:
            continue


@given(st.text(max_size=50) | st.binary(max_size=50))
def test_a_string_that_is_written_is_read_back(value):
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    assert grammar.read(b"a X " + grammar.quoted(data)).arguments == [data]
    assert grammar.quoted(None) == b"NIL"


# -- parts


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ((1, 1), b"texte"), ((1, 2), b"<p>texte</p>"), ((2, 1), b"dedans"), ((3, 1), b"corps"), ((4,), None),
        ((1, 3), None), ((1, 1, 1), None), ((3, 2), None), ((0,), None),
    ],
)  # fmt: skip
def test_parts_are_numbered_as_rfc_3501_does(path, content):
    found = mime.read(NESTED).part(path)
    assert (found and found.content()) == content


def test_a_part_that_is_a_message_has_its_own_header():
    part = mime.read(NESTED).part((2,))
    assert part.header() == b"Content-Type: message/rfc822\r\n\r\n"
    assert part.inner.headers["Subject"] == "int"
    assert mime.read(b"Subject: a\r\n\r\nb").part((1,)).content() == b"b"
    assert mime.read(b"Subject: a\r\n\r\nb").part((1, 1)) is None


def decoded(headers, content):
    part = email.message.Message()
    part["Content-Transfer-Encoding"] = headers.get("Content-Transfer-Encoding", "7bit")
    part.set_payload(content.decode("ascii", "surrogateescape"))
    return part.get_payload(decode=True).strip()


MAILS = [name for name in sorted(sound()) if name[:3] not in ("mdn", "dsn")]  # message/ parts are cut otherwise there


@pytest.mark.parametrize("name", MAILS)
def test_parts_are_those_that_the_standard_library_finds(name):
    data = sound()[name]
    theirs = email.message_from_bytes(data, policy=email.policy.compat32).walk()
    wanted = [(p.get_content_type(), p.get_payload(decode=True).strip()) for p in theirs if not p.is_multipart()]
    leaves = (e for e in mime.read(data).walk() if not e.children)
    assert [(e.type, decoded(e.headers, e.content())) for e in leaves] == wanted


@given(st.binary(max_size=400), st.integers(0, len(NESTED)), st.integers(0, len(NESTED)))
@settings(deadline=None)
def test_whatever_the_bytes_there_is_a_structure(data, cut, again):
    for wrong in (data, NESTED[:cut] + data + NESTED[again:]):
        entity = mime.read(wrong)
        assert structure.structure(entity, extended=True).startswith(b"(")
        assert structure.envelope(entity.headers).startswith(b"(")
        assert sum(1 for _ in entity.walk()) <= 201


def test_a_bomb_of_parts_is_cut_short():
    many = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nx\r\n" * 5000
    assert len(mime.read(many).children) < 250
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 500
    assert sum(1 for _ in mime.read(deep).walk()) < 30


def test_hostile_parameters_cost_nothing():
    header = b"Content-Type: text/plain" + b"; a*0*=%%%" * 20_000 + b"\r\n\r\nx"
    assert b"NIL" in structure.structure(mime.read(header), extended=True)


# -- sets and searches


def view(*uids):
    folder = Folder("INBOX")
    folder.messages = [Stored(u, b"", Kept(0, 0), datetime(2026, 5, 4, tzinfo=UTC), set()) for u in uids]
    return View(folder, read_only=True)


@pytest.mark.parametrize(
    ("text", "by_uid", "found"),
    [
        ("1", False, [10]), ("2:*", False, [20, 30]), ("*", False, [30]), ("3:1", False, [10, 20, 30]),
        ("9", False, []), ("10,30", True, [10, 30]), ("25:*", True, [30]), ("99:*", True, [30]), ("*", True, [30]),
    ],
)  # fmt: skip
def test_a_set_names_messages(text, by_uid, found):
    assert [m.uid for _, m in selected(text, view(10, 20, 30).messages, by_uid=by_uid)] == found


def test_a_set_in_an_empty_folder_names_nothing():
    assert selected("1:*", [], by_uid=False) == []


@given(st.recursive(st.text(max_size=8).map(Atom) | st.binary(max_size=5), lambda x: st.lists(x, max_size=4)))
@settings(deadline=None)
def test_any_search_is_answered_or_refused(token):
    spool = Spool()
    kept = spool.keep(NESTED)
    message = fetch.Opened(Stored(1, b"", kept, datetime(2026, 5, 4, tzinfo=UTC), set()), spool)
    try:
        predicate(token if isinstance(token, list) else [token], view(1))(message)
    except ImapSyntax:
        pass
    finally:
        spool.close()
