"""Blocks: 0x0B, message, 0x1C 0x0D (HL7 MLLP release 1), cut out of a stream that may split or glue them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

START, END = b"\x0b", b"\x1c\r"
MAX_FRAME = 256 * 1024 * 1024


class Fault(StrEnum):
    """Why an MLLP exchange did not end with a whole block."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    CLOSED = "closed"  # closed before the end of a block
    GARBAGE = "garbage"  # bytes outside any block
    TOO_BIG = "too_big"


class MllpError(Exception):
    """`fault` says what went wrong, `received` keeps the bytes that had come in."""

    def __init__(self, fault: Fault, reason: str, received: bytes = b"") -> None:
        super().__init__(reason)
        self.fault, self.reason, self.received = fault, reason, received


def wrap(message: bytes) -> bytes:
    return START + message + END


def unwrap(block: bytes) -> bytes:
    """The message of a block as it came; bytes that are not a block come back unchanged."""
    return block[1:-2] if block.startswith(START) and block.endswith(END) else block


@dataclass
class Framer:
    """Cuts a stream of bytes into blocks. `feed` returns the whole blocks, delimiters included."""

    limit: int = MAX_FRAME
    pending: bytearray = field(default_factory=bytearray)
    _scanned: int = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Raises MllpError (GARBAGE, TOO_BIG) with the bytes at fault; what was whole before them is lost to nobody:
        call it again to go on after the garbage."""
        self.pending += data
        blocks: list[bytes] = []
        while self.pending:
            if self.pending[:1] != START:
                return self._reject(blocks)
            end = self.pending.find(END, max(self._scanned - 1, 0))
            if end < 0:
                self._scanned = len(self.pending)
                if len(self.pending) > self.limit:
                    head = bytes(self.pending[:200])
                    raise MllpError(Fault.TOO_BIG, f"bloc MLLP au-delà de {self.limit} octets", head)
                break
            with memoryview(self.pending) as view:
                blocks.append(bytes(view[: end + 2]))
            del self.pending[: end + 2]
            self._scanned = 0
        return blocks

    def _reject(self, blocks: list[bytes]) -> list[bytes]:
        if blocks:  # hand over what is whole first; the garbage comes up at the next call
            return blocks
        start = self.pending.find(START)
        junk = bytes(self.pending if start < 0 else self.pending[:start])
        del self.pending[: len(junk)]
        raise MllpError(Fault.GARBAGE, f"{len(junk)} octets reçus hors de tout bloc MLLP (0x0B attendu)", junk)
