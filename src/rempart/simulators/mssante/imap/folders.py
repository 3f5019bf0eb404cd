"""Commands on folders: what there is, opening one, putting a message in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from rempart.simulators.mssante.imap.grammar import Atom, Command, ImapSyntax, Token, quoted, text
from rempart.simulators.mssante.imap.view import View
from rempart.simulators.mssante.mailbox import DELETED, SEEN, USUAL, Folder, MailboxError
from rempart.simulators.mssante.post import head_of
from rempart.simulators.wire import now

if TYPE_CHECKING:
    from rempart.simulators.mssante.imap.session import ImapSession

FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
_NAME = re.compile(r"[^\x00-\x1f\x7f%*\"\\]{1,200}")
_FLAG = re.compile(r"\\(?:Answered|Flagged|Deleted|Seen|Draft)|[!#$&'+-\[\]-z|}~]{1,100}", re.IGNORECASE)
_MAX_FLAGS = 50
_STATUS = ("MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN")


def _named(command: Command, count: int = 1) -> list[str]:
    """That many names of folders. Raises ImapSyntax."""
    names = [text(a) for a in command.arguments[:count]]
    if len(names) < count or not all(_NAME.fullmatch(n) for n in names):
        raise ImapSyntax("nom de dossier attendu")
    return names


def flags(token: Token | list[Token]) -> set[str]:
    """Those of STORE and APPEND, system flags in their usual case. Raises ImapSyntax."""
    words = [text(t) for t in (token if isinstance(token, list) else [token])]
    if len(words) > _MAX_FLAGS or not all(_FLAG.fullmatch(w) for w in words):
        raise ImapSyntax("drapeau inconnu")
    return {"\\" + w[1:].capitalize() if w.startswith("\\") else w for w in words}


async def select(session: ImapSession, command: Command) -> str:
    """SELECT and EXAMINE."""
    session.leave_folder()
    folder = session.mailbox.folder(_named(command)[0])
    read_only = command.name == "EXAMINE"
    session.view = view = View(folder, read_only=read_only)
    said = [
        f"* FLAGS ({FLAGS})", f"* {len(view.messages)} EXISTS", f"* {len(view.recent)} RECENT",
        f"* OK [UIDVALIDITY {folder.validity}] UID valides", f"* OK [UIDNEXT {folder.next_uid}] UID suivant",
        f"* OK [PERMANENTFLAGS ({'' if read_only else FLAGS + ' ' + chr(92) + '*'})] Drapeaux conserves",
    ]  # fmt: skip
    if first := view.first_unseen:
        said.append(f"* OK [UNSEEN {first}] Premier non lu")
    await session.client.say("\r\n".join(said))
    return f"OK [{'READ-ONLY' if read_only else 'READ-WRITE'}] {command.name}"


async def create(session: ImapSession, command: Command) -> str:
    session.mailbox.create(_named(command)[0])
    return "OK CREATE"


async def delete(session: ImapSession, command: Command) -> str:
    session.mailbox.delete(_named(command)[0])
    return "OK DELETE"


async def subscribe(session: ImapSession, command: Command) -> str:
    """SUBSCRIBE and UNSUBSCRIBE: every folder is always subscribed."""
    session.mailbox.folder(_named(command)[0])
    return f"OK {command.name}"


async def listing(session: ImapSession, command: Command) -> str:
    """LIST and LSUB."""
    if len(command.arguments) != 2:
        raise ImapSyntax(f"{command.name} veut une référence et un motif")
    reference, pattern = (text(a) for a in command.arguments)
    if not pattern:
        await session.client.say(f'* {command.name} (\\Noselect) "/" ""')
        return f"OK {command.name}"
    for name in session.mailbox.folders:
        if _matches(reference + pattern, name):
            use = f" {USUAL[name]}" if USUAL.get(name) else ""
            await session.send(f'* {command.name} (\\HasNoChildren{use}) "/" '.encode() + quoted(name))
    return f"OK {command.name}"


def _matches(pattern: str, name: str) -> bool:
    """`*` is anything, `%` anything inside of one level; INBOX in any case."""
    pieces = (".*" if c == "*" else "[^/]*" if c == "%" else re.escape(c) for c in pattern[:300])
    expression = re.sub(r"(?:\.\*|\[\^/\]\*){2,}", ".*", "".join(pieces))
    return re.fullmatch(expression, name, re.IGNORECASE if name == "INBOX" else 0) is not None


async def status(session: ImapSession, command: Command) -> str:
    asked = command.arguments[1] if len(command.arguments) == 2 else None
    if not isinstance(asked, list) or not asked:
        raise ImapSyntax("STATUS veut un dossier et une liste")
    words = [text(a).upper() for a in asked]
    if set(words) - set(_STATUS):
        raise ImapSyntax("attribut de STATUS inconnu")
    folder = session.mailbox.folder(_named(command)[0])
    said = " ".join(f"{w} {_count(folder, w)}" for w in words)
    await session.send(b"* STATUS " + quoted(folder.name) + f" ({said})".encode())
    return "OK STATUS"


def _count(folder: Folder, word: str) -> int:
    if word == "MESSAGES":
        return len(folder.messages)
    if word == "RECENT":
        return sum(m.recent for m in folder.messages)
    if word == "UNSEEN":
        return sum(SEEN not in m.flags for m in folder.messages)
    return folder.next_uid if word == "UIDNEXT" else folder.validity


async def append(session: ImapSession, command: Command) -> str:
    """A message that the client puts in a folder itself: a copy of what it sent, most often."""
    folder = session.mailbox.folder(_named(command)[0])
    *options, data = command.arguments[1:] or [Atom("")]
    if not isinstance(data, bytes):
        raise ImapSyntax("APPEND veut un message")
    said = flags(options[0]) if options and isinstance(options[0], list) else set()
    dates = [o for o in options if isinstance(o, bytes)]
    arrived = _date(dates[0]) if dates else now()
    if session.mailbox.full_with(len(data)):
        raise MailboxError("boite pleine", "OVERQUOTA")
    kept = session.house.service.spool.keep(data)
    own = head_of(data[: 64 << 10]).value("Message-ID")
    stored = folder.add(kept, arrived, flags=said, message_id=own)
    return f"OK [APPENDUID {folder.validity} {stored.uid}] APPEND"


def _date(value: bytes) -> datetime:
    try:
        return datetime.strptime(value.decode("latin-1").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        raise ImapSyntax("date mal formée") from None


async def namespace(session: ImapSession, command: Command) -> str:
    await session.client.say('* NAMESPACE (("" "/")) NIL NIL')
    return "OK NAMESPACE"


async def quota(session: ImapSession, command: Command) -> str:
    """GETQUOTA and GETQUOTAROOT (RFC 9208), in KiB."""
    mailbox = session.mailbox
    if command.name == "GETQUOTAROOT":
        await session.send(b"* QUOTAROOT " + quoted(_named(command)[0]) + b' "boite"')
    limit = "" if mailbox.quota is None else f"STORAGE {mailbox.used // 1024} {mailbox.quota // 1024}"
    await session.client.say(f'* QUOTA "boite" ({limit})')
    return f"OK {command.name}"


async def close(session: ImapSession, command: Command) -> str:
    """CLOSE takes away what is marked \\Deleted, UNSELECT does not."""
    view = session.selected
    if command.name == "CLOSE" and not view.read_only:
        view.folder.remove(m for m in view.folder.messages if DELETED in m.flags)
    session.leave_folder()
    return f"OK {command.name}"
