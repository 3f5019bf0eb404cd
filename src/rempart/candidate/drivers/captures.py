"""The `captures` driver: a candidate that no program can act on, judged on the files it has produced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rempart.candidate.driver import Raw
from rempart.candidate.errors import ActionNotOffered, NotOffered
from rempart.formats.hl7v2.message import MAX_MESSAGE, Hl7Error, Message


class CapturesTransport:
    """Offers no action; `capture` and `messages` hand over the files."""

    name = "captures"

    def __init__(self, folder: Path) -> None:
        self.peer, self._folder = str(folder), folder

    def describe(self) -> Raw:
        return Raw(json.dumps({"name": self._folder.name, "version": "", "dispositif": "", "actions": []}).encode())

    def send(self, action: str, body: bytes) -> Raw:
        raise ActionNotOffered(action)

    def close(self) -> None:
        """Files are opened and closed one by one."""

    def capture(self, name: str) -> bytes:
        """The file of this name, with or without its extension. Raises NotOffered when there is none to read."""
        for file in self._files():
            if name in (file.name, file.stem):
                return file.read_bytes()
        raise NotOffered(f"aucun fichier « {name} » dans {self._folder}")

    def messages(self, kind: str) -> Iterator[Message]:
        """The HL7v2 messages of this kind (`MDM^T02`), in the order of the file names."""
        for file in self._files():
            try:
                message = Message.parse(file.read_bytes())
            except Hl7Error:
                continue  # another file of the candidate: a CDA document, a screenshot
            if message.kind == kind:
                yield message

    def _files(self) -> list[Path]:
        return sorted(f for f in self._folder.iterdir() if f.is_file() and f.stat().st_size <= MAX_MESSAGE)
