"""Named checks over recorded bytes: what a step asks, and what `replay` can ask again from the evidence alone.

A check takes the bytes of its exchanges and JSON parameters, and returns findings. It holds no state and reads nothing
else, so the same bytes and parameters always give the same findings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.model.finding import Finding, Origin
from rempart.validation.registry import finding

_PART = re.compile(r"\[[^\]]*\]|[^.\[\]]+")
Check = Callable[..., list[Finding]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under a stable name: results.json refers to it."""

    def register(function: Check) -> Check:
        if name in _checks:
            raise ValueError(f"check {name!r} is registered twice")
        _checks[name] = function
        return function

    return register


def run_check(name: str, evidence: Sequence[bytes], params: dict[str, Any]) -> list[Finding]:
    """Findings of check `name`. KeyError when there is no such check."""
    _load(name.startswith("preuve."))
    return _checks[name](list(evidence), **params)


def function(name: str) -> Check:
    """The check itself, for the index of rules. KeyError when there is no such check."""
    _load(False, True)
    return _checks[name]


def names() -> list[str]:
    _load(False, True)
    return sorted(_checks)


# Those on files bring readers of media and PDF that most campaigns have no use for.
_MODULES = {
    False: (
        "dialogues", "orders", "notifications", "cda.naming", "produced_documents", "displayed_documents",
        "fed_documents", "mailed_documents", "received_documents", "mail.exchanges",
        "mail.observations", "xds.orders", "xds.traces", "xds.sequences", "consulted_documents",
        "traced_mails",
    ),
    True: tuple(f"files.{m}" for m in ("media", "papers", "texts", "exchanges", "mails", "references", "pentest")),
}


def _load(*wanted: bool) -> None:
    """Checks register when their module is imported: on demand, for they bring the validators with them."""
    for module in (m for w in wanted for m in _MODULES[w]):
        import_module(f"rempart.validation.{module}")


@check("observation.expect")
def observation_expect(
    evidence: list[bytes],
    *,
    path: str,
    rule: str,
    equals: Any = None,
    one_of: list[Any] | None = None,
    contains: Any = None,
    lacks: Any = None,
    absent: bool = False,
    present: bool = False,
    message: str = "",
) -> list[Finding]:
    """A value inside one recorded JSON answer of the candidate: `path` is `ins.value`, `documents[0].status`,
    `documents[unique_id=1.2.3].status` or `documents#` (how many). Exactly one expectation is given."""
    try:
        actual = _walk(json.loads(evidence[0]), path)
    except ValueError as error:
        problem = f"réponse illisible: {error}"
        return [finding(rule, path, problem, origin=Origin.HARNESS)]
    if absent or present:
        holds, expected = (actual in (None, "", [])) is absent, "(absent)" if absent else "(présent)"
    elif one_of is not None:
        holds, expected = actual in one_of, " ou ".join(str(v) for v in one_of)
    elif contains is not None:
        holds, expected = actual is not None and contains in actual, f"contient {contains}"
    elif lacks is not None:
        holds, expected = actual is not None and lacks not in actual, f"ne contient pas {lacks}"
    else:
        holds, expected = actual == equals, str(equals)
    return [] if holds else [finding(rule, path, message, expected=expected, actual=_text(actual))]


@check("observation.mention")
def observation_mention(evidence: list[bytes], *, path: str, words: list[str], rule: str) -> list[Finding]:
    """One of these words, in any case, is in the entries listed at `path` of a recorded JSON answer: traces, logs."""
    try:
        entries = _walk(json.loads(evidence[0]), path)
    except ValueError as error:
        return [finding(rule, path, f"réponse illisible: {error}", origin=Origin.HARNESS)]
    said = _text(entries).casefold()
    if any(w.casefold() in said for w in words):
        return []
    return [finding(rule, path, "", expected=f"une mention de {' ou '.join(words)}", actual=_text(entries))]


def _walk(value: Any, path: str) -> Any:
    for part in _PART.findall(path):  # what stands in brackets may hold dots: an OID
        if part.endswith("#"):
            value = (value or {}).get(part[:-1]) if part[:-1] else value
            return len(value or [])
        if part.startswith("["):
            value = _pick(value or [], part[1:-1])
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _pick(items: Any, selector: str) -> Any:
    if not isinstance(items, list):
        return None
    if "=" in selector:
        key, wanted = selector.split("=", 1)
        return next((i for i in items if isinstance(i, dict) and str(i.get(key)) == wanted), None)
    return items[int(selector)] if int(selector) < len(items) else None


def _text(value: Any) -> str:
    return "(absent)" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@check("hl7v2.expect")
def hl7v2_expect(
    evidence: list[bytes], *, path: str, rule: str, equals: str | None = None, present: bool = False, message: str = ""
) -> list[Finding]:
    """A value inside one recorded HL7 v2 message."""
    try:
        actual = Message.parse(evidence[0]).get(path)
    except Hl7Error as error:
        return [finding(rule, path, f"message illisible: {error.reason}", expected=equals or "")]
    holds = bool(actual) is present if equals is None else actual == equals
    expected = equals if equals is not None else "(présent)" if present else "(absent)"
    return [] if holds else [finding(rule, path, message, expected=expected, actual=actual or "(absent)")]


@check("silence")
def silence(evidence: list[bytes], *, rule: str, kinds: list[str] | None = None, message: str = "") -> list[Finding]:
    """An observed silence: the recorded observation lists the kinds of message that came in while nothing should."""
    heard = [m["kind"] for m in json.loads(evidence[0])["messages"] if kinds is None or m["kind"] in kinds]
    return [finding(rule, "échange", message, expected="aucun message", actual=", ".join(heard))] if heard else []


@check("missing")
def missing(evidence: list[bytes], *, rule: str, kind: str, message: str = "") -> list[Finding]:
    """A message that the candidate had to send and that did not come before the deadline (recorded observation)."""
    seen = json.loads(evidence[0])
    actual = ", ".join(m["kind"] for m in seen["messages"]) or f"aucun message en {seen['seconds']:g} s"
    text = message or f"le message {kind} attendu n'a pas été émis"
    return [finding(rule, "échange", text, expected=kind, actual=actual)]
