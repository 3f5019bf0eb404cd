"""A folder as one session has been told of it: numbers stay what the client believes until it is told otherwise."""

from __future__ import annotations

import asyncio

from rempart.simulators.mssante.mailbox import DELETED, SEEN, Folder, Stored


class View:
    """`messages` by sequence number, from 1. `news` is set when the folder changes."""

    def __init__(self, folder: Folder, *, read_only: bool) -> None:
        self.folder, self.read_only = folder, read_only
        self.messages = list(folder.messages)
        self.recent = {id(m) for m in self.messages if m.recent}
        self.news = asyncio.Event()
        self._flags = {id(m): frozenset(m.flags) for m in self.messages}
        folder.subscribers.append(self.news.set)
        if not read_only:
            for message in self.messages:
                message.recent = False

    def close(self) -> None:
        self.folder.subscribers.remove(self.news.set)

    def flags(self, message: Stored) -> bytes:
        said = sorted(message.flags) + (["\\Recent"] if id(message) in self.recent else [])
        return b"(" + " ".join(said).encode("latin-1", "replace") + b")"

    def told(self, message: Stored) -> None:
        """The client has just been given the flags of this message."""
        self._flags[id(message)] = frozenset(message.flags)

    def updates(self, *, expunge: bool = True) -> list[bytes]:
        """What the client is owed, as untagged responses. `expunge`: numbers may change now."""
        self.news.clear()
        said: list[bytes] = []
        there = {id(m) for m in self.folder.messages}
        if expunge:
            for number in range(len(self.messages), 0, -1):
                if id(self.messages[number - 1]) not in there:
                    gone = self.messages.pop(number - 1)
                    self._flags.pop(id(gone), None)
                    said.append(b"* %d EXPUNGE" % number)
        known = {id(m) for m in self.messages}
        new = [m for m in self.folder.messages if id(m) not in known]
        for message in new:
            self.messages.append(message)
            self._flags[id(message)] = frozenset(message.flags)
            if message.recent:
                self.recent.add(id(message))
                message.recent = self.read_only
        if new:
            said += [
                b"* %d EXISTS" % len(self.messages),
                b"* %d RECENT" % len(self.recent & set(map(id, self.messages))),
            ]
        for number, message in enumerate(self.messages, 1):
            if self._flags[id(message)] != message.flags:
                self.told(message)
                said.append(b"* %d FETCH (UID %d FLAGS %s)" % (number, message.uid, self.flags(message)))
        return said

    @property
    def first_unseen(self) -> int:
        """0: everything has been seen."""
        return next((n for n, m in enumerate(self.messages, 1) if SEEN not in m.flags), 0)

    def deleted(self, among: list[Stored] | None = None) -> list[Stored]:
        """What EXPUNGE takes away."""
        chosen = None if among is None else set(map(id, among))
        return [m for m in self.folder.messages if DELETED in m.flags and (chosen is None or id(m) in chosen)]
