"""A minimal, deterministic PDF of text: what our own documents carry.

Made for PDF/A-1b (ISO 19005-1): PDF 1.4, the font embedded (a Type 3 font of our own), one device-independent colour,
an XMP packet that says so, a file identifier, no encryption, no transparency, no action. It was not submitted to a
PDF/A checker: none is at hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from rempart.formats.pdf_font import ADVANCE, BOTTOM, TOP, outline, plain

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_CATALOG, _PAGES, _PAGE, _CONTENT, _FONT, _METADATA, _UNICODE, _FIRST_GLYPH = range(1, 9)
_GREY = "[/CalGray << /WhitePoint [0.9505 1 1.089] /Gamma 2.2 >>]"  # device-independent: no output intent is needed
_SIZE, _LEADING, _MARGIN, _HEIGHT = 8, 13, 56, 842
COLUMNS, ROWS = 80, 57  # what one page holds


def minimal_pdf(lines: Sequence[str], *, title: str = "Document") -> bytes:
    """One A4 page with these lines, cut at COLUMNS and ROWS; a character that the font lacks is drawn as a box."""
    shown = [plain(line)[:COLUMNS] for line in lines[:ROWS]]
    characters = sorted(set("".join(shown)))[:255] or [" "]
    page = (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 595 {_HEIGHT}] /Contents {_CONTENT} 0 R "
        f"/Resources << /Font << /F1 {_FONT} 0 R >> /ColorSpace << /CS1 {_GREY} >> >> >>"
    )
    objects = [
        f"<< /Type /Catalog /Pages {_PAGES} 0 R /Metadata {_METADATA} 0 R /Lang (fr-FR) >>".encode(),
        f"<< /Type /Pages /Kids [{_PAGE} 0 R] /Count 1 >>".encode(),
        page.encode(),
        _stream(_text(shown, characters)),
        _font(characters).encode(),
        _stream(_XMP.format(title=escape(title)).encode("utf-8"), "/Type /Metadata /Subtype /XML "),
        _stream(_to_unicode(characters)),
        *(_stream(outline(c).encode()) for c in characters),
    ]
    return _file(objects)


def _text(lines: Sequence[str], characters: Sequence[str]) -> bytes:
    codes = {character: f"{code:02X}" for code, character in enumerate(characters, start=1)}
    shown = "".join(f"<{''.join(codes.get(c, codes[characters[0]]) for c in line)}> Tj T*\n" for line in lines)
    start = f"/CS1 cs 0 sc\nBT\n/F1 {_SIZE} Tf\n{_LEADING} TL\n{_MARGIN} {_HEIGHT - 62} Td\n"
    return f"{start}{shown}ET".encode()


def _font(characters: Sequence[str]) -> str:
    """Type 3, eight dots to the em."""
    names = [f"/uni{ord(c):04X}" for c in characters]
    glyphs = " ".join(f"{name} {_FIRST_GLYPH + n} 0 R" for n, name in enumerate(names))
    widths = " ".join([str(ADVANCE)] * len(names))
    return (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 {BOTTOM} {ADVANCE} {TOP}] /FontMatrix [0.125 0 0 0.125 0 0] "
        f"/FirstChar 1 /LastChar {len(names)} /Widths [{widths}] /Resources << >> /CharProcs << {glyphs} >> "
        f"/Encoding << /Type /Encoding /Differences [1 {' '.join(names)}] >> /ToUnicode {_UNICODE} 0 R >>"
    )


def _to_unicode(characters: Sequence[str]) -> bytes:
    """What each code means: readers search and copy the text by it."""
    pairs = [f"<{code:02X}> <{c.encode('utf-16-be').hex().upper()}>" for code, c in enumerate(characters, start=1)]
    blocks = [pairs[n : n + 100] for n in range(0, len(pairs), 100)]  # the most that one block may hold
    mapped = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Rempart def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{mapped}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()


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
