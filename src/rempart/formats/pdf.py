"""A minimal, deterministic PDF: what our own documents carry.

PDF 1.4, one A4 page, an XMP packet that declares PDF/A-1b. It is not PDF/A-1: that needs every font embedded
(ISO 19005-1, §6.3.4) and an output intent, and this file names the standard Helvetica without embedding it. A PDF/A
checker will say so, rightly; readers open it, and a check of `pdfaid:part` finds what a candidate would declare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_CATALOG, _PAGES, _PAGE, _CONTENT, _FONT, _METADATA = range(1, 7)


def minimal_pdf(lines: Sequence[str], *, title: str = "Document") -> bytes:
    """One page with these lines of text (about 50 fit); characters outside Windows-1252 become `?`."""
    page = (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 595 842] /Contents {_CONTENT} 0 R "
        f"/Resources << /Font << /F1 {_FONT} 0 R >> >> >>"
    )
    objects = [
        f"<< /Type /Catalog /Pages {_PAGES} 0 R /Metadata {_METADATA} 0 R /Lang (fr-FR) >>".encode(),
        f"<< /Type /Pages /Kids [{_PAGE} 0 R] /Count 1 >>".encode(),
        page.encode(),
        _stream(_text(lines)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(_XMP.format(title=escape(title)).encode("utf-8"), "/Type /Metadata /Subtype /XML "),
    ]
    return _file(objects)


def _text(lines: Sequence[str]) -> bytes:
    shown = b"".join(b"(" + _literal(line) + b") Tj T*\n" for line in lines)
    return b"BT\n/F1 11 Tf\n15 TL\n56 780 Td\n" + shown + b"ET\n"


def _literal(line: str) -> bytes:
    encoded = line.encode("cp1252", errors="replace")
    return encoded.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _stream(content: bytes, entries: str = "") -> bytes:
    return f"<< {entries}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, numbered objects, cross-reference table, trailer with an identifier made from the content."""
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(data)
    size = len(objects) + 1
    identifier = hashlib.sha256(data).hexdigest()[:32]
    data += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    trailer = f"<< /Size {size} /Root {_CATALOG} 0 R /ID [<{identifier}> <{identifier}>] >>"
    return data + f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode()
