"""The life of a document: sent (T02, NW), replaced (T10, RO), deleted (T04, CA): HL7-052, 066, 067, 068 and CDA-023.

A version is known by its CDA (id, setId, versionNumber, RPLC) and by a hash of what carried it; nothing else is kept. A
replacement names the current version, has a new id and another content, keeps setId and adds one to versionNumber; a
deletion names the current version. What replaces or deletes a version that the folder does not hold is told (info), not
held against it, unless setId and versionNumber show which version it had to name. The same document sent again under
another MSH-10 (to another recipient) is no fault.

Each pair of software has its story: the same document may go to several PFIs, and to a DPI as it came by mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.embedded import Embedded, documents
from rempart.validation.hl7v2.facts import ACTIONS
from rempart.validation.hl7v2.story.entry import Entry, Place

Key = tuple[str, str, str]  # sender, receiver, identifier

SEND, REPLACE, DELETE = (a.event for a in ACTIONS)
_PLACE = "5.5"


@dataclass(eq=False, slots=True)
class Version:
    """One version, where it was sent first, and what became of it."""

    id: str
    set_id: str
    number: int | None
    hash: bytes
    place: Place
    order: str  # MSH-10 of the message that sent it
    replaced: bool  # it was sent as a replacement
    ended: Place | None = None
    end: str = ""  # French: how


def action(entry: Entry) -> str:
    """T02, T10 or T04: what the message does, whatever its type."""
    if entry.message.get("MSH-9.1") == "MDM":
        return entry.event
    document = entry.context.first("OBX.document")
    status = document.get(11) if document else ""
    return next((a.event for a in ACTIONS if status == a.status), SEND)


class Documents:
    def __init__(self) -> None:
        self._versions: dict[Key, Version] = {}
        self._current: dict[Key, Version] = {}  # by setId

    def see(self, entry: Entry) -> Iterator[Finding]:
        if entry.context.profile.family not in ("cda", "lps"):
            return
        does = action(entry)
        for found in documents(entry.context):
            if found.header is None or found.header.id is None:
                continue
            version = _version(entry, found, found.header)
            if does == DELETE:
                yield from self._delete(entry, found.segment, version)
            elif does == REPLACE:
                yield from self._replace(entry, found.segment, found.header, version)
            else:
                yield from self._send(entry, found.segment, version)

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()

    def _key(self, entry: Entry, name: str) -> Key:
        return (*entry.flow, name)

    def _known(self, entry: Entry, name: str) -> Version | None:
        return self._versions.get(self._key(entry, name))

    def _of_set(self, entry: Entry, version: Version) -> Version | None:
        return self._current.get(self._key(entry, version.set_id)) if version.set_id else None

    def _keep(self, entry: Entry, version: Version) -> None:
        self._versions.setdefault(self._key(entry, version.id), version)
        if version.set_id:
            self._current[self._key(entry, version.set_id)] = version

    def _send(self, entry: Entry, obx: Segment, version: Version) -> Iterator[Finding]:
        known, current = self._known(entry, version.id), self._of_set(entry, version)
        if known is None:
            if current and current.order != version.order and not current.ended:
                text = "ce document neuf a le setId d'un document déjà transmis: une nouvelle version le remplace"
                yield _told(entry, obx, "CDA-023", text, against=current.place, severity=Severity.WARNING)
            self._keep(entry, version)
        elif known.hash != version.hash:
            text = f"l'identifiant {version.id} est déjà celui d'un document de contenu différent"
            yield _told(entry, obx, "HL7-067", text, against=known.place, expected="un identifiant nouveau")

    def _replace(self, entry: Entry, obx: Segment, header: CdaHeader, version: Version) -> Iterator[Finding]:
        known = self._known(entry, version.id)
        if known:
            same = known.hash == version.hash
            text = "la nouvelle version a l'identifiant d'un document déjà transmis"
            if same:
                text = "la nouvelle version est, octet pour octet, un document déjà transmis"
            # The same replacement under another MSH-10: asked again, when no answer came.
            severity = Severity.WARNING if same and known.replaced and not known.ended else None
            expected = "un identifiant nouveau"
            yield _told(entry, obx, "HL7-067", text, against=known.place, expected=expected, severity=severity)
            return
        current = self._of_set(entry, version)
        replaced = self._known(entry, str(header.replaces)) if header.replaces else None
        if replaced is None:
            yield from self._of_unknown(entry, obx, header, version, current)
        else:
            if replaced.ended:
                text = f"la version désignée par RPLC n'est plus la version courante: elle a été {replaced.end}"
                yield from _wrong_parent(entry, obx, text, replaced.ended, current)
            yield from _chained(entry, obx, version, replaced)
            replaced.ended, replaced.end = entry.at(obx, _PLACE), "remplacée"
        self._keep(entry, version)

    def _of_unknown(
        self, entry: Entry, obx: Segment, header: CdaHeader, version: Version, current: Version | None
    ) -> Iterator[Finding]:
        """RPLC names no version of the folder: its setId may tell which one it had to name."""
        if current and header.replaces and _follows(version, current):
            text = "la version désignée par RPLC n'est pas celle qui précède"
            yield from _wrong_parent(entry, obx, text, current.place, current)
            current.ended, current.end = entry.at(obx, _PLACE), "remplacée"
        elif current and version.number is not None and current.number is not None and version.number <= current.number:
            text = f"versionNumber ne suit pas celui de la version précédente ({current.number})"
            yield _told(
                entry, obx, "CDA-023", text, against=current.place, expected=str(current.number + 1), loss_explains=True
            )
        elif header.replaces:
            text = f"la version remplacée ({header.replaces}) n'est pas dans le dossier"
            yield _told(entry, obx, "HL7-068", text, severity=Severity.INFO)

    def _delete(self, entry: Entry, obx: Segment, version: Version) -> Iterator[Finding]:
        known, current = self._known(entry, version.id), self._of_set(entry, version)
        if known is None:
            numbers = (version.number or 0, current.number or 0) if current else (1, 0)
            if current and numbers[0] <= numbers[1]:
                text = "le document à supprimer n'est pas celui qui a été transmis"
                yield _told(entry, obx, "HL7-066", text, against=current.place, expected=current.id)
                known = current
            else:
                text = f"le document à supprimer ({version.id}) n'est pas dans le dossier"
                yield _told(entry, obx, "HL7-066", text, severity=Severity.INFO)
                self._keep(entry, version)
                known = version
        elif known.ended:
            text = f"le document à supprimer n'est plus la version courante: il a été {known.end.rstrip('e')}"
            yield _told(
                entry, obx, "HL7-066", text, against=known.ended, expected=current.id if current else "", found=known.id
            )
        elif known.hash != version.hash:
            text = "le document à supprimer porte le bon identifiant, mais n'est pas tel qu'il a été transmis"
            yield _told(entry, obx, "HL7-066", text, against=known.place, severity=Severity.WARNING)
        known.ended, known.end = entry.at(obx, _PLACE), "supprimée"


def _version(entry: Entry, found: Embedded, header: CdaHeader) -> Version:
    return Version(
        id=header.unique_id,
        set_id=str(header.set_id or ""),
        number=header.version,
        hash=hashlib.sha256(found.segment.view(_PLACE)).digest(),
        place=entry.at(found.segment, _PLACE),
        order=entry.message.control_id,
        replaced=action(entry) == REPLACE,
    )


def _follows(version: Version, current: Version) -> bool:
    return version.number is not None and current.number is not None and version.number == current.number + 1


def _chained(entry: Entry, obx: Segment, version: Version, replaced: Version) -> Iterator[Finding]:
    """CDA-023: same setId, one more version."""
    if version.set_id and replaced.set_id and version.set_id != replaced.set_id:
        text = "setId n'est pas celui de la version remplacée"
        yield _told(
            entry, obx, "CDA-023", text, against=replaced.place, expected=replaced.set_id, found=version.set_id
        )
    elif version.number is not None and replaced.number is not None and not _follows(version, replaced):
        text = "versionNumber n'est pas celui de la version remplacée, plus un"
        expected = str(replaced.number + 1)
        yield _told(
            entry, obx, "CDA-023", text, against=replaced.place, expected=expected, found=str(version.number)
        )


def _wrong_parent(
    entry: Entry, obx: Segment, text: str, against: Place, current: Version | None
) -> Iterator[Finding]:
    """In the document (RPLC), and in TXA-13 of an MDM, which says the same."""
    expected = current.id if current and not current.ended else ""
    yield _told(entry, obx, "HL7-068", text, against=against, expected=expected)
    txa = entry.message.first("TXA")
    if txa and txa.get("13.1"):
        text = "TXA-13 ne désigne pas la version courante du document"
        yield entry.find("HL7-052", txa, 13, text, against=against, expected=expected)


def _told(
    entry: Entry,
    obx: Segment,
    rule: str,
    text: str,
    *,
    against: Place | None = None,
    expected: str = "",
    found: str = "",
    severity: Severity | None = None,
    loss_explains: bool = False,
) -> Finding:
    """At OBX-5.5, without quoting its base64."""
    return entry.find(
        rule,
        obx,
        _PLACE,
        text,
        against=against,
        expected=expected,
        actual=found,
        severity=severity,
        loss_explains=loss_explains,
    )
