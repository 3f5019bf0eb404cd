"""A mail as its rules see it: its fields, its body, the archive of documents and the PDF copies that it carries.

What was not declared never makes a rule fire: a mail at rest does not say that a DSN was asked for, nor from which kind
of mailbox it was sent, unless it shows it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property

from rempart.formats.cda.header import CdaHeader
from rempart.formats.mail.message import ARCHIVE, SUBJECT_PREFIX
from rempart.formats.mail.parts import Part
from rempart.formats.mail.source import Source, read_source
from rempart.formats.xdm.archive import open_archive
from rempart.formats.xdm.model import XdmError
from rempart.model.finding import Finding, Severity
from rempart.validation.declared import OfDocuments
from rempart.validation.registry import finding
from rempart.validation.xdm.context import FOLDER, ArchiveContext, archive_context

ABSENT = "(absent)"
_ZIP = b"PK\x03\x04"
_REPLY = re.compile(r"\s*(?:re|ré|rép|réf|aw|antw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_PATIENT = re.compile(r"([^@]+)@patient\.(?:[a-z0-9-]+\.)*mssante\.fr", re.IGNORECASE)
_MANY = 64  # entries of a ZIP whose names are looked at before it is called something else


def patient_mailbox(address: str) -> str:
    """What stands before the @ of a patient's mailbox, "" for another mailbox."""
    match = _PATIENT.fullmatch(address)
    return match[1] if match else ""


@dataclass(slots=True)
class Archived:
    """An archive of the mail: `context` is None when it cannot be opened, for the `refused` reason."""

    part: Part
    context: ArchiveContext | None = None
    refused: XdmError | None = None

    @property
    def label(self) -> str:
        return self.part.label


@dataclass(eq=False)
class MailContext:
    """`files` are all the attachments, `archives` and `pdfs` those that are one, in order."""

    source: Source
    environment: str | None = None
    requirements: frozenset[str] = frozenset()
    files: list[Part] = field(default_factory=list)
    archives: list[Archived] = field(default_factory=list)
    pdfs: list[Part] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)  # of PDFs, by their digest

    # -- what it carries

    @property
    def headers(self) -> list[tuple[str, CdaHeader]]:
        """The CDA documents of the archives, by their location in the mail."""
        found = []
        for one in self.archives:
            if one.context is not None:
                found += [(f"{one.label}!/{name}", header) for name, header in one.context.headers()]
        return found

    @property
    def opened(self) -> bool:
        """Is all that the mail says of its documents comparable with them? Not when an archive stays shut."""
        return all(a.context is not None and not a.context.unread for a in self.archives)

    @property
    def carries_documents(self) -> bool:
        """It has an archive, or announces one."""
        announced = self.subject.upper().startswith(SUBJECT_PREFIX)
        return bool(self.archives) or announced or "MSS/CONF.23" in self.requirements

    @property
    def actions(self) -> set[str]:
        """Actions of the entries: "", C, D."""
        found = set()
        for one in self.archives:
            for subset in one.context.subsets if one.context else ():
                objects = subset.submission.objects if subset.submission else None
                common = objects.packages[0].action if objects and objects.packages else ""
                found |= {e.action or common for e in objects.entries} if objects else set()
        return found

    # -- what it says

    @property
    def subject(self) -> str:
        return self.source.value("Subject")

    @cached_property
    def body(self) -> Part | None:
        """The part that a reader shows first: text, or a choice of texts."""
        return _body(self.source.root)

    @cached_property
    def text(self) -> str:
        """The plain text of the body."""
        parts = self.body.walk() if self.body else ()
        return next((p.text for p in parts if p.type == "text/plain"), "")

    @cached_property
    def html(self) -> str:
        parts = self.body.walk() if self.body else ()
        return next((p.text for p in parts if p.type == "text/html"), "")

    @property
    def sender(self) -> str:
        return next((a for _, a in self.source.addresses("From")), "")

    @property
    def recipients(self) -> list[str]:
        return [a for _, a in self.source.addresses("To", "Cc", "Bcc") if a]

    @property
    def patients(self) -> dict[str, str]:
        """Recipients that are mailboxes of patients: address -> what stands before the @."""
        return {a: local for a in self.recipients if (local := patient_mailbox(a))}

    @property
    def is_reply(self) -> bool:
        said = bool(self.source.first("In-Reply-To") or self.source.first("References"))
        return said or bool(_REPLY.match(self.subject)) or "MSS/va1.08" in self.requirements

    def declared(self, *requirements: str) -> bool:
        return any(r in self.requirements for r in requirements)

    # -- findings

    def find(
        self,
        rule: str,
        name: str,
        message: str = "",
        *,
        expected: str = "",
        actual: str | None = None,
        severity: Severity | None = None,
        nth: int = 0,
    ) -> Finding:
        """A finding on a field of the header: its value is quoted, and its place in the file given."""
        fields = self.source.all(name)
        at = fields[nth] if nth < len(fields) else None
        read = (at.value if at else ABSENT) if actual is None else actual
        return finding(
            rule,
            f"en-tête {name}",
            message,
            expected=expected,
            actual=read,
            severity=severity,
            offset=at.start if at else None,
            length=at.length if at else None,
        )


def mail_context(data: bytes, declared: OfDocuments) -> MailContext:
    """MailError when the mail cannot be read."""
    source = read_source(data)
    environment = declared.get("environment")
    context = MailContext(source, environment, frozenset(declared.get("requirements", ())))
    for part in source.root.files():
        context.files.append(part)
        if _is_archive(part):
            context.archives.append(_opened(part, environment))
        elif b"%PDF-" in part.data[:1024] or part.type == "application/pdf" or part.name.lower().endswith(".pdf"):
            context.pdfs.append(part)
    return context


def _is_archive(part: Part) -> bool:
    """By its name, or because it holds what an XDM archive holds: sent under another name, it is one."""
    if part.name.upper() == ARCHIVE:
        return True
    if not part.data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(part.data)) as opened:
            return any(n.upper().startswith(f"{FOLDER}/") for n in opened.namelist()[:_MANY])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return part.name.upper().startswith(FOLDER)


def _opened(part: Part, environment: str | None) -> Archived:
    try:
        return Archived(part, archive_context(open_archive(part.data), environment))
    except XdmError as error:
        return Archived(part, refused=error)


def _body(part: Part) -> Part | None:
    if part.is_file:
        return None
    if part.type == "multipart/alternative" or not part.children:
        return part if part.type == "multipart/alternative" or part.type.startswith("text/") else None
    return next((found for child in part.children if (found := _body(child)) is not None), None)
