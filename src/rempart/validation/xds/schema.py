"""The body of a message against schemas: ours, and the official ones when the pack `xds` is installed.

Documents are left out: their base64 says nothing that a schema can judge, and may weigh megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from rempart.formats.xds.messages import ERROR, FAILURE, PARTIAL, SUCCESS, UNAVAILABLE, WARNING
from rempart.formats.xds.provide import DOCUMENT
from rempart.formats.xds.transactions import QUERY, RS, UPDATE, XDSB
from rempart.model.finding import Finding, Origin, Severity
from rempart.resources import schemas_dir
from rempart.validation.packs.integrity import verified
from rempart.validation.packs.selection import default_packs, opened
from rempart.validation.packs.store import Installed
from rempart.validation.registry import finding
from rempart.validation.soap.context import line_of
from rempart.validation.xds.message import MessageContext

_MOST = 30  # refusals told
PACK = "xds"
# What ebRS lists in its text and its schema leaves free: how an answer ended, how grave an error is.
_LISTED = {
    f"{{{RS}}}RegistryResponse": ("status", (SUCCESS, FAILURE, PARTIAL, UNAVAILABLE)),
    f"{{{QUERY}}}AdhocQueryResponse": ("status", (SUCCESS, FAILURE, PARTIAL, UNAVAILABLE)),
    f"{{{RS}}}RegistryError": ("severity", (ERROR, WARNING)),
}


def check_body(context: MessageContext) -> Iterator[Finding]:
    """What our schemas refuse; a warning for ITI-57, whose published examples they refuse too."""
    content = context.envelope.content
    if content is None or context.soap.transaction is None or not context.soap.transaction.ebxml:
        return
    severity = Severity.WARNING if context.transaction is UPDATE else None
    for line, words in refusals(content):
        yield context.find("XDS-010", f"Envelope/Body/{_name(content)}", words, severity=severity, line=line)
    if not context.soap.request:
        yield from _statuses(context, content)


def _statuses(context: MessageContext, content: etree._Element) -> Iterator[Finding]:
    for node in content.iter(*_LISTED):
        name, values = _LISTED[str(node.tag)]
        if (read := node.get(name)) is not None and read not in values:
            at = f"Envelope/Body/{_name(content)}" + ("" if node is content else f"//{_name(node)}") + f"/@{name}"
            message = f"{name} n'est pas une des valeurs d'ebRS 3.0"
            yield context.find("XDS-010", at, message, expected=" ou ".join(values), actual=read, line=line_of(node))


def refusals(content: etree._Element) -> Iterator[tuple[int, str]]:
    """Line and words of what our schemas refuse in an element of ebXML or XDS.b."""
    yield from _refusals(_loaded(schemas_dir() / "xds" / "xdsb.xsd"), content)


def check_official_body(context: MessageContext, names: Sequence[str] | None) -> tuple[list[Finding], list[str]]:
    """Findings and validators of the official schemas on the body of an ebXML transaction."""
    content = context.envelope.content
    if content is None or context.soap.transaction is None or not context.soap.transaction.ebxml:
        return [], []
    severity = Severity.WARNING if context.transaction is UPDATE else None
    return check_official_xml(content, f"/Envelope/Body/{_name(content)}", names, severity)


def check_official_xml(
    root: etree._Element, place: str, names: Sequence[str] | None, severity: Severity | None = None
) -> tuple[list[Finding], list[str]]:
    """The same of any element of ebXML, found at `place`. A pack that cannot serve is a finding, never silence."""
    chosen = [n for n in (default_packs() if names is None else names) if n.partition("@")[0] == PACK]
    found: list[Finding] = []
    validators: list[str] = []
    for pack in opened(chosen):
        if not isinstance(pack, Installed):
            found.append(_reference("REF-006", place, f"Le pack ne peut pas servir: {pack}"))
        elif verified(pack):
            found.append(_reference("REF-006", place, f"Le pack {pack.label} n'est plus celui qui a été installé"))
        else:
            found += _by_pack(root, place, pack, validators, severity)
    return found, validators


def _by_pack(
    root: etree._Element, place: str, pack: Installed, ran: list[str], severity: Severity | None
) -> Iterator[Finding]:
    try:
        schema = _loaded(pack.root / pack.pack.schema_file)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        yield _reference("REF-002", place, f"Le schéma XML officiel ne peut pas être chargé: {error}")
        return
    ran.append(f"XSD officiel ({pack.label})")
    for line, words in _refusals(schema, root):
        one = finding("OFF-006", f"{place} (ligne {line})", words, severity=severity)
        yield one.model_copy(update={"source": f"{pack.pack.schema_file}, pack {pack.label}"})


def _refusals(schema: etree.XMLSchema, content: etree._Element) -> Iterator[tuple[int, str]]:
    body = _skeleton(content)
    if schema.validate(body):
        return
    log: Any = schema.error_log
    for refusal in list(log)[:_MOST]:
        words = str(refusal.message)
        for uri, prefix in _PREFIXES.items():
            words = words.replace(f"{{{uri}}}", f"{prefix}:")
        yield refusal.line, f"Le schéma refuse: {words}"


_PREFIXES = {
    "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0": "rim", "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0": "lcm",
    "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0": "rs", "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0": "query",
    XDSB: "xdsb",
}  # fmt: skip


def _skeleton(content: etree._Element) -> etree._Element:
    """The body without what its documents hold."""
    documents = list(content.iter(DOCUMENT))
    if not documents:
        return deepcopy(content)
    held = [(d, d.text, list(d)) for d in documents]
    for document in documents:
        document.text, document[:] = None, []
    try:
        return deepcopy(content)
    finally:
        for document, text, children in held:
            document.text, document[:] = text, children


def _name(content: etree._Element) -> str:
    return etree.QName(content).localname


@cache
def _loaded(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.XMLSchema(etree.parse(path, parser))


def _reference(rule: str, place: str, message: str) -> Finding:
    return finding(rule, place, message, origin=Origin.REFERENCE)
