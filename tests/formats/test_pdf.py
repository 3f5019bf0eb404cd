"""The minimal PDF: structurally sound, deterministic, and declared as PDF/A-1."""

import re

from rempart.formats.pdf import minimal_pdf


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


def test_same_lines_same_bytes() -> None:
    assert minimal_pdf(["a"]) == minimal_pdf(["a"])
    assert minimal_pdf(["a"]) != minimal_pdf(["b"])
