"""A conforming segment and a faulty one for each rule, proven: the fault is made in a sound message, and judged.

Sound messages are `schemas/hl7v2/examples/*.hl7`. The fault of a rule is written beside it (`fault`), or found from one
of its profile lines: the value that the line refuses, where it looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rempart.formats.hl7v2 import Message, Segment
from rempart.formats.hl7v2.path import parse_path
from rempart.formats.hl7v2.write import replace, without
from rempart.model.finding import Finding, Severity
from rempart.resources import schemas_dir
from rempart.validation.explain import Excerpt, Explainer
from rempart.validation.hl7v2.conditions import holds
from rempart.validation.hl7v2.profile import Line, Profile
from rempart.validation.hl7v2.select import select
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import Fault, RuleInfo, rules

_OF_TYPE = {"TS": "2026-02-30", "CE": "CODE", "SI": "A", "MAIL": "adresse", "OID": "OID"}


@dataclass(frozen=True)
class Example:
    """What conforms and what does not, each as lines of evidence; `finding` is what Rempart says of the second."""

    message: str
    sound: list[Excerpt]
    wrong: list[Excerpt]
    finding: Finding


def example_of(info: RuleInfo) -> Example | None:
    """None for a rule that no message at rest can show."""
    if info.same_as:
        return example_of(rules()[info.same_as])
    if info.wrong:
        return None
    faults = [info.fault] if info.fault else _faults_of_lines(info.id)
    return next((e for fault in faults if (e := _proven(info.id, fault))), None)


def written_example(info: RuleInfo) -> tuple[list[Excerpt], list[Excerpt]]:
    """What the rule's own text gives: `example` and `wrong`."""
    return [Excerpt(line, 0, 0) for line in info.example.splitlines()], list(_written(info.wrong, info.at))


@cache
def sound_messages() -> dict[str, bytes]:
    """By name, other messages before acknowledgements; the files end their lines with LF, to be read as text."""
    found = (schemas_dir() / "hl7v2" / "examples").glob("*.hl7")
    files = sorted(found, key=lambda f: (f.stem.startswith("ack"), f.stem))
    return {f.stem: f.read_bytes().replace(b"\n", b"\r") for f in files}


def spoil(fault: Fault) -> bytes:
    """The sound message with the fault in it. KeyError when it has no such message or segment."""
    data = sound_messages()[fault.message]
    for name in fault.drop:
        path = parse_path(name)
        data = without(data, path.segment, path.occurrence)
    for name, added in fault.after.items():
        path, message = parse_path(name), Message.parse(data)
        end = message.all(path.segment)[path.occurrence - 1].end
        data = data[:end] + b"\r" + added.encode() + data[end:]
    for place, value in fault.set.items():
        data = replace(data, place, value)
    return data


def _proven(rule_id: str, fault: Fault) -> Example | None:
    wrong = spoil(fault)
    found = [f for f in validate_message(wrong).findings if f.rule == rule_id]
    # Several findings of one rule: the one where the fault was made.
    finding = next((f for f in found if f.location in fault.set), found[0] if found else None)
    if finding is None:
        return None
    sound = _shown(sound_messages()[fault.message], fault, finding, wrong=False)
    return Example(fault.message, sound, _shown(wrong, fault, finding, wrong=True), finding)


def _shown(data: bytes, fault: Fault, finding: Finding, *, wrong: bool) -> list[Excerpt]:
    """The segments that the fault touches, then the one of the finding."""
    explainer, message = Explainer(data), Message.parse(data)
    places = [p for p in fault.set if p != finding.location]
    named = [_named(p, message) for p in [*fault.after, *fault.drop, *places]]
    moved = fault.drop or fault.after  # the place of the finding holds something else in the sound message
    own = finding if wrong else None if moved else _named(finding.location, message)
    shown = [e for f in [*named, own] if f and (e := explainer.excerpt(f))]
    return [e for n, e in enumerate(shown) if e.text not in [later.text for later in shown[n + 1 :]]]


def _named(location: str, message: Message) -> Finding | None:
    """A place as a finding has it, to be shown; None when the message has no such segment."""
    path = parse_path(location)
    found = message.all(path.segment)
    if len(found) < path.occurrence:
        return None
    segment = found[path.occurrence - 1]
    offset, length = (segment.start, segment.end - segment.start) if path.field is None else (None, None)
    return _place(location).model_copy(update={"offset": offset, "length": length})


def _written(text: str, at: str) -> Iterator[Excerpt]:
    """Segments of a text, the place underlined; MSH is put before them to read them as a message."""
    head = "" if text.startswith("MSH") else "MSH|^~\\&|\r"
    data = (head + text.replace("\n", "\r")).encode()
    marked = Explainer(data, width=2 * len(data)).excerpt(_place(at)) if at else None
    for line in text.splitlines():
        yield marked if marked and marked.text == line else Excerpt(line, 0, 0)


def _place(location: str) -> Finding:
    return Finding(rule="", severity=Severity.INFO, location=location, message="")


def _faults_of_lines(rule_id: str) -> Iterator[Fault]:
    """Values that the profile lines of the rule refuse, in the messages where they look."""
    for name, data in sound_messages().items():
        message = Message.parse(data)
        profile = select(message).profile
        for slot, lines in profile.segments.items() if profile else ():
            for line in lines:
                if line.rule == rule_id and profile:
                    yield from _faults_of(name, message, profile, slot, line)


def _faults_of(name: str, message: Message, profile: Profile, slot: str, line: Line) -> Iterator[Fault]:
    for segment in message.all(slot.split(".")[0]):
        inside = slot not in profile.slots or any(test(segment) for test in profile.slots[slot].tests)
        if inside and holds(line.when, segment):
            place = segment.location(str(line.field).replace("[*]", ""))
            for value in _refused(line, segment):
                yield Fault(message=name, set={place: value})
            return


def _refused(line: Line, segment: Segment) -> Iterator[str]:
    text = segment.text(str(line.field).replace("[*]", "[1]"))
    if line.usage == "X":
        yield "1"
    if line.type:
        yield _OF_TYPE[line.type]
    if line.values or line.equals is not None or line.table or line.pattern:
        yield "XX"
        yield "ZZ^ZZ" if line.equals is not None else "12"
    if line.usage == "R" and text:
        yield ""
    if line.repetitions and line.repetitions[1] is not None:
        yield "~".join([text] * (line.repetitions[1] + 1))


