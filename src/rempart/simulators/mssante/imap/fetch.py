"""FETCH: which attributes are asked for, and what each one says of a message (RFC 3501, 6.4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rempart.simulators.mssante.imap import mime
from rempart.simulators.mssante.imap.grammar import Atom, ImapSyntax, Token, quoted
from rempart.simulators.mssante.imap.structure import envelope, structure
from rempart.simulators.mssante.mailbox import Stored
from rempart.simulators.mssante.spool import Spool

_MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_PLAIN = {"FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY", "BODYSTRUCTURE"}
# Old names -> section, whether reading it marks the message as seen.
_OLD = {"RFC822": ("", True), "RFC822.HEADER": ("HEADER", False), "RFC822.TEXT": ("TEXT", True)}
_SECTION = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<inside>[^\]]{0,4000})\](?:<(?P<from>\d{1,10})\.(?P<size>\d{1,10})>)?", re.IGNORECASE
)
_INSIDE = re.compile(
    r"(?P<path>\d{1,4}(?:\.\d{1,4}){0,20})?\.?(?P<kind>HEADER\.FIELDS(?:\.NOT)?|HEADER|TEXT|MIME)?"
    r"(?: \((?P<names>[^()]*)\))?",
    re.IGNORECASE,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAX_ITEMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One attribute. `label` is how the answer names it; `content`: a section of the message is given."""

    label: str
    content: bool = False
    path: tuple[int, ...] = ()
    kind: str = ""
    names: frozenset[str] = frozenset()
    first: int = 0
    size: int | None = None
    seen: bool = False

    @property
    def whole(self) -> bool:
        """Does it carry what the mail says, and not only its header?"""
        return self.content and self.kind in ("", "TEXT")


class Opened:
    """A message being fetched, read once whatever is asked of it."""

    def __init__(self, stored: Stored, spool: Spool) -> None:
        self.stored, self._spool = stored, spool

    @cached_property
    def data(self) -> bytes:
        return self.stored.read(self._spool)

    @cached_property
    def entity(self) -> mime.Entity:
        return mime.read(self.data)


def items(token: Token) -> list[Item]:
    """What FETCH asks for. Raises ImapSyntax."""
    tokens = token if isinstance(token, list) else [token]
    if not tokens or len(tokens) > _MAX_ITEMS or not all(isinstance(t, Atom) for t in tokens):
        raise ImapSyntax("liste d'attributs mal formée")
    words = [str(t) for t in tokens]
    if len(words) == 1 and words[0].upper() in _MACROS:
        words = _MACROS[words[0].upper()]
    return [_item(w) for w in words]


def _item(word: str) -> Item:
    upper = word.upper()
    if upper in _PLAIN:
        return Item(label=upper)
    if upper in _OLD:
        kind, seen = _OLD[upper]
        return Item(label=upper, content=True, kind=kind, seen=seen)
    section = _SECTION.fullmatch(word)
    inside = _INSIDE.fullmatch(section["inside"]) if section else None
    if section is None or inside is None:
        raise ImapSyntax(f"attribut inconnu: {word[:60]}")
    kind = (inside["kind"] or "").upper()
    named = kind.startswith("HEADER.FIELDS")
    if named != (inside["names"] is not None) or (kind == "MIME" and not inside["path"]):
        raise ImapSyntax(f"section mal formée: {word[:60]}")
    start = f"<{section['from']}>" if section["from"] is not None else ""
    return Item(
        label=f"BODY[{section['inside'].upper()}]{start}",
        content=True,
        path=tuple(int(n) for n in (inside["path"] or "").split(".") if n),
        kind=kind,
        names=frozenset(n.strip('"').lower() for n in (inside["names"] or "").split()),
        first=int(section["from"] or 0),
        size=int(section["size"]) if section["size"] is not None else None,
        seen=section["peek"] is None,
    )


def attribute(item: Item, message: Opened, flags: bytes) -> bytes:
    """`FLAGS (\\Seen)`, `BODY[] {12}…`: the name and the value."""
    value = _section(item, message) if item.content else _fact(item, message, flags)
    return item.label.encode("latin-1") + b" " + value


def _fact(item: Item, message: Opened, flags: bytes) -> bytes:
    stored = message.stored
    if item.label == "FLAGS":
        return flags
    if item.label == "UID":
        return b"%d" % stored.uid
    if item.label == "RFC822.SIZE":
        return b"%d" % stored.size
    if item.label == "INTERNALDATE":
        return quoted(internal_date(stored))
    if item.label == "ENVELOPE":
        return envelope(message.entity.headers)
    return structure(message.entity, extended=item.label == "BODYSTRUCTURE")


def internal_date(stored: Stored) -> str:
    """In English whatever the locale: `07-Jul-1996 02:44:25 -0700`."""
    when = stored.arrived
    return f"{when.day:2d}-{_MONTHS[when.month - 1]}-{when:%Y %H:%M:%S %z}"


def _section(item: Item, message: Opened) -> bytes:
    found = _content(item, message)
    if found is None:
        return b"NIL"
    if item.label.endswith(">"):
        end = len(found) if item.size is None else item.first + item.size
        found = found[item.first : end]
    return b"{%d}\r\n" % len(found) + found


def _content(item: Item, message: Opened) -> bytes | None:
    """None: there is no such part."""
    if not item.path and not item.kind:
        return message.data
    part = message.entity.part(item.path) if item.path else message.entity
    if part is None:
        return None
    if item.kind == "MIME":
        return part.header()
    if item.path and item.kind:
        part = part.inner  # the header and the text of a part are those of the message that it holds
        if part is None:
            return None
    if item.kind in ("", "TEXT"):
        return part.content()
    return part.header() if item.kind == "HEADER" else _fields(part.header(), item)


def _fields(header: bytes, item: Item) -> bytes:
    """The named fields of a header, or the others, folded as they came."""
    wanted = item.kind == "HEADER.FIELDS"
    kept, keep = [], False
    for line in header.splitlines(keepends=True):
        if not line.strip():
            break
        if line[:1] not in b" \t":
            keep = (line.partition(b":")[0].strip().decode("latin-1").lower() in item.names) is wanted
        if keep:
            kept.append(line)
    return b"".join(kept) + b"\r\n"
