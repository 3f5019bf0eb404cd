"""Logs, extracts of configuration or code: they read as text, and say what is awaited."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.files.given import each, is_pdf
from rempart.validation.registry import finding

_CONTROLS = frozenset(chr(c) for c in range(32)) - frozenset("\t\n\r\f\x1b")


@check("preuve.log")
def logs(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a text, or the picture of one: [files]."""
    return each(evidence, names, text)


@check("preuve.extract")
def extracts(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Extracts of configuration or code: a text, or a picture of the screen: [files]."""
    return each(evidence, names, text)


@check("preuve.log.contains")
def contains(evidence: list[bytes], *, names: list[str], words: str) -> list[Finding]:
    """One of the files says `words`, in any case; in a picture nothing can be looked for, and that is told: [files]."""
    texts = [t for t in map(decoded, evidence) if t is not None]
    if any(words.casefold() in t.casefold() for t in texts):
        return []
    if len(texts) < len(evidence):
        return [finding("PRV-014", ", ".join(names), expected=words)]
    return [finding("PRV-013", ", ".join(names), expected=words, actual=texts[0][:200] if texts else "")]


def text(name: str, data: bytes) -> Iterator[Finding]:
    from rempart.validation.files.media import is_image, screenshot

    if is_pdf(data) or is_image(data):
        yield from screenshot(name, data)
    elif decoded(data) is None:
        yield finding("PRV-012", name)


def decoded(data: bytes) -> str | None:
    """The text in UTF-8, UTF-16 (with its mark) or Windows-1252; None when these bytes are no text."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for codec in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            found = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS & set(found):
            return found
    return None
