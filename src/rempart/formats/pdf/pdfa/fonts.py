"""Clauses 6.3: fonts embedded with what a reader needs of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from rempart.formats.pdf.pdfa.clauses import Breach, get, items, name_of, number

_SUBSET = re.compile(r"[A-Z]{6}\+")
_SYMBOLIC = 4
_PROGRAMS = ("FontFile", "FontFile2", "FontFile3")
_KINDS = {"Type0", "Type1", "MMType1", "TrueType", "Type3"}
_BARE_PROGRAMS = {"Type1C", "CIDFontType0C"}  # of FontFile3; OpenType came with PDF 1.6
_ENCODINGS = ("MacRomanEncoding", "WinAnsiEncoding")
_PREDEFINED = re.compile(r"(Identity|UniGB-\w+|UniCNS-\w+|UniJIS-\w+|UniKS-\w+|GB\w*-\w+|GBK[\w-]*|GBpc-\w+|B5pc-\w+|"
                         r"HKscs-B5|ETen-B5|ETenms-B5|CNS-EUC|83pv-RKSJ|90ms-RKSJ|90msp-RKSJ|90pv-RKSJ|Add-RKSJ|EUC|"
                         r"Ext-RKSJ|KSC-EUC|KSCms-UHC(-HW)?|KSCpc-EUC)(-[HV])?|[HV]")  # fmt: skip


def check(font: Any, place: str, *, visible: bool) -> Iterator[Breach]:
    """A font that is used; one that shows only invisible text (mode 3) need not be embedded."""
    kind = name_of(get(font, "Subtype"))
    if kind not in _KINDS:
        yield Breach("6.3.2", place, f"le type de police {kind or '(absent)'} n'existe pas")
        return
    if kind == "Type3":
        return
    if not name_of(get(font, "BaseFont")):
        yield Breach("6.3.2", place, "la police n'a pas de nom (BaseFont)")
    if kind == "Type0":
        yield from _composite(font, place, visible=visible)
        return
    descriptor = get(font, "FontDescriptor")
    yield from _embedded(font, descriptor, place, visible=visible)
    yield from _simple(font, descriptor, place)
    if kind == "TrueType":
        yield from _true_type(font, descriptor, place)


def _embedded(font: Any, descriptor: Any, place: str, *, visible: bool) -> Iterator[Breach]:
    """6.3.4 and, for a subset, 6.3.5."""
    programs = [key for key in _PROGRAMS if isinstance(get(descriptor, key), pikepdf.Stream)]
    if not programs:
        if visible:
            yield Breach("6.3.4", place, "la police n'est pas incorporée")
        return
    program = get(descriptor, programs[0])
    if len(programs) > 1:
        yield Breach("6.3.4", place, "la police est incorporée plus d'une fois")
    subtype = name_of(get(program, "Subtype"))
    if programs[0] == "FontFile3" and subtype not in _BARE_PROGRAMS:
        yield Breach("6.3.4", place, f"le programme de police {subtype} n'existe pas en PDF 1.4")
    if programs[0] == "FontFile2" and not _starts(program, (b"\0\1\0\0", b"true", b"OTTO", b"ttcf")):
        yield Breach("6.3.4", place, "le programme TrueType incorporé n'en est pas un")
    subset = _SUBSET.match(name_of(get(font, "BaseFont")))
    kind = name_of(get(font, "Subtype"))
    if subset and kind in ("Type1", "MMType1") and get(descriptor, "CharSet") is None:
        yield Breach("6.3.5", place, "un sous-ensemble de police Type 1 liste ses caractères (CharSet)")
    if subset and kind.startswith("CIDFont") and not isinstance(get(descriptor, "CIDSet"), pikepdf.Stream):
        yield Breach("6.3.5", place, "un sous-ensemble de police CID liste ses caractères (CIDSet)")


def _starts(program: Any, marks: tuple[bytes, ...]) -> bool:
    try:
        return bytes(program.read_bytes()).startswith(marks)
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return False


def _simple(font: Any, descriptor: Any, place: str) -> Iterator[Breach]:
    if descriptor is None:
        return  # one of the fourteen standard fonts, which is told as not embedded
    first, last = number(get(font, "FirstChar")), number(get(font, "LastChar"))
    widths = get(font, "Widths")
    if first is None or last is None or widths is None:
        yield Breach("6.3.2", place, "la police n'a pas FirstChar, LastChar et Widths")
    elif len(items(widths)) != int(last) - int(first) + 1:
        yield Breach("6.3.2", place, "la police n'a pas autant de chasses (Widths) que de caractères")


def _true_type(font: Any, descriptor: Any, place: str) -> Iterator[Breach]:
    """6.3.7. Without flags, nothing is said of what the font is."""
    flags = number(get(descriptor, "Flags"))
    encoding = get(font, "Encoding")
    if flags is None:
        return
    if int(flags) & _SYMBOLIC:
        if encoding is not None:
            yield Breach("6.3.7", place, "une police TrueType symbolique n'a pas d'Encoding")
        return
    base = name_of(encoding) or name_of(get(encoding, "BaseEncoding"))
    if base not in _ENCODINGS or get(encoding, "Differences") is not None:
        message = "une police TrueType non symbolique a pour Encoding MacRomanEncoding ou WinAnsiEncoding"
        yield Breach("6.3.7", place, message)


def _composite(font: Any, place: str, *, visible: bool) -> Iterator[Breach]:
    """6.3.3: the descendant, its glyphs, its character map."""
    descendants = items(get(font, "DescendantFonts"))
    if len(descendants) != 1:
        yield Breach("6.3.2", place, "une police composite a une police descendante, une seule")
        return
    below = descendants[0]
    yield from _embedded(below, get(below, "FontDescriptor"), place, visible=visible)
    embedded = get(get(below, "FontDescriptor"), "FontFile2") is not None
    map_of_glyphs = get(below, "CIDToGIDMap")
    if name_of(get(below, "Subtype")) == "CIDFontType2" and embedded:
        sound = isinstance(map_of_glyphs, pikepdf.Stream) or name_of(map_of_glyphs) == "Identity"
        if not sound:
            message = "une police CIDFontType2 incorporée dit ses glyphes (CIDToGIDMap, flux ou Identity)"
            yield Breach("6.3.3.2", place, message)
    yield from _character_map(get(font, "Encoding"), get(below, "CIDSystemInfo"), place)


def _character_map(encoding: Any, system: Any, place: str) -> Iterator[Breach]:
    """A predefined map by its name, or an embedded one for the same collection of characters."""
    if isinstance(encoding, pikepdf.Stream):
        own = get(encoding, "CIDSystemInfo")
        for key in ("Registry", "Ordering"):
            if own is not None and str(get(own, key) or "") != str(get(system, key) or ""):
                yield Breach("6.3.3.1", place, f"la table de caractères (CMap) et la police diffèrent par {key}")
        base = name_of(get(encoding, "UseCMap"))
        if base and not _PREDEFINED.fullmatch(base):
            yield Breach("6.3.3.3", place, f"la table de caractères {base} n'est pas incorporée")
    elif not _PREDEFINED.fullmatch(name_of(encoding)):
        said = name_of(encoding) or "(absente)"
        yield Breach("6.3.3.3", place, f"la table de caractères {said} n'est pas incorporée")
