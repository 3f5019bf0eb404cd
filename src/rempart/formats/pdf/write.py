"""A minimal, deterministic PDF of text: what our own documents carry.

PDF/A-1b (ISO 19005-1): PDF 1.4, the font embedded (a Type 3 font of our own), grey only, with its output intent, an XMP
packet that says so, a file identifier, no encryption, no transparency, no action. A 2D code is drawn with rectangles.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from rempart.formats.pdf.font import ADVANCE, BOTTOM, TOP, outline, plain
from rempart.formats.pdf.icc import grey_profile

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_CATALOG, _PAGES, _PAGE, _CONTENT, _FONT, _METADATA, _UNICODE, _PROFILE, _FIRST_GLYPH = range(1, 10)
_SIZE, _LEADING, _MARGIN, _WIDTH, _HEIGHT = 8, 13, 56, 595, 842
_MODULE = 1.5  # points: a module of a 2D code, half a millimetre
COLUMNS, ROWS = 80, 57  # what one page holds
FOOT = 4  # lines kept for the foot of the page
BESIDE = 58  # columns that stay free of a 2D code, which stands at the top right

Modules = Sequence[Sequence[bool]]  # rows of a 2D code, top to bottom, True where it is dark


def minimal_pdf(
    lines: Sequence[str], *, title: str = "Document", code: Modules = (), caption: str = "", footer: Sequence[str] = ()
) -> bytes:
    """One A4 page with these lines, cut at COLUMNS and ROWS; a character that the font lacks is drawn as a box.

    `code` is a 2D code, drawn at the top right with its `caption` above it: the lines beside it are folded. `footer`
    are lines at the foot of the page, at most FOOT of them.
    """
    shown = _beside(code, [plain(line) for line in lines])
    caption = plain(caption)
    foot = [plain(line)[:COLUMNS] for line in footer][:FOOT]
    shown = shown[: ROWS - FOOT] if foot else shown
    characters = sorted(set("".join((*shown, *foot, caption))))[:255] or [" "]
    page = (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {_CONTENT} 0 R "
        f"/Resources << /Font << /F1 {_FONT} 0 R >> >> >>"
    )
    catalog = (
        f"<< /Type /Catalog /Pages {_PAGES} 0 R /Metadata {_METADATA} 0 R /Lang (fr-FR) "
        f"/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (Custom) "
        f"/Info (Rempart grey) /DestOutputProfile {_PROFILE} 0 R >>] >>"
    )
    objects = [
        catalog.encode(),
        f"<< /Type /Pages /Kids [{_PAGE} 0 R] /Count 1 >>".encode(),
        page.encode(),
        _stream(_text(shown, characters) + _foot(foot, characters) + _drawn(code, caption, characters)),
        _font(characters).encode(),
        _stream(_XMP.format(title=escape(title)).encode("utf-8"), "/Type /Metadata /Subtype /XML "),
        _stream(_to_unicode(characters)),
        _stream(grey_profile(), "/N 1 "),
        *(_stream(outline(c).encode()) for c in characters),
    ]
    return _file(objects)


def _beside(code: Modules, lines: Sequence[str]) -> list[str]:
    """The lines of the page: those that stand beside the code are folded at BESIDE columns, for it needs its margin."""
    narrow = math.ceil(len(code) * _MODULE / _LEADING) + 2 if code else 0
    shown: list[str] = []
    for line in lines:
        while len(shown) < narrow and len(line) > BESIDE:
            shown.append(line[:BESIDE])
            line = line[BESIDE:]
        shown.append(line[:COLUMNS])
    return shown[:ROWS]


def _drawn(code: Modules, caption: str, characters: Sequence[str]) -> bytes:
    """A rectangle per run of dark modules, and the caption."""
    if not code:
        return b""
    left = _WIDTH - _MARGIN - len(code[0]) * _MODULE
    top = _HEIGHT - 62.0
    drawn = []
    for row, modules in enumerate(code):
        for x, run in _runs(modules):
            y = top - (row + 1) * _MODULE
            drawn.append(f"{left + x * _MODULE:g} {y:g} {run * _MODULE:g} {_MODULE:g} re")
    text = f"BT\n/F1 {_SIZE} Tf\n{left:g} {top + 8:g} Td\n<{_hex(caption, characters)}> Tj\nET" if caption else ""
    return ("\n" + "\n".join([*drawn, "f", text])).encode()


def _runs(modules: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(modules):
        if dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found


def _hex(line: str, characters: Sequence[str]) -> str:
    codes = {character: f"{code:02X}" for code, character in enumerate(characters, start=1)}
    return "".join(codes.get(c, codes[characters[0]]) for c in line)


def _text(lines: Sequence[str], characters: Sequence[str]) -> bytes:
    shown = "".join(f"<{_hex(line, characters)}> Tj T*\n" for line in lines)
    start = f"0 g\nBT\n/F1 {_SIZE} Tf\n{_LEADING} TL\n{_MARGIN} {_HEIGHT - 62} Td\n"
    return f"{start}{shown}ET".encode()


def _foot(lines: Sequence[str], characters: Sequence[str]) -> bytes:
    if not lines:
        return b""
    shown = "".join(f"<{_hex(line, characters)}> Tj T*\n" for line in lines)
    top = _MARGIN // 2 + len(lines) * _LEADING
    return f"\nBT\n/F1 {_SIZE} Tf\n{_LEADING} TL\n{_MARGIN} {top} Td\n{shown}ET".encode()


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
