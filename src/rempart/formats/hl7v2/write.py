"""Writing messages: values in, escaped segments out. Used by simulators, the reference and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rempart.formats.hl7v2.charset import codec
from rempart.formats.hl7v2.escape import DEFAULT, escape
from rempart.formats.hl7v2.message import Message
from rempart.formats.hl7v2.path import parse_path

Values = Mapping[str, str]  # {"3[2].4.1": "CHU-X"}; a field without component is written as it is given


def segment(name: str, values: Values) -> str:
    """One segment. Keys are addresses inside it; `"5"` writes a whole field, `"5.1"` a component.

    Values of components are escaped; the value of a whole field is taken as already built (`"A^B~C"`).
    """
    tree: dict[int, dict[int, dict[int, dict[int, str]]]] = {}
    whole: dict[int, str] = {}
    for address, value in values.items():
        p = parse_path(f"{name}-{address}")
        assert p.field is not None
        if p.component is None and p.repetition is None:
            whole[p.field] = value
            continue
        at = tree.setdefault(p.field, {}).setdefault(p.repetition or 1, {}).setdefault(p.component or 1, {})
        at[p.sub or 1] = escape(value)
    fields = {n: _repetitions(t) for n, t in tree.items()} | whole
    last = max(fields, default=0)
    first = 3 if name == "MSH" else 1
    head = f"MSH{DEFAULT.field}{DEFAULT.encoding}" if name == "MSH" else name
    return DEFAULT.field.join([head, *(fields.get(n, "") for n in range(first, last + 1))])


def _repetitions(tree: dict[int, dict[int, dict[int, str]]]) -> str:
    def join(separator: str, parts: Mapping[int, str]) -> str:
        return separator.join(parts.get(n, "") for n in range(1, max(parts) + 1))

    return join(
        DEFAULT.repetition,
        {
            r: join(DEFAULT.component, {c: join(DEFAULT.sub, subs) for c, subs in components.items()})
            for r, components in tree.items()
        },
    )


def build(segments: Iterable[str | tuple[str, Values]], charset: str = "UNICODE UTF-8") -> bytes:
    """A message, CR after each segment, encoded in the set that its MSH-18 should declare."""
    lines = [s if isinstance(s, str) else segment(*s) for s in segments]
    return ("\r".join(lines) + "\r").encode(codec(charset) or "utf-8")


def replace(message: bytes, path: str, value: str) -> bytes:
    """The same message with the value at `path` changed, all other bytes untouched: one named fault, and no other.

    `value` is written as given. Raises KeyError when the segment is absent; a field, repetition or component beyond
    the end of the segment is created.
    """
    m = Message.parse(message)
    p = parse_path(path)
    found = m.all(p.segment)
    if len(found) < p.occurrence or p.field is None:
        raise KeyError(path)
    seg, d = found[p.occurrence - 1], m.delimiters
    pad = ""
    if p.field > seg.length:
        inner = ((d.repetition, p.repetition), (d.component, p.component), (d.sub, p.sub))
        pad = d.field * (p.field - seg.length) + "".join(mark * ((wanted or 1) - 1) for mark, wanted in inner)
        start = end = seg.end
    elif p.repetition is None and p.component is None:
        start, end = seg.field_span(p.field)
    else:
        start, end = seg.span(p.field, p.repetition or 1)
        have = seg.repetitions(p.field)
        if (p.repetition or 1) > max(have, 1):
            pad, start = d.repetition * ((p.repetition or 1) - max(have, 1)), end
        for separator, wanted in ((d.component, p.component), (d.sub, p.sub)):
            if wanted is None:
                break
            count = m.data.count(separator.encode(), start, end) + 1
            if wanted > count:
                pad, start = pad + separator * (wanted - count), end
                continue
            for _ in range(wanted - 1):
                start = m.data.find(separator.encode(), start, end) + 1
            if (at := m.data.find(separator.encode(), start, end)) >= 0:
                end = at
    return m.data[:start] + (pad + value).encode(m.codec) + m.data[end:]


def without(message: bytes, name: str, occurrence: int = 1) -> bytes:
    """The same message with one segment taken out, its terminator with it. Raises KeyError when it is absent."""
    m = Message.parse(message)
    found = m.all(name)
    if len(found) < occurrence:
        raise KeyError(f"{name}[{occurrence}]")
    seg = found[occurrence - 1]
    later = [s.start for s in m.segments if s.start > seg.start]
    return m.data[: seg.start] + m.data[later[0] if later else m.body[1] :]
