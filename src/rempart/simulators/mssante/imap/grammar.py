"""IMAP commands as they come: a tag, a name, then atoms, strings, literals and lists, all bounded."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rempart.simulators.mssante.wire import Wire

_TAG = re.compile(rb"[^\s+(){%*\"\\]{1,64}")
_LITERAL = re.compile(rb"\{(\d{1,12})(\+?)\}$")
_MAX_LITERALS = 20
_MAX_DEPTH = 20
_MAX_TOKENS = 5_000


class Atom(str):
    """A word that is not quoted: `INBOX`, `\\Seen`, `1:*`, `BODY[HEADER.FIELDS (DATE)]`."""


Token = Atom | bytes | list["Token"]  # bytes: a quoted string or a literal


class ImapSyntax(Exception):
    """BAD. `tag` is that of the command when it could be read, `fatal` when what follows cannot be trusted."""

    def __init__(self, reason: str, tag: str = "*", *, fatal: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.tag, self.fatal = reason, tag, fatal


class TooBig(Exception):
    """A literal was announced that nobody wants: the client was not told to send it."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


@dataclass(frozen=True, slots=True)
class Command:
    """`name` in capitals, with that of its subject: `UID FETCH`."""

    tag: str
    name: str
    arguments: list[Token]


async def receive(
    wire: Wire, begins: Callable[[bytes], int], go_on: Callable[[], Awaitable[None]], seconds: float
) -> bytes:
    """The next command, its literals in place. Raises ImapSyntax, TooBig, WireError.

    `begins` is given the first line, and says how many bytes its literals may have; `go_on` tells the client to send.
    """
    line = first = await wire.line(seconds)
    whole = bytearray(line)
    left = begins(first)
    for _ in range(_MAX_LITERALS):
        found = _LITERAL.search(line)
        if found is None:
            return bytes(whole)
        size = int(found[1])
        if found[2]:
            raise ImapSyntax("LITERAL+ n'est pas offert", tag_of(first), fatal=True)
        if size > left:
            raise TooBig(tag_of(first))
        left -= size
        await go_on()
        whole += b"\r\n"
        whole += await wire.exactly(size)
        line = await wire.line(seconds)
        whole += line
    raise ImapSyntax("trop de littéraux", tag_of(first), fatal=True)


def tag_of(line: bytes) -> str:
    found = _TAG.match(line)
    return found[0].decode("latin-1") if found else "*"


def name_of(line: bytes) -> str:
    """The name of a command from its first line, for those who cannot wait for the rest."""
    words = line.split(None, 3)[1:3]
    name = b" ".join(words if words and words[0].upper() == b"UID" else words[:1])
    return name.upper().decode("latin-1")


def read(data: bytes) -> Command:
    """Raises ImapSyntax."""
    tag = _TAG.match(data)
    if tag is None or data[tag.end() : tag.end() + 1] != b" ":
        raise ImapSyntax("commande sans étiquette")
    said = tag[0].decode("latin-1")
    try:
        tokens = _Reader(data, tag.end() + 1).tokens()
    except ImapSyntax as error:
        raise ImapSyntax(error.reason, said) from None
    words = [t.upper() for t in tokens[:2] if isinstance(t, Atom)]
    if not words:
        raise ImapSyntax("commande absente", said)
    taken = 2 if words[0] == "UID" and len(words) == 2 else 1
    return Command(said, " ".join(words[:taken]), tokens[taken:])


class _Reader:
    """Reads tokens from `at` on."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at, self._count = data, at, 0

    def tokens(self, depth: int = 0) -> list[Token]:
        found: list[Token] = []
        while self._at < len(self._data):
            mark = self._data[self._at : self._at + 1]
            self._count += 1
            if self._count > _MAX_TOKENS or depth > _MAX_DEPTH:
                raise ImapSyntax("commande trop longue ou trop profonde")
            if mark == b" ":
                self._at += 1
            elif mark == b"(":
                self._at += 1
                found.append(self.tokens(depth + 1))
            elif mark == b")":
                if depth == 0:
                    raise ImapSyntax("parenthèse fermante en trop")
                self._at += 1
                return found
            elif mark == b'"':
                found.append(self._quoted())
            elif mark == b"{":
                found.append(self._literal())
            else:
                found.append(self._atom())
        if depth:
            raise ImapSyntax("parenthèse non fermée")
        return found

    def _quoted(self) -> bytes:
        found = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"').match(self._data, self._at)
        if found is None:
            raise ImapSyntax("chaîne non fermée")
        self._at = found.end()
        return re.sub(rb"\\(.)", rb"\1", found[1])

    def _literal(self) -> bytes:
        found = re.compile(rb"\{(\d+)\}\r\n").match(self._data, self._at)
        if found is None:
            raise ImapSyntax("littéral mal formé")
        start, size = found.end(), int(found[1])
        self._at = start + size
        return self._data[start : self._at]

    def _atom(self) -> Atom:
        """Up to a space or a parenthesis that no bracket encloses."""
        start, inside = self._at, False
        while self._at < len(self._data):
            mark = self._data[self._at : self._at + 1]
            if mark in b"[]":
                inside = mark == b"["
            elif not inside and mark in b' ()"\r\n':
                break
            self._at += 1
        return Atom(self._data[start : self._at].decode("latin-1"))


def text(token: Token | None) -> str:
    """An atom or a string as text. Raises ImapSyntax."""
    if isinstance(token, Atom):
        return str(token)
    if isinstance(token, bytes):
        return token.decode("utf-8", "replace")
    raise ImapSyntax("un mot ou une chaîne est attendu")


def quoted(value: str | bytes | None) -> bytes:
    """A string as a server writes it: NIL, quoted, or a literal when quotes will not do."""
    if value is None:
        return b"NIL"
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    if len(data) < 1000 and re.fullmatch(rb"[\x20-\x7e]*", data):
        return b'"' + re.sub(rb'(["\\])', rb"\\\1", data) + b'"'
    return b"{%d}\r\n" % len(data) + data
