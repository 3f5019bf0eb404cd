"""The minimal PDF: structurally sound, deterministic, and declared as PDF/A-1."""

import re

from rempart.formats.pdf import minimal_pdf
from rempart.formats.pdf.pdfa import check
from rempart.formats.pdf.render import pages_seen


def test_offsets_of_the_cross_reference_table_are_right() -> None:
    data = minimal_pdf(["Bonjour", "été (à l'œil) \\"], title="Essai <&>")
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[start:].startswith(b"xref\n")
    entries = re.findall(rb"(\d{10}) 00000 n \n", data[start:])
    assert entries
    for number, offset in enumerate(entries, start=1):
        assert data[int(offset) :].startswith(f"{number} 0 obj\n".encode())


def test_stream_lengths_are_right() -> None:
    data = minimal_pdf(["Une ligne"])
    for match in re.finditer(rb"/Length (\d+) >>\nstream\n", data):
        assert data[match.end() + int(match[1]) :].startswith(b"\nendstream")


def test_it_declares_pdf_a_1_and_its_title() -> None:
    data = minimal_pdf([], title="Essai <&>")
    assert data.startswith(b"%PDF-1.4\n")
    assert b"<pdfaid:part>1</pdfaid:part>" in data
    assert b"Essai &lt;&amp;&gt;" in data
    assert data.endswith(b"%%EOF\n")
    assert b"/Encrypt" not in data


def test_every_font_is_embedded_and_every_character_has_its_glyph() -> None:
    data = minimal_pdf(["Été: 100 % œ", "日本"])
    assert data.count(b"/Type /Font ") == data.count(b"/Subtype /Type3") == 1
    shown = set("Été: 100 % oe日本")
    names = re.search(rb"/Differences \[1 ([^\]]*)\]", data)
    assert names
    assert names[1].decode().split() == [f"/uni{ord(c):04X}" for c in sorted(shown)]
    assert len(re.findall(rb"\n6 0 0 -3 6 10 d1", data)) == len(shown)


def test_text_can_be_read_back_through_the_unicode_map() -> None:
    lines = ["Compte rendu d'examen", "DOMINIQUE née le 28/03/1979"]
    data = minimal_pdf(lines)
    meaning = {code: bytes.fromhex(text.decode()).decode("utf-16-be")
               for code, text in re.findall(rb"^<([0-9A-F]{2})> <([0-9A-F]{4})>$", data, re.MULTILINE)}  # fmt: skip
    shown = re.findall(rb"^<([0-9A-F]*)> Tj", data, re.MULTILINE)
    assert ["".join(meaning[s[n : n + 2]] for n in range(0, len(s), 2)) for s in shown] == lines


def test_no_line_and_too_many_lines_make_a_page() -> None:
    assert b"endstream" in minimal_pdf([])
    data = minimal_pdf(["x" * 500] * 500)
    assert data.count(b"Tj T*") == 57
    assert len(re.findall(rb"<([0-9A-F]+)> Tj", data)[0]) == 160


def test_same_lines_same_bytes() -> None:
    assert minimal_pdf(["a"]) == minimal_pdf(["a"])
    assert minimal_pdf(["a"]) != minimal_pdf(["b"])


def test_a_foot_stands_at_the_foot_whatever_the_lines() -> None:
    for lines in ([], ["x"] * 200):
        data = minimal_pdf(lines, footer=["Vos données", "sont protégées."])
        (page,) = pages_seen(data)
        assert page.foot.split("\r\n")[-2:] == ["Vos données", "sont protégées."] and check(data) == []
