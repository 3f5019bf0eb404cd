"""Texts as spreadsheets hold them: HTML remnants, stray spaces, headers and identifiers spelt in several ways."""

from __future__ import annotations

import html
import re
import unicodedata

# What the editors of the ANS leave in cells. Other `<…>` is text: « clients lourds < 3 tiers ».
_TAGS = "p|br|div|span|ul|ol|li|b|i|u|em|strong|font|a|table|tbody|thead|tr|td|th|h[1-6]|sup|sub|s|strike|hr|blockquote"
_ITEM = re.compile(r"<li\b[^<>]*>", re.I)
_BREAK = re.compile(r"<br\b[^<>]*/?>|</(?:p|div|li|tr|h[1-6]|ul|ol)\s*>", re.I)
_TAG = re.compile(rf"</?(?:{_TAGS})\b[^<>]*/?>", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]|_x000[dD]_")
_REMS = r"(?:SC|DPI|PFI|LGC|SGL|RIS|BIO|MDV|DUI|DB)\."
_PREFIX = re.compile(f"^{_REMS}")
_ID = re.compile(rf"(?:{_REMS})?[A-Z]+(?:/[A-Z0-9]+)*(?:/va1)?\.\d+(?:\.(?:BIS|TER))?|SEED(?:\.[A-Z0-9]+)+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-"})


def clean(text: str) -> str:
    """The text of a cell: no markup, no control character, lines without trailing spaces. Cleaning twice is once."""
    while (cleaned := _once(text)) != text:
        text = cleaned
    return text


def _once(text: str) -> str:
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _TAG.sub("", _BREAK.sub("\n", _ITEM.sub("\n- ", text)))
    if "&" in text:
        text = html.unescape(text)
    lines = [line.strip() for line in re.split(r"[\n\x85\u2028\u2029]", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def header(text: str) -> str:
    """A column title as it is compared: no accents, case or punctuation. `N° Preuve 2` is `n preuve 2`."""
    plain = unicodedata.normalize("NFKD", text.replace("°", " ").replace("º", " ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"\bno?\b(?=\s*(?:exigence|scenario|preuve))", "n", plain)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def identifier(text: str) -> str:
    """An id as it is compared: no spaces, capitals, and the `va1` of the vague 1 carry-overs in small letters."""
    compact = "".join(text.split()).upper().strip(".;:")
    return re.sub(r"/VA(\d)", r"/va\1", compact)


def well_formed(requirement_id: str) -> bool:
    """Whether it is shaped as the ids of the ANS (`SC.DMP/UX.14.BIS`, `DPI.INS/va1.62`) or as our own (`SEED.`)."""
    return bool(_ID.fullmatch(requirement_id))


def bare(requirement_id: str) -> str:
    """The id without `SC.`, `DPI.`, `PFI.`…"""
    return _PREFIX.sub("", requirement_id)


def same(text: str) -> str:
    """A text as two editions are compared: a new space, quote, dash, accent form or final dot changes nothing."""
    text = unicodedata.normalize("NFKC", clean(text)).casefold().translate(_PLAIN)
    text = re.sub(r'\s*([:;!?"])\s*', r"\1", text)
    return " ".join(text.split()).rstrip(" .;")
