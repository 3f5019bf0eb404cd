"""The body: plain text, or the same content as plain text then as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from rempart.formats.mail.parts import Part
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext
from rempart.validation.mail.correspondents import SENT
from rempart.validation.mail.hypertext import readings, without_notes
from rempart.validation.registry import finding, rule

_FORMS = "text/plain, ou multipart/alternative (text/plain, text/html)"
_ALTERNATIVE = ["multipart/alternative", "text/plain", "text/html"]
_FEW = 0.1  # share of the words
_NEGATIONS = r"ne|n|pas|non|sans|aucune?s?|jamais|ni|stop|arrêt\w*"
NEGATION = re.compile(_NEGATIONS)
# These on one side only, or in another order, are no caption nor layout: they change what is said.
_TELLING = re.compile(rf"\d.*|{_NEGATIONS}")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")  # 1,4 is not 4,1; _this_ is underlined
# Links, and how software writes in plain text that an image is there.
_URL = re.compile(r"https?://\S+|mailto:\S+|\[cid:[^\]\s]*\]|\[image:", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff"))  # inside a word, where it may be cut


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
    plain = words(without_notes(context.text))
    html = min((words(text) for text in readings(context.html)), key=lambda said: _apart(plain, said))
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


def _apart(plain: list[str], html: list[str]) -> tuple[int, bool]:
    """How far from each other: the words that one of them lacks, then their order."""
    one, other = Counter(plain), Counter(html)
    return sum((one - other).values()) + sum((other - one).values()), plain != html


def _telling(said: list[str]) -> list[str]:
    return [word for word in said if _TELLING.fullmatch(word)]


def words(text: str) -> list[str]:
    """Words of a text, links apart, whatever the case and the way their accents are written."""
    shown = _URL.sub(" ", text).translate(_INVISIBLE)
    return _WORD.findall(unicodedata.normalize("NFKC", shown).casefold())
