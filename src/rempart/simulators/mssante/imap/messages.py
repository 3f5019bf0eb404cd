"""Commands on the messages of the open folder. With UID, messages are named by their UID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rempart.model.exchange import Direction
from rempart.simulators.mssante.events import Fetched
from rempart.simulators.mssante.imap import fetch as fetching
from rempart.simulators.mssante.imap.fetch import Item, Opened
from rempart.simulators.mssante.imap.folders import flags
from rempart.simulators.mssante.imap.grammar import Command, ImapSyntax, text
from rempart.simulators.mssante.imap.search import predicate
from rempart.simulators.mssante.imap.sets import selected
from rempart.simulators.mssante.mailbox import SEEN, Folder, MailboxError, Stored
from rempart.simulators.mssante.post import PROTOCOL, head_of, kind_of

if TYPE_CHECKING:
    from rempart.simulators.mssante.imap.session import ImapSession

_OPERATIONS = ("FLAGS", "+FLAGS", "-FLAGS")


def _chosen(session: ImapSession, command: Command, arguments: int) -> list[tuple[int, Stored]]:
    """The messages that the first argument names, when there are as many arguments as wanted. Raises ImapSyntax."""
    if len(command.arguments) < arguments:
        raise ImapSyntax(f"{command.name} est incomplet")
    view = session.selected
    return selected(text(command.arguments[0]), view.messages, by_uid=command.name.startswith("UID "))


def _writable(session: ImapSession) -> None:
    if session.selected.read_only:
        raise MailboxError("le dossier est ouvert en lecture seule", "READ-ONLY")


async def fetch(session: ImapSession, command: Command) -> str:
    chosen = _chosen(session, command, 2)
    items = fetching.items(command.arguments[1])
    if command.name.startswith("UID ") and not any(i.label == "UID" for i in items):
        items.append(Item(label="UID"))
    for number, stored in chosen:
        await _give(session, number, stored, items)
    return f"OK {command.name}"


async def _give(session: ImapSession, number: int, stored: Stored, items: list[Item]) -> None:
    """One message. Reading what it says marks it as seen, and is told."""
    view, opened = session.selected, Opened(stored, session.house.service.spool)
    asked = list(items)
    if any(i.seen for i in items) and not view.read_only and SEEN not in stored.flags:
        stored.flags.add(SEEN)
        if not any(i.label == "FLAGS" for i in items):
            asked.append(Item(label="FLAGS"))
        view.folder.changed()
    said = b" ".join(fetching.attribute(i, opened, view.flags(stored)) for i in asked)
    if any(i.label == "FLAGS" for i in asked):
        view.told(stored)
    if any(i.whole for i in items) and id(stored) not in session.fetched:
        session.fetched.add(id(stored))
        _tell(session, opened, items)
    await session.send(b"* %d FETCH (" % number + said + b")")


def _tell(session: ImapSession, opened: Opened, items: list[Item]) -> None:
    house, stored = session.house, opened.stored
    how = ", ".join(i.label for i in items if i.content)
    head = head_of(opened.data)
    exchange = house.record(
        Direction.SENT, PROTOCOL, house.role, session.client.wire.peer, f"{kind_of(head)} relevé", opened.data,
        f"{session.mailbox.address}, UID {stored.uid}, {how}",
    )  # fmt: skip
    house.fetches.put(
        Fetched(exchange=exchange, mailbox=session.mailbox.address, uid=stored.uid, message_id=head.value("Message-ID"))
    )


async def store(session: ImapSession, command: Command) -> str:
    chosen = _chosen(session, command, 3)
    _writable(session)
    word, dot, silent = text(command.arguments[1]).upper().partition(".")
    if word not in _OPERATIONS or (dot and silent != "SILENT"):
        raise ImapSyntax("opération de STORE inconnue")
    first = command.arguments[2]
    given = flags(first if isinstance(first, list) else command.arguments[2:])
    view = session.selected
    for number, stored in chosen:
        before = set() if word == "FLAGS" else stored.flags
        stored.flags = before - given if word == "-FLAGS" else before | given
        view.told(stored)
        if not dot:
            uid = f"UID {stored.uid} " if command.name.startswith("UID ") else ""
            await session.send(f"* {number} FETCH ({uid}FLAGS ".encode() + view.flags(stored) + b")")
    view.folder.changed()
    return f"OK {command.name}"


async def search(session: ImapSession, command: Command) -> str:
    view, by_uid = session.selected, command.name.startswith("UID ")
    matches = predicate(command.arguments, view)
    spool = session.house.service.spool
    found = [m.uid if by_uid else n for n, m in enumerate(view.messages, 1) if matches(Opened(m, spool))]
    await session.send(b"* SEARCH" + b"".join(b" %d" % n for n in found))
    return f"OK {command.name}"


async def copy(session: ImapSession, command: Command) -> str:
    chosen = _chosen(session, command, 2)
    return f"OK {_copied(session, command, chosen)}{command.name}"


async def move(session: ImapSession, command: Command) -> str:
    """RFC 6851: the copy is told before the messages go."""
    chosen = _chosen(session, command, 2)
    _writable(session)
    said = _copied(session, command, chosen)
    if said:
        await session.client.say(f"* OK {said}deplace")
    session.selected.folder.remove(m for _, m in chosen)
    return f"OK {command.name}"


def _copied(session: ImapSession, command: Command, chosen: list[tuple[int, Stored]]) -> str:
    """The COPYUID of what was copied, "" when nothing was. Raises MailboxError."""
    target = session.mailbox.folder(text(command.arguments[1]))
    if session.mailbox.full_with(sum(m.size for _, m in chosen)):
        raise MailboxError("boite pleine", "OVERQUOTA")
    copies = [_add(target, m) for _, m in chosen]
    if not copies:
        return ""
    uids = (",".join(str(m.uid) for m in group) for group in ((m for _, m in chosen), copies))
    return f"[COPYUID {target.validity} {' '.join(uids)}] "


def _add(target: Folder, m: Stored) -> Stored:
    return target.add(m.kept, m.arrived, trace=m.trace, flags=m.flags, message_id=m.message_id)


async def expunge(session: ImapSession, command: Command) -> str:
    """EXPUNGE, and UID EXPUNGE of some messages (RFC 4315). Numbers are told with the end of the command."""
    _writable(session)
    among = [m for _, m in _chosen(session, command, 1)] if command.name.startswith("UID ") else None
    view = session.selected
    view.folder.remove(view.deleted(among))
    return f"OK {command.name}"
