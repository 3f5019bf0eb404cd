"""An archive as its rules see it: files, and for each SUBSET its metadata and the documents beside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lxml import etree

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, CdaTree, parse_cda
from rempart.formats.xdm.archive import METADATA, Opened, beside
from rempart.formats.xdm.directory import MAX_ENTRIES
from rempart.formats.xdm.metadata import meant, parse_metadata
from rempart.formats.xdm.model import XdmError
from rempart.formats.xds.cda_view import CdaView, cda_view
from rempart.formats.xds.read import read_objects
from rempart.validation.xds.context import EntryContext, SubmissionContext
from rempart.validation.xds.message import is_signature

FOLDER = "IHE_XDM"
_START, _HEAD = b"ClinicalDocument", 4096  # what a document begins with, sooner or later
_LIMIT_CDA = 64 * 1024 * 1024


@dataclass(slots=True)
class Subset:
    """A METADATA.XML and the files that its URIs may name, by that URI. `refused`: why it cannot be read.

    `described` are all its entries; those of `submission` leave out that of a signature of the submission, which an
    archive may carry and which describes no document.
    """

    name: str  # IHE_XDM/SUBSET01/METADATA.XML
    files: dict[str, bytes]
    submission: SubmissionContext | None = None
    root: etree._Element | None = None
    described: tuple[EntryContext, ...] = ()
    refused: str = ""

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.name).parent)

    def path(self, uri: str) -> str:
        """The name in the archive of what a URI of this subset means."""
        return uri if self.folder == "." else f"{self.folder}/{uri}"

    @property
    def referenced(self) -> list[str]:
        """What the entries name, one for each, whether it is there or not."""
        entries = self.submission.objects.entries if self.submission else ()
        return [meant(e.value("URI"), self.files) for e in entries]

    @property
    def signing(self) -> list[bool]:
        """Which of them describe a signature."""
        entries = self.submission.objects.entries if self.submission else ()
        files = (self.files.get(uri) for uri in self.referenced)
        return [_START not in (data or b"") and is_signature(e, data) for e, data in zip(entries, files, strict=True)]


@dataclass(slots=True)
class ArchiveContext:
    """`cdas` are the files that are CDA documents, by name; `unread` those that claim to be one and are not."""

    opened: Opened
    environment: str | None
    subsets: list[Subset] = field(default_factory=list)
    cdas: dict[str, CdaTree] = field(default_factory=dict)
    unread: dict[str, CdaError] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        return self.opened.files

    @property
    def present(self) -> set[str]:
        """Every file, those too that cannot be read: nothing says of them that they are missing."""
        return {*self.files, *(f.name for f in self.opened.faults if f.kind in ("damaged", "encrypted"))}

    @property
    def is_xdm(self) -> bool:
        """Has it anything of an XDM archive? An office document is a ZIP too."""
        return bool(self.subsets or self.cdas) or any(n.upper().startswith(f"{FOLDER}/") for n in self.files)

    def headers(self) -> list[tuple[str, CdaHeader]]:
        return [(name, tree.header) for name, tree in self.cdas.items()]


def archive_context(opened: Opened, environment: str | None) -> ArchiveContext:
    """Everything parsed once. Documents are those that entries name, and what else begins as a CDA."""
    context = ArchiveContext(opened, environment)
    metadata = [n for n in opened.files if PurePosixPath(n).name.upper() == METADATA]
    for name in metadata:
        context.subsets.append(_subset(name, opened.files))
    named: set[str] = set()
    for subset in context.subsets:
        of_documents = zip(subset.referenced, subset.signing, strict=True)
        named |= {subset.path(uri) for uri, signing in of_documents if not signing}
    for name, data in opened.files.items():
        if name in named or (name not in metadata and _START in data[:_HEAD]):
            _read_document(context, name, data, named=name in named)
    for subset in context.subsets:
        if subset.submission:
            _with_documents(context, subset, subset.submission)
    return context


def _subset(name: str, files: dict[str, bytes]) -> Subset:
    subset = Subset(name, {n: d for n, d in beside(name, files).items() if n != PurePosixPath(name).name})
    try:
        subset.root = parse_metadata(files[name])
    except XdmError as error:
        subset.refused = error.reason
        return subset
    objects = read_objects(subset.root)
    if (count := len(objects.entries)) > MAX_ENTRIES:
        subset.refused = f"METADATA.XML décrit {count} documents, plus que l'archive ne peut avoir de fichiers"
        return subset
    subset.submission = SubmissionContext(objects=objects, entries=(), where=f"{name}!", xdm=True)
    return subset


def _read_document(context: ArchiveContext, name: str, data: bytes, *, named: bool) -> None:
    """A style sheet also speaks of ClinicalDocument: without an entry, only an XML file claims to be a document."""
    try:
        context.cdas[name] = parse_cda(data, limit=_LIMIT_CDA)
    except CdaError as error:
        if named or name.upper().endswith(".XML"):
            context.unread[name] = error


def _with_documents(context: ArchiveContext, subset: Subset, submission: SubmissionContext) -> None:
    subset.described = tuple(
        EntryContext(
            entry=entry,
            environment=context.environment,
            document=subset.files.get(uri),
            cda=_view(context.cdas.get(subset.path(uri))),
            where=submission.where,
            xdm=True,
        )
        for entry, uri in zip(submission.objects.entries, subset.referenced, strict=True)
    )
    documents = tuple(one for one, signing in zip(subset.described, subset.signing, strict=True) if not signing)
    subset.submission = replace(submission, entries=documents)


def _view(tree: CdaTree | None) -> CdaView | None:
    return cda_view(tree.header, wrapped=tree.wrapper == "autoprésentable") if tree else None
