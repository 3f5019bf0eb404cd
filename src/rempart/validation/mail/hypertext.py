"""What a reader sees of an HTML body, and what the software that rewrites it as plain text adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from string import ascii_lowercase, ascii_uppercase

_TAG = re.compile(r"/?([a-z][a-z0-9]*)")
_UNSEEN = ("style", "script", "title")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_INLINE = ("b", "i", "u", "em", "strong", "span", "a", "font", "sup", "sub", "wbr")
_LISTS = ("ol", "ul")
_FIRST = re.compile(r"\sstart\s*=\s*[\"']?(\d{1,4})")
_INSTEAD = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# The links of a text, listed under it by their number: « site [1] … Links: / ------ / [1] https://… ».
_NOTES = re.compile(
    r"^[ \t]*(?:Links|Liens)[ \t]*:[ \t]*\n-{3,}[ \t]*\n((?:\[\d{1,4}\][ \t]+\S+[ \t]*(?:\n|\Z))+)", re.MULTILINE
)
_NOTE = re.compile(r"\[\d{1,4}\]")
_LONG = 4096  # characters of a tag whose attributes are read


def text_of_html(html: str, *, numbers: bool = False, images: bool = False) -> str:
    """What a reader sees of it: with the `numbers` of its ordered lists, with what stands for its `images`.

    In one pass: the parser of the standard library is quadratic on broken tags.
    """
    seen, at, lower = [], 0, html.translate(_LOWER)  # str.lower() would move what follows some letters
    lists: list[int] = []  # last number of each open list, below 0 when it has none
    while (start := html.find("<", at)) >= 0:
        seen.append(html[at:start])
        comment = html.startswith("<!--", start)
        end = html.find("-->" if comment else ">", start)
        if end < 0:
            break
        at = end + (3 if comment else 1)
        match = _TAG.match(lower, start + 1)
        name = match[1] if match else ""
        opening = html[start + 1] != "/"
        if name in _UNSEEN and opening:
            close = lower.find(f"</{name}", at)
            at = close if close >= 0 else len(html)
        elif name not in _INLINE:
            seen.append(" ")
        if numbers and name in (*_LISTS, "li"):
            seen.append(_number(lists, name, lower[start : min(end, start + _LONG)], opening=opening))
        if images and name == "img" and (instead := _INSTEAD.search(html, start, min(end, start + _LONG))):
            seen.append(f"{instead[1] or instead[2] or ''} ")
    else:
        seen.append(html[at:])
    return unescape("".join(seen))


def _number(lists: list[int], name: str, tag: str, *, opening: bool) -> str:
    """What a list writes before an item, "" for another tag."""
    if name in _LISTS:
        if not opening:
            del lists[-1:]
        elif len(lists) < _LONG:
            first = _FIRST.search(tag)
            lists.append(-1 if name == "ul" else int(first[1]) - 1 if first else 0)
    elif opening and lists and lists[-1] >= 0:
        lists[-1] += 1
        return f"{lists[-1]}. "
    return ""


def without_notes(text: str) -> str:
    """Plain text without the list of links that software makes of those of the HTML, nor the calls to them."""
    if (notes := _NOTES.search(text)) is None:
        return text
    listed = set(_NOTE.findall(notes[1]))
    kept = text[: notes.start()] + text[notes.end() :]
    return _NOTE.sub(lambda call: " " if call[0] in listed else call[0], kept)


def readings(html: str) -> Iterator[str]:
    """The texts that software makes of it: as it is seen, then with numbers and with what stands for images."""
    yield text_of_html(html)
    lower = html.translate(_LOWER)
    numbers, images = "<ol" in lower, "<img" in lower
    if numbers:
        yield text_of_html(html, numbers=True)
    if images:
        yield text_of_html(html, images=True)
    if numbers and images:
        yield text_of_html(html, numbers=True, images=True)
