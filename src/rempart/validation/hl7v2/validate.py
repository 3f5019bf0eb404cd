"""Judging one HL7v2 message: read it, find its profile, apply it. Whatever the bytes, a Report comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

import rempart.validation.hl7v2.rules  # noqa: F401 - registers the rule functions
from rempart.formats.hl7v2 import Hl7Error, Message, Segment, standard
from rempart.formats.hl7v2.escape import DEFAULT
from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.engine import check_message
from rempart.validation.hl7v2.profile import Profile
from rempart.validation.hl7v2.profiles import profiles
from rempart.validation.hl7v2.rules.syntax import utf8_under_latin9
from rempart.validation.hl7v2.select import select
from rempart.validation.registry import finding
from rempart.validation.report import Report

SELECTION = "sélection du profil"
FRAMING = "lecture ER7"
MAX_PARTS = 200_000  # a message of the volets has a few hundred
MAX_REPETITIONS = 10_000  # each is looked at by many rules
MAX_OF_ONE_RULE = 100
_BLOCK = 1024  # bytes
_OTHER_SEGMENT = re.compile(rb"\A(?!MSH)[A-Z][A-Z0-9]{2}\|")
_LATE_MSH = re.compile(rb"[\r\n]MSH\|")
_MSH = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*MSH")


def validate_message(
    data: bytes, *, edition: str | None = None, environment: str = "test", on_wire: bool = False
) -> Report:
    """Everything Rempart says of one message.

    `edition` forces that of the text (`2.0`), else the message chooses. `environment` (`test`, `production`) says which
    INS authorities are expected. `on_wire`: `data` is an MLLP block as captured, delimiters included; a file at rest
    may have one or not, and other line ends. Never raises.
    """
    try:
        message = Message.parse(data)
    except Hl7Error as error:
        return _unread(data, error)
    kind = message.kind or "HL7 v2"
    try:
        return _judge(message, kind, edition, environment, on_wire)
    except Exception as error:  # a fault of ours on hostile bytes must end as `erreur`, never as a traceback
        return Report(kind, "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")
    finally:
        message.release()


def _judge(message: Message, kind: str, edition: str | None, environment: str, on_wire: bool) -> Report:
    message, second = _first_of(message)
    if excess := _excess(message):
        return Report(kind, "", unreadable=excess)
    if message.delimiters != DEFAULT:
        return _foreign_delimiters(message, kind)
    if utf8_under_latin9(message):
        message.codec = "utf-8"  # read as what it is, told once (HL7-006)
    selection = select(message, edition)
    profile = selection.profile
    if profile and selection.out_of_scope:
        return Report(kind, "", [_unsupported(message, selection.out_of_scope, profile)], [SELECTION])
    if profile is None:
        return Report(kind, "", list(_beyond_profiles(message, selection.reason)))
    context = Context(message, profile, environment, on_wire)
    findings = _grouped(check_message(context))
    if second:
        text = "un second message commence ici: seul le premier a été lu"
        findings.append(context.find("HL7-005", second, message=text, expected="un seul MSH"))
    return Report(kind, profile.edition, _in_order(findings), [f"profil {profile.id}", f"règles {profile.family}"])


def _first_of(message: Message) -> tuple[Message, Segment | None]:
    """Only the first message of a file is judged; the MSH of a second one is a fault."""
    second = next((s for s in message.segments[1:] if s.name == "MSH"), None)
    if second is None:
        return message, None
    alone = Message.parse(message.data[: second.start])
    alone.framing = replace(message.framing, terminators=alone.framing.terminators)
    return alone, second


def _excess(message: Message) -> str:
    """What the message has too much of to be judged in bounded time, in French. A base64 document, whatever its size,
    is one part."""
    d, data = message.delimiters, message.data
    if _more_than(MAX_REPETITIONS, data, d.repetition):
        return f"le message a plus de répétitions que la limite de {MAX_REPETITIONS}"
    if _more_than(MAX_PARTS, data, d.field, d.component, d.sub):
        return f"le message a plus de délimiteurs que la limite de {MAX_PARTS}"
    return ""


def _more_than(limit: int, data: bytes, *marks: str) -> bool:
    """A document is long and holds none: a search passes over it ten times as fast as a count. What is left of an
    ordinary message is shorter than the limit, and needs no counting."""
    if len(data) <= limit:
        return False
    sought, few = [mark.encode() for mark in marks], limit // _BLOCK
    if len(list(islice(chain.from_iterable(_blocks(data, mark) for mark in sought), few + 1))) <= few:
        return False
    count = 0
    for mark in sought:
        for at in _blocks(data, mark):
            count += data.count(mark, at, at + _BLOCK)
            if count > limit:
                return True
    return False


def _blocks(data: bytes, sought: bytes) -> Iterator[int]:
    """Where the blocks start that hold it all."""
    at = data.find(sought)
    while at >= 0:
        yield at
        at = data.find(sought, at + _BLOCK)


def _grouped(findings: Iterable[Finding]) -> list[Finding]:
    """The first hundred findings of each rule; the others are counted on the last of these."""
    kept: dict[str, list[Finding]] = {}
    more: Counter[str] = Counter()
    for found in findings:
        same = kept.setdefault(found.rule, [])
        if len(same) < MAX_OF_ONE_RULE:
            same.append(found)
        else:
            more[found.rule] += found.count
    for rule_id, count in more.items():
        last = kept[rule_id][-1]
        kept[rule_id][-1] = last.model_copy(update={"count": last.count + count})
    return [found for same in kept.values() for found in same]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """As the message is read, what has no place in it (the MLLP block) first."""
    return sorted(findings, key=lambda f: -1 if f.offset is None else f.offset)


def _unread(data: bytes, error: Hl7Error) -> Report:
    """Bytes that announce a message and break its very beginning are a wrong message; anything else is no message."""
    head = _MSH.match(data)
    if head and len(data) > 8 and error.offset <= head.end():
        where, message = "MSH-2", f"{error.reason}: la suite du message n'a pas été lue"
    elif _OTHER_SEGMENT.match(data) and _LATE_MSH.search(data, 0, 65536):
        where, message = "MSH", "le message ne commence pas par MSH: la suite n'a pas été lue"
    else:
        return Report("inconnu", "", unreadable=error.reason)
    fault = finding("HL7-005", where, message, expected="MSH|^~\\&", actual=_head(data), offset=error.offset)
    return Report("HL7 v2", "", [fault], [FRAMING])


def _head(data: bytes) -> str:
    return data[:12].decode("utf-8", "replace")


def _foreign_delimiters(message: Message, kind: str) -> Report:
    """Every value would be misread: one finding, at the place that says so."""
    msh = message.segments[0]
    where = "MSH-1" if message.delimiters.field != DEFAULT.field else "MSH-2"
    text = "les séparateurs ne sont pas | et ^~\\&: la suite du message n'a pas été lue"
    actual = message.delimiters.field if where == "MSH-1" else msh.text(2)
    start, end = msh.span(int(where[-1]))
    fault = finding("HL7-005", where, text, expected="MSH|^~\\&", actual=actual, offset=start, length=end - start)
    return Report(kind, "", [fault], [FRAMING])


def _unsupported(message: Message, edition: str, profile: Profile) -> Finding:
    expected = max(p.msh21 for p in profiles().values() if p.family == profile.family)
    text = f"{edition}: cette édition n'est pas acceptée en vague 2, et Rempart ne la juge pas"
    msh = message.segments[0]
    start, end = msh.spans(21)
    value, length = msh.text(21), end - start
    return finding("HL7-020", "MSH-21", text, expected=expected, actual=value, offset=start, length=length)


def _beyond_profiles(message: Message, reason: str) -> Iterator[Finding]:
    """No French text to judge by: what the HL7 standard alone asks of such a message, for information."""
    version = standard.known(message.get("MSH-12.1"))
    positions = standard.structure(message.get("MSH-9.3") or message.kind.replace("^", "_"), version)
    texts = [reason]
    absent = [name for name in standard.required(positions) if message.first(name) is None]
    texts += [f"HL7 {version} demande un segment {name} dans ce message" for name in absent]
    for where, text in zip(["MSH-9", *absent], texts, strict=True):
        yield finding("HL7-000", where, text, severity=Severity.INFO, origin=Origin.HARNESS)
