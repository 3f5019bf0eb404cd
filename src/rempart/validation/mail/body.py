"""The body: plain text, or the same content as plain text then as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import unescape
from string import ascii_lowercase, ascii_uppercase

from rempart.formats.mail.parts import Part
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext
from rempart.validation.mail.correspondents import SENT
from rempart.validation.registry import finding, rule

_FORMS = "text/plain, ou multipart/alternative (text/plain, text/html)"
_ALTERNATIVE = ["multipart/alternative", "text/plain", "text/html"]
_FEW = 0.1  # share of the words
_NEGATIONS = r"ne|n|pas|non|sans|aucune?s?|jamais|ni|stop|arrêt\w*"
NEGATION = re.compile(_NEGATIONS)
# These on one side only, or in another order, are no caption nor layout: they change what is said.
_TELLING = re.compile(rf"\d.*|{_NEGATIONS}")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+")  # 1,4 is not 4,1
_TAG = re.compile(r"/?([a-z][a-z0-9]*)")
_UNSEEN = ("style", "script", "title")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_INLINE = ("b", "i", "u", "em", "strong", "span", "a", "font", "sup", "sub")
_URL = re.compile(r"https?://\S+|mailto:\S+")


@rule("MSS-017", families=SENT)
def form(context: MailContext) -> Iterator[Finding]:
    """One of the two forms, and both texts say the same."""
    body = context.body
    if body is None:
        yield finding("MSS-017", "corps", "Le courriel n'a pas de corps lisible", expected=_FORMS)
        return
    kinds = [body.type, *(_kind(p.type, [c.type for c in p.children]) for p in body.children)]
    if kinds != ["text/plain"] and kinds != _ALTERNATIVE:
        yield finding("MSS-017", "corps", "", expected=_FORMS, actual=", ".join(kinds))
    elif kinds == _ALTERNATIVE:
        yield from _same(context)
    yield from _beside(context, body)


def _beside(context: MailContext, body: Part) -> Iterator[Finding]:
    """A second text beside the body: a reader shows both, or only one. A foot that a relay added is plain text."""
    own = set(map(id, body.walk()))
    for part in context.source.root.walk():
        if part.type.startswith("text/") and not part.is_file and id(part) not in own and part.data.strip():
            severity = None if part.type == "text/html" else Severity.WARNING
            message = "Ce texte est à côté du corps, hors d'un multipart/alternative"
            yield finding("MSS-017", part.label, message, expected=_FORMS, actual=part.type, severity=severity)


def _kind(kind: str, inside: list[str]) -> str:
    """HTML with its images is HTML."""
    return "text/html" if kind == "multipart/related" and inside[:1] == ["text/html"] else kind


def _same(context: MailContext) -> Iterator[Finding]:
    plain, html = words(context.text), words(text_of_html(context.html))
    if plain == html:
        return
    more, less = Counter(html) - Counter(plain), Counter(plain) - Counter(html)
    added = sum((more or less).values()) / max(len(plain), len(html))
    message = "Le texte brut et le HTML ne disent pas la même chose"
    # Words replaced by others change what is said; a few more, on one side only, are a caption or a signature.
    telling = _telling(plain) != _telling(html)
    severity = Severity.WARNING if added <= _FEW and not (more and less) and not telling else None
    actual = f"d'un seul côté: {', '.join([*more, *less][:10])}" if more or less else "les mots, dans un autre ordre"
    yield finding("MSS-017", "corps", message, expected="le même contenu", actual=actual, severity=severity)


def _telling(said: list[str]) -> list[str]:
    return [word for word in said if _TELLING.fullmatch(word)]


def words(text: str) -> list[str]:
    """Words of a text, links apart, whatever the case and the way their accents are written."""
    return _WORD.findall(unicodedata.normalize("NFKC", _URL.sub(" ", text)).casefold())


def text_of_html(html: str) -> str:
    """What a reader sees of it. In one pass: the parser of the standard library is quadratic on broken tags."""
    seen, at, lower = [], 0, html.translate(_LOWER)  # str.lower() would move what follows some letters
    while (start := html.find("<", at)) >= 0:
        seen.append(html[at:start])
        comment = html.startswith("<!--", start)
        end = html.find("-->" if comment else ">", start)
        if end < 0:
            break
        at = end + (3 if comment else 1)
        name = _TAG.match(lower, start + 1)
        if name and name[1] in _UNSEEN and html[start + 1] != "/":
            close = lower.find(f"</{name[1]}", at)
            at = close if close >= 0 else len(html)
        elif not (name and name[1] in _INLINE):
            seen.append(" ")
    else:
        seen.append(html[at:])
    return unescape("".join(seen))
