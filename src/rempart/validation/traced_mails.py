"""Named checks on the traces of a PFI: evidence is the answer of `read_traces`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.registry import finding

_PARTS = {
    "author": "l'identifiant de l'auteur authentifié",
    "event": "le type d'action",
    "request": "la demande faite au serveur",
    "answer": "la réponse du serveur",
}
# Hours ahead of UTC in the French territories, whatever the season: none of them lives at UTC.
_OFFSETS = [timedelta(hours=h) for h in (-10, -9.5, -9, -4, -3, -2, 1, 2, 3, 4, 5, 11, 12)]
_LATE = timedelta(minutes=10)  # between a treatment and its trace: clocks that differ, and attempts


@check("mss.traced")
def traced(
    evidence: list[bytes], *, about: str, rule: str, words: Sequence[Sequence[str]] = ((),), part: str = ""
) -> list[Finding]:
    """The traces that name `about` (a Message-ID, a document) tell these treatments in this order, whatever they tell
    between them; each is given by beginnings of words, of which one is there: in `part` (`answer`), or anywhere.
    Without words, one trace is enough."""
    traces = _about(evidence[0], about)
    if traces is None:
        return [_unreadable(rule)]
    rest = iter([str(t.get(part) or "") if part else _text(t) for t in traces])
    for wanted in words:
        if not any(_says(said, wanted) for said in rest):
            expected = f"une trace de {about}" + (f": {' ou '.join(wanted)}" if wanted else "")
            return [finding(rule, f"traces.{part}" if part else "traces", "", expected=expected, actual=_told(traces))]
    return []


@check("mss.trace")
def trace(evidence: list[bytes], *, about: str, words: Sequence[str], answer: str, at: str, rule: str) -> list[Finding]:
    """The trace of a treatment (beginnings of words, one of which it holds) of the mail `about`, to which the server
    answered `answer` (a code), says who, when, what, and both halves of the dialogue. `at` is when the harness saw the
    mail, ISO 8601 with its offset."""
    traces = _about(evidence[0], about)
    if traces is None:
        return [_unreadable(rule)]
    told = [t for t in traces if _says(_text(t), words) and _says(str(t.get("answer") or ""), [answer])]
    if not told:
        expected = f"une trace de {about} avec la réponse {answer} du serveur"
        return [finding(rule, "traces.answer", "", expected=expected, actual=_told(traces))]
    # The last one: what is told of a mailbox, and not of a mail, may have been told before.
    return list(_incomplete(told[-1], datetime.fromisoformat(at), rule))


def _incomplete(trace: dict[str, Any], at: datetime, rule: str) -> Iterator[Finding]:
    for part, words in _PARTS.items():
        if not str(trace.get(part) or "").strip():
            yield finding(rule, f"traces.{part}", f"la trace ne dit pas {words}", expected=words, actual=_text(trace))
    said = str(trace.get("time") or "")
    if not _local(said, at):
        expected = f"la date et l'heure locales, pour {at.isoformat(timespec='seconds')}"
        yield finding(rule, "traces.time", "", expected=expected, actual=said or "(absent)")


def _local(said: str, at: datetime) -> bool:
    """A time of this moment on a French clock. One without offset is read on each of these clocks."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return False
    if len(said) <= len("2026-01-01"):  # a day has no hour
        return False
    offset = moment.utcoffset()
    if offset is not None:
        return offset in _OFFSETS and abs(moment - at) <= _LATE
    return any(abs(moment.replace(tzinfo=UTC) - o - at) <= _LATE for o in _OFFSETS)


def _about(data: bytes, about: str) -> list[dict[str, Any]] | None:
    """None when the answer cannot be read."""
    try:
        traces = json.loads(data).get("traces") or []
        return [t for t in traces if about.strip("<>") in _text(t)]
    except (ValueError, AttributeError, TypeError):
        return None


def _says(text: str, words: Sequence[str]) -> bool:
    """One of these beginnings of words is there; none is asked for when there is none."""
    return re.search("|".join(rf"\b{re.escape(w)}" for w in words), text, re.IGNORECASE) is not None


def _unreadable(rule: str) -> Finding:
    return finding(rule, "traces", "réponse illisible", origin=Origin.HARNESS)


def _text(trace: dict[str, Any]) -> str:
    return " | ".join(str(v) for v in trace.values() if v)


def _told(traces: list[dict[str, Any]]) -> str:
    return "; ".join(_text(t) for t in traces) or "(aucune)"
