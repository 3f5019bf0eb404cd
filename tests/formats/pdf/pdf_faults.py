"""Faulty PDFs, made from a sound one of ours by one named change through pikepdf, or of its bytes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from rempart.formats.pdf import minimal_pdf

SOUND = minimal_pdf(["Compte rendu", "DOMINIQUE née le 28/03/1979"], title="Compte rendu")


def changed(change: Callable[[pikepdf.Pdf], None], **saving: Any) -> bytes:
    """The sound PDF after one change, saved as PDF 1.4 with its table, header and identifier."""
    with pikepdf.open(io.BytesIO(SOUND)) as pdf:
        change(pdf)
        out = io.BytesIO()
        options: dict[str, Any] = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}
        if "encryption" not in saving:
            options |= {"force_version": "1.4", "compress_streams": False}
            options["stream_decode_level"] = pikepdf.StreamDecodeLevel.none
        pdf.save(out, **{**options, **saving})
    return out.getvalue()


def content(data: bytes, **resources: Any) -> Callable[[pikepdf.Pdf], None]:
    """A page that draws this, with these resources beside those that it has."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        page.Contents = Stream(pdf, data)
        for key, value in resources.items():
            page.Resources[f"/{key}"] = value

    return change


def font(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    """A page written with one font."""

    def change(pdf: pikepdf.Pdf) -> None:
        own = {f"/{k}": v for k, v in entries.items()}
        resources = Dictionary(F2=Dictionary({"/Type": Name.Font, **own}))
        content(b"BT /F2 8 Tf (A) Tj ET", Font=resources)(pdf)

    return change


def annotation(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        own = {f"/{k}": v for k, v in entries.items()}
        made = Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 1, 1]), **own})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(made)])

    return change


def root(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[f"/{key}"] = value(pdf) if callable(value) else value

    return change


def xmp(old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        data = pdf.Root.Metadata.read_bytes()
        assert old in data
        pdf.Root.Metadata = Stream(pdf, data.replace(old, new), Type=Name.Metadata, Subtype=Name.XML)

    return change


def image(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        base = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 1, "Height": 1, "BitsPerComponent": 8}
        drawn = Stream(pdf, b"\0", **{**base, "ColorSpace": Name.DeviceGray, **entries})
        content(b"/I1 Do", XObject=Dictionary(I1=drawn))(pdf)

    return change


def _info(pdf: pikepdf.Pdf) -> None:
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title="Autre titre"))


def _no_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def _external(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents.F = "autre.pdf"


def _unused_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def _small_profile(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile = Stream(pdf, b"rien", N=1)


def _rgb_profile(pdf: pikepdf.Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    pdf.Root.OutputIntents[0].DestOutputProfile = Stream(pdf, profile.read_bytes(), N=3)


def _lzw(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Other = Stream(pdf, b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", Filter=Name.LZWDecode)


def _attached(pdf: pikepdf.Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, F="a.txt", EF=Dictionary(F=Stream(pdf, b"a")))
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["a.txt", spec])))


_STATE = "ExtGState"
_NOTE = {"Subtype": Name.Link, "F": 4}
_SUBSET = {"Subtype": Name.Type1, "BaseFont": Name("/ABCDEF+Police"), "FirstChar": 65, "LastChar": 65,
           "Widths": Array([500])}  # fmt: skip
# Name of the fault -> clause, words of its message, the file.
FAULTS: dict[str, tuple[str, str, bytes]] = {
    "header after a blank": ("6.1.2", "premier octet", b" " + SOUND),
    "no binary comment": ("6.1.2", "commentaire", SOUND.replace(b"%\xe2\xe3\xcf\xd3", b"%abcd", 1)),
    "bytes after the end": ("6.1.3", "%%EOF", SOUND + b"reste"),
    "no identifier": ("6.1.3", "ID", SOUND.replace(b"/ID [", b"/XX [", 1)),
    "broken table": ("6.1.4", "ne se lit pas", SOUND.replace(b"startxref\n", b"startxref\n9", 1)),
    "encrypted": ("6.1.3", "chiffré", changed(lambda p: None, encryption=pikepdf.Encryption(owner="x", user=""))),
    "cross-reference stream": (
        "6.1.4", "PDF 1.5",
        changed(lambda p: None, object_stream_mode=pikepdf.ObjectStreamMode.generate, force_version="1.5"),
    ),
    "version of the catalogue": ("6.1.2", "annonce", changed(root("Version", Name("/1.7")))),
    "external stream": ("6.1.7", "hors du fichier", changed(_external)),
    "LZW": ("6.1.10", "LZW", changed(_lzw)),
    "attached file": ("6.1.11", "attach", changed(_attached)),
    "long string": ("6.1.12", "chaîne", changed(root("Other", "a" * 70_000))),
    "long name": ("6.1.12", "nom", changed(root("Other", Name("/" + "a" * 200)))),
    "layers": ("6.1.13", "calques", changed(root("OCProperties", Dictionary()))),
    "no output intent": ("6.2.3", "DeviceGray", changed(_no_intent)),
    "profile that is none": ("6.2.2", "illisible", changed(_small_profile)),
    "profile of other components": ("6.2.2", "composantes", changed(_rgb_profile)),
    "RGB colour": ("6.2.3", "DeviceRGB", changed(content(b"1 0 0 rg 0 0 9 9 re f"))),
    "CMYK stroke": ("6.2.3", "DeviceCMYK", changed(content(b"1 0 0 0 K 0 0 9 9 re S"))),
    "RGB image": ("6.2.3", "DeviceRGB", changed(image(ColorSpace=Name.DeviceRGB))),
    "interpolated image": ("6.2.4", "interpolée", changed(image(Interpolate=True))),
    "masked image": ("6.4", "masque", changed(image(SMask=Dictionary()))),
    "unknown operator": ("6.2.10", "opérateur", changed(content(b"0 g 1 zz"))),
    "unknown rendering intent": ("6.2.9", "intention", changed(content(b"/Vif ri"))),
    "deep states": ("6.1.12", "empilés", changed(content(b"q " * 30 + b"Q " * 30))),
    "transfer function": (
        "6.2.8", "transfert", changed(content(b"/G1 gs", **{_STATE: Dictionary(G1=Dictionary(TR=Name.Identity))})),
    ),
    "opacity": ("6.4", "opacité", changed(content(b"/G1 gs", **{_STATE: Dictionary(G1=Dictionary(ca=0.5))}))),
    "blend mode": (
        "6.4", "fusion",
        changed(content(b"/G1 gs", **{_STATE: Dictionary(G1=Dictionary(Type=Name.ExtGState, BM=Name.Multiply))})),
    ),
    "transparency group": (
        "6.4", "groupe", changed(lambda p: p.pages[0].obj.__setitem__("/Group", Dictionary(S=Name.Transparency))),
    ),
    "font not embedded": ("6.3.4", "incorporée", changed(font(Subtype=Name.Type1, BaseFont=Name.Helvetica))),
    "font of no kind": ("6.3.2", "type de police", changed(font(Subtype=Name.Type9, BaseFont=Name.Helvetica))),
    "font out of resources": ("6.3.2", "ressources", changed(content(b"BT /F9 8 Tf (A) Tj ET"))),
    "subset without its characters": (
        "6.3.5", "CharSet",
        changed(lambda p: font(**_SUBSET, FontDescriptor=Dictionary(FontFile=Stream(p, b"%!")))(p)),
    ),
    "composite without glyph map": (
        "6.3.3.2", "CIDToGIDMap",
        changed(lambda p: font(
            Subtype=Name.Type0, BaseFont=Name("/Police"), Encoding=Name("/Identity-H"),
            DescendantFonts=Array([Dictionary(
                Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/Police"),
                FontDescriptor=Dictionary(FontFile2=Stream(p, b"\0\1\0\0rien")),
            )]),
        )(p)),
    ),
    "unknown character map": (
        "6.3.3.3", "caractères",
        changed(lambda p: font(
            Subtype=Name.Type0, BaseFont=Name("/Police"), Encoding=Name("/Mienne-H"),
            DescendantFonts=Array([Dictionary(
                Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/Police"),
                FontDescriptor=Dictionary(FontFile3=Stream(p, b"rien", Subtype=Name.CIDFontType0C)),
            )]),
        )(p)),
    ),
    "symbolic TrueType with an encoding": (
        "6.3.7", "symbolique",
        changed(lambda p: font(
            Subtype=Name.TrueType, BaseFont=Name("/Police"), FirstChar=65, LastChar=65, Widths=Array([500]),
            Encoding=Name.WinAnsiEncoding,
            FontDescriptor=Dictionary(Flags=4, FontFile2=Stream(p, b"\0\1\0\0rien")),
        )(p)),
    ),
    "forbidden annotation": ("6.5.2", "Movie", changed(annotation(Subtype=Name.Movie, F=4))),
    "annotation not printed": ("6.5.3", "Print", changed(annotation(Subtype=Name.Link, F=0))),
    "hidden annotation": ("6.5.3", "cachée", changed(annotation(Subtype=Name.Link, F=6))),
    "appearance with states": (
        "6.5.3", "apparence", changed(lambda p: annotation(
            **_NOTE, AP=Dictionary(N=Stream(p, b""), D=Stream(p, b"")))(p)),
    ),
    "script": ("6.6.1", "JavaScript", changed(root("OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")))),
    "launch": ("6.6.1", "Launch", changed(annotation(**_NOTE, A=Dictionary(S=Name.Launch, F="cmd.exe")))),
    "named action": ("6.6.1", "nommée", changed(root("OpenAction", Dictionary(S=Name.Named, N=Name.Print)))),
    "events": ("6.6.2", "événements", changed(root("AA", Dictionary(WC=Dictionary(S=Name.GoTo))))),
    "no metadata": ("6.7.2", "XMP", changed(_unused_metadata)),
    "metadata that are no RDF": ("6.7.9", "bien formé", SOUND.replace(b"<rdf:RDF", b"<rdf:RDX")),
    "PDF/A-3": ("6.7.11", "PDF/A-3", changed(xmp(b"part>1<", b"part>3<"))),
    "level U": ("6.7.11", "niveau", changed(xmp(b"conformance>B<", b"conformance>U<"))),
    "level A without structure": ("6.8.3.3", "structure", changed(xmp(b"conformance>B<", b"conformance>A<"))),
    "packet with its encoding": (
        "6.7.5", "paquet", SOUND.replace(b'id="W5M0MpCehiHzreSzNTczkc9d"', b'encoding="UTF-8"'.ljust(29)),
    ),
    "title of Info": ("6.7.3", "Title", changed(_info)),
    "unknown schema": (
        "6.7.8", "schéma",
        changed(xmp(b"</rdf:RDF>", b'<rdf:Description rdf:about="" xmlns:z="urn:z" z:a="1"/></rdf:RDF>')),
    ),
    "form drawn by the reader": ("6.9", "NeedAppearances", changed(root("AcroForm", Dictionary(NeedAppearances=True)))),
}


def bomb(megabytes: int) -> bytes:
    """A small PDF with a stream that unfolds into this much."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b" " * 1024 * 1024) for _ in range(megabytes)) + packed.flush()
    return SOUND.replace(b"2 0 obj", b"99 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data
                         + b"\nendstream\nendobj\n2 0 obj", 1)  # fmt: skip


def nested_forms(depth: int, width: int) -> bytes:
    """Forms that each draw the next one `width` times: width to the power of depth drawings."""

    def change(pdf: pikepdf.Pdf) -> None:
        below = Stream(pdf, b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        for _ in range(depth):
            below = pdf.make_indirect(Stream(
                pdf, b"/N Do " * width, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]),
                Resources=Dictionary(XObject=Dictionary(N=below)),
            ))  # fmt: skip
        content(b"/N Do", XObject=Dictionary(N=below))(pdf)

    return changed(change)
