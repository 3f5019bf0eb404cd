"""MSH-10 names one message of its sender (HL7-014). The same bytes once more are a resend, which is no reuse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.story.entry import Entry, Place


class ControlIds:
    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[bytes, Place]] = {}
        self._applied: set[bytes] = set()

    def see(self, entry: Entry) -> Iterator[Finding]:
        msh, control_id = entry.message.segments[0], entry.message.control_id
        if not control_id:
            return
        digest = _digest(entry)
        first, place = self._seen.setdefault((msh.get("3.1"), control_id), (digest, entry.at(msh, 10)))
        if place.index == entry.index:
            return
        if first == digest:
            text = "le même message, octet pour octet, a déjà été émis: c'est une répétition"
            yield entry.find("HL7-014", msh, 10, text, against=place, severity=Severity.INFO)
        else:
            text = "cet identifiant est déjà celui d'un autre message du même émetteur"
            yield entry.find("HL7-014", msh, 10, text, against=place, expected="un identifiant nouveau")

    def resent(self, entry: Entry) -> bool:
        """Was this very message accepted before? Otherwise it now counts, unless it is refused."""
        digest = _digest(entry)
        if digest in self._applied:
            return True
        if not entry.story.refused(entry.index):
            self._applied.add(digest)
        return False


def _digest(entry: Entry) -> bytes:
    start, end = entry.message.body
    return hashlib.sha256(memoryview(entry.message.data)[start:end]).digest()
