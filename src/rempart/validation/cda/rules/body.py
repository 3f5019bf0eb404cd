"""The body: one, and the single content of an unstructured document (N1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.cda.content import STARTS, content_of, starts
from rempart.validation.cda.context import CdaContext
from rempart.validation.registry import rule

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # no text has these, in any code page

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@rule("CDA-090", families=("cda-document",))
def one_body(context: CdaContext) -> Iterator[Finding]:
    """One body, of one kind."""
    bodies = [b for name in ("nonXMLBody", "structuredBody") for b in context.at(f"component/{name}")]
    expected = "nonXMLBody ou structuredBody"
    if not bodies:
        yield context.find("CDA-090", context.root, "component", "Le document n'a pas de corps", expected=expected)
    for extra in bodies[1:]:
        yield context.find("CDA-090", extra, "", "Le document a plus d'un corps", expected=expected)


@rule("CDA-092", families=("cda-document",))
def content_of_n1(context: CdaContext) -> Iterator[Finding]:
    """The content is base64, not empty, and what its media type says."""
    node = context.first("component/nonXMLBody/text")
    if node is None:
        return
    content, media = content_of(context, node), node.get("mediaType", "")
    if content is None:
        if node.get("representation") == "B64":  # another representation has its rule, and its own content
            yield context.find("CDA-092", node, "", "Le contenu n'est pas en base64")
    elif not content:
        yield context.find("CDA-092", node, "", "Le contenu est vide")
    elif media in STARTS and not starts(content, media):
        message = f"Le contenu n'est pas du type {media} qu'il annonce"
        actual = content[:8].decode("latin-1")
        yield context.find("CDA-092", node, "", message, expected=media, actual=actual)
    elif media == "text/plain" and (other := next((m for m, marks in STARTS.items() if content.startswith(marks)), "")):
        message = f"Le contenu n'est pas du type {media} qu'il annonce, mais {other}"
        yield context.find("CDA-092", node, "", message, expected=other, actual=media)
    elif media == "text/plain" and not content.startswith(_UTF16) and _BINARY.search(content):
        yield context.find("CDA-092", node, "", "Le contenu n'est pas du texte", expected=media)
    elif media == "text/plain" and not _in_utf8(content):
        message = "Le texte n'est pas en UTF-8: ses accents ne seront pas lus"
        yield context.find("CDA-092", node, "", message, expected="UTF-8", severity=Severity.WARNING)


def _in_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
