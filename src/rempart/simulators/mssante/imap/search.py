"""SEARCH (RFC 3501, 6.4.4): keys read into a predicate, then tried on each message of the view."""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Sequence
from datetime import date, datetime

from rempart.formats.mail.source import decoded
from rempart.simulators.mssante.imap.fetch import Opened
from rempart.simulators.mssante.imap.grammar import Atom, ImapSyntax, Token, text
from rempart.simulators.mssante.imap.sets import is_set, selected
from rempart.simulators.mssante.imap.view import View

Predicate = Callable[[Opened], bool]
_MAX_DEPTH = 20
_MAX_TEXT = 1 << 20  # bytes of a part in which a word is looked for
_FLAGS = {
    "ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft", "FLAGGED": "\\Flagged", "SEEN": "\\Seen",
}  # fmt: skip
_FIELDS = ("BCC", "CC", "FROM", "SUBJECT", "TO")
_DATES = ("BEFORE", "ON", "SINCE")


def predicate(tokens: Sequence[Token], view: View) -> Predicate:
    """All these keys together. Raises ImapSyntax."""
    left = list(tokens)
    if left[:1] and isinstance(left[0], Atom) and left[0].upper() == "CHARSET":
        if text(left[1] if len(left) > 1 else None).upper() not in ("UTF-8", "US-ASCII"):
            raise ImapSyntax("jeu de caractères inconnu")
        left = left[2:]
    if not left:
        raise ImapSyntax("aucun critère")
    return _Keys(view).all(left)


class _Keys:
    """Reads keys; each one takes its arguments from what is left."""

    def __init__(self, view: View) -> None:
        self._view = view

    def all(self, left: list[Token], depth: int = 0) -> Predicate:
        keys = []
        while left:
            keys.append(self.one(left, depth))
        return lambda m: all(k(m) for k in keys)

    def one(self, left: list[Token], depth: int = 0) -> Predicate:
        if not left:
            raise ImapSyntax("critère incomplet")
        if depth > _MAX_DEPTH:
            raise ImapSyntax("critères trop emboîtés")
        token = left.pop(0)
        if isinstance(token, list):
            return self.all(list(token), depth + 1)
        word = text(token).upper()
        if is_set(word):
            chosen = {id(m) for _, m in selected(word, self._view.messages, by_uid=False)}
            return lambda m: id(m.stored) in chosen
        if word == "NOT":
            inner = self.one(left, depth + 1)
            return lambda m: not inner(m)
        if word == "OR":
            first, second = self.one(left, depth + 1), self.one(left, depth + 1)
            return lambda m: first(m) or second(m)
        return self._flag(word) or self._argument(word, left)

    def _flag(self, word: str) -> Predicate | None:
        recent = self._view.recent
        named = {
            "ALL": lambda m: True,
            "RECENT": lambda m: id(m.stored) in recent,
            "OLD": lambda m: id(m.stored) not in recent,
            "NEW": lambda m: id(m.stored) in recent and "\\Seen" not in m.stored.flags,
        }
        if word in named:
            return named[word]
        if word in _FLAGS:
            return lambda m: _FLAGS[word] in m.stored.flags
        if word.startswith("UN") and word[2:] in _FLAGS:
            return lambda m: _FLAGS[word[2:]] not in m.stored.flags
        return None

    def _argument(self, word: str, left: list[Token]) -> Predicate:
        given = text(left.pop(0) if left else None)
        if word == "UID":
            chosen = {id(m) for _, m in selected(given, self._view.messages, by_uid=True)}
            return lambda m: id(m.stored) in chosen
        if word in ("KEYWORD", "UNKEYWORD"):
            return lambda m: (given in m.stored.flags) is (word == "KEYWORD")
        if word in ("LARGER", "SMALLER"):
            size = _number(given)
            return lambda m: m.stored.size > size if word == "LARGER" else m.stored.size < size
        if word in _DATES:
            day = _day(given)
            return lambda m: _compared(word, m.stored.arrived.date(), day)
        if word.startswith("SENT") and word[4:] in _DATES:
            day = _day(given)
            return lambda m: (sent := _sent(m)) is not None and _compared(word[4:], sent, day)
        if word in _FIELDS:
            return lambda m: _in_header(m, word, given)
        if word == "HEADER":
            value = text(left.pop(0) if left else None)
            return lambda m: _in_header(m, given, value)
        if word in ("BODY", "TEXT"):
            return lambda m: (word == "TEXT" and _in_all_headers(m, given)) or _in_text(m, given)
        raise ImapSyntax(f"critère inconnu: {word[:40]}")


def _number(value: str) -> int:
    if not value.isdecimal() or len(value) > 12:
        raise ImapSyntax("un nombre est attendu")
    return int(value)


def _day(value: str) -> date:
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    try:
        day, month, year = value.split("-")
        return date(int(year), months.index(month.lower()) + 1, int(day))
    except ValueError:
        raise ImapSyntax("une date est attendue: 1-Feb-2026") from None


def _compared(word: str, day: date, limit: date) -> bool:
    return day < limit if word == "BEFORE" else day == limit if word == "ON" else day >= limit


def _sent(message: Opened) -> date | None:
    try:
        found: datetime = email.utils.parsedate_to_datetime(str(message.entity.headers.get("Date", "")))
        return found.date()
    except (ValueError, TypeError):
        return None


def _in_header(message: Opened, name: str, value: str) -> bool:
    fields = [v for n, v in message.entity.headers.raw_items() if n.lower() == name.lower()]
    return any(_holds(str(v), value) for v in fields)


def _in_all_headers(message: Opened, value: str) -> bool:
    return any(_holds(f"{n}: {v}", value) for n, v in message.entity.headers.raw_items())


def _holds(raw: str, value: str) -> bool:
    """Folded lines put together, encoded words decoded, whatever the case."""
    said = decoded(" ".join(raw.split()).encode("utf-8", "surrogateescape"))
    return value.lower() in said.lower()


def _in_text(message: Opened, value: str) -> bool:
    wanted = value.lower()
    for part in message.entity.walk():
        if not part.type.startswith("text/") or part.children:
            continue
        holder = part.headers
        holder.set_payload(part.content()[:_MAX_TEXT].decode("latin-1"))
        content = holder.get_payload(decode=True)
        if isinstance(content, bytes) and wanted in content.decode("utf-8", "replace").lower():
            return True
    return False
