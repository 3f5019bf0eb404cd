"""A font of our own, five dots by seven, drawn with rectangles: a Type 3 font is embedded by nature."""

from __future__ import annotations

import unicodedata

ADVANCE = 6  # dots, the gap included
TOP, BOTTOM = 10, -3  # accents on capitals, cedilla

# A character, then its seven rows of five dots, top to bottom, two hexadecimal digits each.
_TABLE = r"""
A0E11111F111111 B1E11111E11111E C0E11101010110E D1E11111111111E E1F10101E10101F F1F10101E101010 G0E11101711110F
H1111111F111111 I0E04040404040E J0702020202120C K11121418141211 L1010101010101F M111B1515111111 N11111915131111
O0E11111111110E P1E11111E101010 Q0E11111115120D R1E11111E141211 S0F10100E01011E T1F040404040404 U1111111111110E
V11111111110A04 W11111115151B11 X11110A040A1111 Y11110A04040404 Z1F01020408101F 00E11131519110E 1040C040404040E
20E11010204081F 31F02040201110E 402060A121F0202 51F101E0101110E 60608101E11110E 71F010204080808 80E11110E11110E
90E11110F01020C a00000E010F110F b1010161911111E c00000E1010110E d01010D1311110F e00000E111F100E f0609081C080808
g0F11110F01010E h10101619111111 i04000C0404040E j0200060202120C k10101214181412 l0C04040404040E m00001A15151515
n00001619111111 o00000E1111110E p1E11111E101010 q0F11110F010101 r00001619101010 s00000F100E011E t08081C08080906
u0000111111130D v00001111110A04 w0000111115150A x0000110A040A11 y1111110F01010E z00001F0204081F !04040404040004
"0A0A0000000000 '04040000000000 (02040808080402 )08040202020408 *0004150E150400 +0004041F040400 -0000001F000000
.00000000000C0C /00010204081000 :000C0C000C0C00 <02040810080402 =00001F001F0000 >08040201020408 ?0E110102040004
@0E11010D15150E %18190204081303 &0C12140815120D #0A0A1F0A1F0A0A _0000000000001F [0E08080808080E ]0E02020202020E
«00050A140A0500 »00140A050A1400 °0C12120C000000 ;000C0C000C0408 |04040404040404 \00100804020100 ,000000000C0408
"""
_ROWS = {drawn[0]: drawn[1:] for drawn in _TABLE.split()} | {" ": "0" * 14}
_BOX = "1F11111111111F"  # any other character
_DESCENDING = "gjpqy"
_DOTLESS = "00000C0404040E"
_MARKS = {"\u0301": (0x02, 0x04), "\u0300": (0x08, 0x04), "\u0302": (0x04, 0x0A), "\u0308": (0x0A, 0x00)}
_CEDILLA = "\u0327"
_REPLACED = {"’": "'", "‘": "'", "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE", "\u00a0": " ", "\u202f": " "}


def plain(text: str) -> str:
    """The text in characters that the font can draw or box, one code point per sign."""
    replaced = "".join(_REPLACED.get(c, c) for c in text)
    return "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", replaced))


def outline(character: str) -> str:
    """PDF operators that draw one character: its width, then rectangles in dots."""
    base, *marks = list(unicodedata.normalize("NFD", character))
    rows = _ROWS.get(base, _BOX)
    if base == "i" and marks:
        rows = _DOTLESS
    top = 6 - (2 if base in _DESCENDING else 0)
    lines = [(top - n, int(rows[2 * n : 2 * n + 2], 16)) for n in range(7)]
    for mark in marks:
        above = 8 if base.isupper() else 6
        lines += [(above + 1 - n, dots) for n, dots in enumerate(_MARKS.get(mark, ()))]
        if mark == _CEDILLA:
            lines += [(-1, 0x04), (-2, 0x08)]
    drawn = [f"{x} {y} {width} 1 re" for y, dots in lines for x, width in _runs(dots)]
    return "\n".join([f"{ADVANCE} 0 0 {BOTTOM} {ADVANCE} {TOP} d1", *drawn, *(["f"] if drawn else [])])


def _runs(dots: int) -> list[tuple[int, int]]:
    """Start and length of each run of dots in a row."""
    found: list[tuple[int, int]] = []
    for x in range(5):
        if dots & (0x10 >> x):
            if found and sum(found[-1]) == x:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((x, 1))
    return found
