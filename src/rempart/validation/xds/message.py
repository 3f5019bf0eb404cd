"""A message of the DMP, parsed once: envelope, VIHF, submission, documents, signature of the submission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from rempart.formats.cda.read import CdaError, CdaTree, parse_cda, parse_xml
from rempart.formats.soap.capture import INCLUDE, Capture
from rempart.formats.soap.envelope import Envelope, read_envelope
from rempart.formats.soap.model import SoapError
from rempart.formats.vihf.model import Vihf
from rempart.formats.vihf.read import read_vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds.cda_view import CdaView, cda_view
from rempart.formats.xds.lot_signature import CLASS, FORMAT, LotSignature, read_lot_signature
from rempart.formats.xds.messages import StoredQuery, Wanted, read_query, read_retrieve
from rempart.formats.xds.model import RegistryObject, SubmittedObjects
from rempart.formats.xds.provide import Attached, read_documents
from rempart.formats.xds.read import read_objects, rim
from rempart.formats.xds.transactions import FEED, RETRIEVE, SEARCH, UPDATE, Transaction, of_body
from rempart.formats.xmldsig import SIGNATURE
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding
from rempart.validation.soap.context import SoapContext
from rempart.validation.xds.context import EntryContext, SubmissionContext

MOST_OBJECTS = 500  # of one submission: some hundred documents, each with its entry and its associations


@dataclass(frozen=True, eq=False, kw_only=True)
class SignatureEntry:
    """The entry of the signature of a submission, its file, and what it says when it is one."""

    entry: RegistryObject
    content: bytes | None
    read: LotSignature | None


@dataclass(frozen=True, eq=False, kw_only=True)
class MessageContext:
    """What the rules of transactions see. `submission` holds the entries of documents, without that of the signature;
    `documents` the xdsb:Document of ITI-41. `received`: when it came, where it is known."""

    soap: SoapContext
    vihf: Vihf | None = None
    submission: SubmissionContext | None = None
    signatures: tuple[SignatureEntry, ...] = ()
    documents: tuple[Attached, ...] = ()
    cdas: tuple[tuple[str, bytes, CdaTree | None], ...] = ()  # entry id, bytes, the document when it is a CDA
    query: StoredQuery | None = None
    wanted: tuple[Wanted, ...] = ()
    environment: str | None = None  # not declared: any INS register may come
    requirements: frozenset[str] = frozenset()
    received: datetime | None = None

    @property
    def envelope(self) -> Envelope:
        return self.soap.envelope

    @property
    def transaction(self) -> Transaction | None:
        return self.soap.transaction if self.soap.request else None

    @property
    def kind(self) -> str:
        """The id of the transaction, TD3.3 told apart by what is asked."""
        if self.transaction is None:
            return ""
        return _update(self.submission) if self.transaction is UPDATE else self.transaction.id

    @property
    def objects(self) -> SubmittedObjects | None:
        return self.submission.objects if self.submission else None

    @property
    def birth(self) -> str:
        """Birth date of the patient, as the first document says it; "" without one."""
        entries = self.submission.entries if self.submission else ()
        return next((e.cda.header.birth_time for e in entries if e.cda and e.cda.header.birth_time), "")

    def find(
        self, rule: str, at: str, message: str = "", *, expected: str = "", actual: str = "",
        severity: Severity | None = None, line: int = 0,
    ) -> Finding:  # fmt: skip
        place = f"/{at}" + (f" (ligne {line})" if line else "")
        return finding(rule, place, message, expected=expected, actual=actual, severity=severity)


def read_message(
    capture: Capture, *, environment: str | None = None, requirements: frozenset[str] = frozenset(),
    received: datetime | None = None,
) -> MessageContext:  # fmt: skip
    """Everything parsed once. Raises SoapError when the root is no envelope, or describes more than MOST_OBJECTS."""
    envelope = read_envelope(capture.root)
    content = envelope.content
    known = of_body(str(content.tag)) if content is not None else None
    transaction, request = known or (None, not envelope.relates_to)
    soap = SoapContext(capture=capture, envelope=envelope, transaction=transaction, request=request)
    vihf = read_vihf(envelope.assertions[0]) if envelope.assertions else None
    common = MessageContext(soap=soap, vihf=vihf, environment=environment, requirements=requirements, received=received)
    if content is None or not request:
        return common
    return _with_body(common, transaction, content)


def missing_parts(capture: Capture) -> bool:
    """An envelope alone whose documents stayed in the MIME parts that it was taken from."""
    return not capture.on_wire and next(capture.root.iter(INCLUDE), None) is not None


def _with_body(common: MessageContext, transaction: Transaction | None, content: etree._Element) -> MessageContext:
    if transaction is SEARCH:
        return replace(common, query=read_query(content))
    if transaction is RETRIEVE:
        return replace(common, wanted=tuple(read_retrieve(content)))
    if transaction not in (FEED, UPDATE):
        return common
    documents = read_documents(content, common.soap.capture) if transaction is FEED else []
    contents = {d.entry: d.content for d in reversed(documents)}  # of an identifier that stands twice, the first
    named = content.iter(rim("RegistryPackage"), rim("ExtrinsicObject"), rim("Association"))
    if any(n >= MOST_OBJECTS for n, _ in enumerate(named)):
        raise SoapError(f"la soumission décrit plus de {MOST_OBJECTS} objets")
    objects = read_objects(content)
    files = [(e, contents.get(e.id)) for e in objects.entries]
    signatures = tuple(_signature(e, data) for e, data in files if is_signature(e, data))
    held = {e.id: data for e, data in files if data is not None and not is_signature(e, data)}
    cdas = tuple((name, data, _cda(data)) for name, data in held.items())
    trees = {name: tree for name, _, tree in cdas}
    entries = tuple(
        EntryContext(
            entry=e, environment=common.environment, document=data, cda=_view(trees.get(e.id)),
        )
        for e, data in files if not is_signature(e, data)
    )  # fmt: skip
    submission = SubmissionContext(objects=objects, entries=entries)
    return replace(common, submission=submission, signatures=signatures, documents=tuple(documents), cdas=cdas)


def is_signature(entry: RegistryObject, content: bytes | None) -> bool:
    """Is it the signature of the submission? By the file where it is there: codes of a signature hide no document."""
    if content is not None and (root := _root(content)) is not None:
        return root.tag == SIGNATURE and b"ClinicalDocument" not in content
    codes = {c.code for c in (*entry.coded(xds.CLASS_CODE), *entry.coded(xds.FORMAT_CODE))}
    return bool(codes & {CLASS.code, FORMAT.code})


def _signature(entry: RegistryObject, content: bytes | None) -> SignatureEntry:
    root = _root(content) if content else None
    return SignatureEntry(entry=entry, content=content, read=None if root is None else read_lot_signature(root))


def _root(content: bytes) -> etree._Element | None:
    try:
        return parse_xml(content)[0].getroot()
    except CdaError:
        return None


def _cda(content: bytes) -> CdaTree | None:
    try:
        return parse_cda(content)
    except CdaError:
        return None


def _view(tree: CdaTree | None) -> CdaView | None:
    return cda_view(tree.header, wrapped=tree.wrapper == "autoprésentable") if tree else None


def _update(submission: SubmissionContext | None) -> str:
    """TD3.3a/b changes an entry, TD3.3c deletes, TD3.3d archives or unarchives."""
    links = submission.objects.associations if submission else ()
    changes = [a for a in links if a.type == xds.UPDATE_STATUS]
    if not changes:
        return "TD3.3a/b"
    if submission and submission.objects.entries:  # both at once: no status hides a change of an entry
        return "TD3.3a/b"
    after = {next(iter(a.slots.get("NewStatus", ())), "") for a in changes}
    return "TD3.3c" if after == {xds.DELETED} else "TD3.3d"
