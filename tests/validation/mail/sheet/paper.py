"""A PDF/A-1 written by hand (ISO 19005-1): words that a reader takes out, in a calibrated grey, one glyph for all."""

from __future__ import annotations

from functools import cache

_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>\n'
    '<?xpacket end="w"?>'
)
_BLOCK = b"600 0 0 0 500 700 d1\n50 0 400 600 re f"
_NAMES = {" ": "space", ".": "period", ",": "comma", "-": "hyphen", ":": "colon", "/": "slash", "'": "quotesingle"}


def _stream(content: bytes, more: str = "") -> bytes:
    return f"<<{more}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def _glyph(character: str) -> str:
    return "/" + (
        _NAMES.get(character)
        or (character if character.isascii() and character.isalpha() else f"uni{ord(character):04X}")
    )


@cache
def pdf(*lines: str) -> bytes:
    """One page of these lines."""
    letters = sorted(set("".join(lines)))
    code = {letter: f"{n:02x}" for n, letter in enumerate(letters, 32)}
    shown = "".join(f"<{''.join(code[c] for c in line)}> Tj T*\n" for line in lines)
    unicode_map = "".join(f"<{code[c]}> <{ord(c):04x}>\n" for c in letters)
    procedures = " ".join(f"{_glyph(c)} 6 0 R" for c in letters)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>"
        b"/ColorSpace<</G[/CalGray<</WhitePoint[0.9505 1 1.089]>>]>>>>>>",
        _stream(f"/G cs 0 sc BT /F1 10 Tf 14 TL 50 780 Td\n{shown}ET".encode()),
        (
            "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[0.001 0 0 0.001 0 0]/Resources<<>>"
            f"/CharProcs<<{procedures}>>/Encoding<</Type/Encoding/Differences[32 {' '.join(map(_glyph, letters))}]>>"
            f"/FirstChar 32/LastChar {31 + len(letters)}/Widths[{'600 ' * len(letters)}]/ToUnicode 8 0 R>>"
        ).encode(),
        _stream(_BLOCK),
        _stream(_XMP.encode(), "/Type/Metadata/Subtype/XML"),
        _stream(
            "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/M def/CMapType 2 def\n"
            f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(letters)} beginbfchar\n{unicode_map}endbfchar\n"
            "endcmap CMapName currentdict/CMap defineresource pop end end".encode()
        ),
    ]
    out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer\n<</Size 9/Root 1 0 R/ID[<%032x><%032x>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(out),
        len(out),
        len(out),
    )
    return out + b"xref\n0 9\n0000000000 65535 f \n" + table + end
