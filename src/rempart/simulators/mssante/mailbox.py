"""A mailbox, its folders and its messages. Changed by the simulators' thread alone; others may look."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal

from rempart.simulators.mssante.spool import Kept, Spool

Kind = Literal["APP", "ORG", "PER", "PAT"]
INBOX = "INBOX"
# Folder -> its special use (RFC 6154). Others are made by the client.
USUAL = {INBOX: "", "Sent": "\\Sent", "Trash": "\\Trash", "Drafts": "\\Drafts"}
SEEN, DELETED = "\\Seen", "\\Deleted"
_MAX_FOLDERS = 50
_validity = itertools.count(1)  # a folder that is made anew, after a reset, is another one for clients


class MailboxError(Exception):
    """What is asked of a mailbox cannot be done. `code` is an IMAP response code, "" without one."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


@dataclass(eq=False, slots=True)
class Stored:
    """A message in a folder: the `trace` of its delivery, then what was kept, which several folders may share.

    Flags are as RFC 3501 writes them; `message_id` with its angle brackets.
    """

    uid: int
    trace: bytes
    kept: Kept
    arrived: datetime
    flags: set[str]
    message_id: str = ""
    recent: bool = True

    @property
    def size(self) -> int:
        return len(self.trace) + self.kept.size

    def read(self, spool: Spool) -> bytes:
        """The message as a client fetches it."""
        return self.trace + spool.read(self.kept)


@dataclass(eq=False, slots=True)
class Folder:
    """Messages in the order of their UID. `subscribers` are told of every change, and must return at once."""

    name: str
    messages: list[Stored] = field(default_factory=list)
    validity: int = field(default_factory=lambda: next(_validity))
    next_uid: int = 1
    subscribers: list[Callable[[], None]] = field(default_factory=list)

    def add(
        self, kept: Kept, arrived: datetime, *, trace: bytes = b"", flags: Iterable[str] = (), message_id: str = ""
    ) -> Stored:
        stored = Stored(self.next_uid, trace, kept, arrived, set(flags), message_id)
        self.next_uid += 1
        self.messages.append(stored)
        self.changed()
        return stored

    def remove(self, gone: Iterable[Stored]) -> None:
        dropped = set(map(id, gone))
        self.messages = [m for m in self.messages if id(m) not in dropped]
        self.changed()

    def changed(self) -> None:
        for tell in list(self.subscribers):
            tell()


def _usual_folders() -> dict[str, Folder]:
    return {name: Folder(name) for name in USUAL}


@dataclass(eq=False, slots=True, kw_only=True)
class Mailbox:
    """`quota` in bytes, None: none. `closed`: why nothing is delivered any more, "" while it is open.

    `holder`: RPPS of a professional, matricule of a patient. `answers`: what its simulated holder does of itself with
    what it receives: "" nothing, `displayed` reads it (a receipt goes out when one is asked for).
    """

    address: str
    kind: Kind
    label: str = ""
    structure: str = ""
    holder: str = ""
    password: str = ""
    quota: int | None = None
    closed: str = ""
    answers: Literal["", "displayed"] = ""
    folders: dict[str, Folder] = field(default_factory=_usual_folders)

    @property
    def inbox(self) -> Folder:
        return self.folders[INBOX]

    @property
    def used(self) -> int:
        return sum(m.size for m in self.messages())

    def messages(self) -> Iterator[Stored]:
        for folder in list(self.folders.values()):
            yield from folder.messages

    def restore(self, usual: Mailbox) -> None:
        """Empty, as it was at the start. Sessions that look at it stay where they are."""
        for name in list(self.folders):
            folder = self.folders[name] if name in USUAL else self.folders.pop(name)
            folder.remove(folder.messages)
        for own in fields(self):
            if own.name != "folders":
                setattr(self, own.name, getattr(usual, own.name))

    def full_with(self, size: int) -> bool:
        return self.quota is not None and self.used + size > self.quota

    def folder(self, name: str) -> Folder:
        """By its name; INBOX in any case. Raises MailboxError."""
        found = self.folders.get(INBOX if name.upper() == INBOX else name)
        if found is None:
            raise MailboxError("dossier inconnu", "TRYCREATE")
        return found

    def create(self, name: str) -> None:
        """Raises MailboxError when it exists, or when there are too many."""
        if name.upper() == INBOX or name in self.folders:
            raise MailboxError("ce dossier existe", "ALREADYEXISTS")
        if len(self.folders) >= _MAX_FOLDERS:
            raise MailboxError("trop de dossiers", "LIMIT")
        self.folders[name] = Folder(name)

    def delete(self, name: str) -> None:
        """Raises MailboxError for a folder that every mailbox has."""
        if name.upper() == INBOX or name in USUAL:
            raise MailboxError("ce dossier ne se supprime pas", "CANNOT")
        folder = self.folder(name)
        del self.folders[name]
        folder.remove(folder.messages)
