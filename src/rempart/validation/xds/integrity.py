"""hash and size of an entry beside the bytes of its document."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.xdm.metadata import declared_size
from rempart.formats.xdm.model import sha1
from rempart.model.finding import Finding
from rempart.validation.xds.context import EntryContext, slot


def check_integrity(context: EntryContext) -> Iterator[Finding]:
    """Where the entry gives them and the document is there: SHA-1 and number of bytes."""
    if context.document is None:
        return
    digest, size = context.entry.value("hash"), declared_size(context.entry)
    if len(digest) == 40 and digest.lower() != (own := sha1(context.document)):
        message = "L'empreinte n'est pas celle du fichier: il a été modifié, ou elle a été calculée avant"
        yield context.find("XDS-052", slot("hash"), message, expected=own, actual=digest)
    if size >= 0 and size != len(context.document):
        message = "La taille n'est pas celle du fichier"
        yield context.find("XDS-052", slot("size"), message, expected=str(len(context.document)), actual=str(size))
