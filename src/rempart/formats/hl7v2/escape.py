"""Escape sequences of HL7 v2 (HL7 v2.5, chapter 2, section 2.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """MSH-1 and MSH-2. The defaults are the only ones that the French texts allow (HL7-005)."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"

    @property
    def encoding(self) -> str:
        """MSH-2."""
        return self.component + self.repetition + self.escape + self.sub


DEFAULT = Delimiters()
_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")


def escape(text: str, d: Delimiters = DEFAULT) -> str:
    """Text as it may stand in a component: delimiters, CR and LF become sequences."""
    if d.escape in text:
        text = text.replace(d.escape, f"{d.escape}E{d.escape}")
    for char, letter in ((d.field, "F"), (d.component, "S"), (d.sub, "T"), (d.repetition, "R")):
        if char in text:
            text = text.replace(char, f"{d.escape}{letter}{d.escape}")
    return text.replace("\r", f"{d.escape}X0D{d.escape}").replace("\n", f"{d.escape}X0A{d.escape}")


def unescape(text: str, d: Delimiters = DEFAULT, charset: str = "utf-8") -> str:
    """The text meant. Unknown or unclosed sequences are kept as they are: nothing is lost silently."""
    if d.escape not in text:
        return text
    simple = {"F": d.field, "S": d.component, "T": d.sub, "R": d.repetition, "E": d.escape, ".br": "\n"}
    mark = re.escape(d.escape)

    def meant(match: re.Match[str]) -> str:
        code = match[1]
        if code in simple:
            return simple[code]
        if hexadecimal := _HEX.fullmatch(code):
            return bytes.fromhex(hexadecimal[1]).decode(charset, "replace")
        return match[0]

    return re.sub(f"{mark}([^{mark}]*){mark}", meant, text)
