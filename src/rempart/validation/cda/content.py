"""The content that a document carries in base64, and what its first bytes say that it is."""

from __future__ import annotations

from rempart.formats.cda.header import decode_base64, encoded
from rempart.validation.cda.context import CdaContext, Element

STARTS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\0", b"MM\0*"),
    "text/rtf": (b"{\\rtf",),
}


def content_of(context: CdaContext, node: Element) -> bytes | None:
    """Decoded content, once per document; None when it is not base64."""

    def decode() -> bytes | None:
        try:
            return decode_base64(encoded(node))
        except ValueError:
            return None

    return context.once((content_of, node), decode)


def starts(content: bytes, media: str) -> bool:
    """PDF readers look for the mark in the first kilobyte; the others stand first."""
    if media == "application/pdf":
        return b"%PDF-" in content[:1024]
    return content.startswith(STARTS[media])
