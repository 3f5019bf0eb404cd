"""Mutation fuzzing of what reads HL7v2 and MLLP: our own sound messages, spoilt, for a bounded time.

    python tools/fuzz_hl7v2.py [--seconds 20] [--seed N] [--keep DIR] [FILE…]

Nothing but Hl7Error and MllpError may be raised, each input is judged in bounded time, the process stays in bounded
memory. Exit code 1 on the first failure: its input is kept in DIR and named; FILEs are such inputs, to be run again.
"""

from __future__ import annotations

import argparse
import base64
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from validation.hl7v2 import pam_messages, volet_messages  # noqa: E402

from rempart.formats.hl7v2 import Hl7Error, Message  # noqa: E402
from rempart.formats.hl7v2.cisis import acknowledgement  # noqa: E402
from rempart.formats.hl7v2.mllp import Framer, MllpError, wrap  # noqa: E402
from rempart.validation.hl7v2.dialogue import check_acknowledgement  # noqa: E402
from rempart.validation.hl7v2.validate import validate_message  # noqa: E402

MAX_SECONDS = 2.0  # of processor, for one check of one input
MAX_WAIT = 20  # seconds of wall clock: an endless loop is a failure too
MAX_GROWTH = 300 * 1024  # KiB over the whole run
MAX_INPUT = 2_000_000  # bytes
WHEN = datetime(2026, 1, 5, 10, 15, tzinfo=UTC)
TOKENS = [bytes([c]) for c in b"|^~&\\\r\n\x0b\x1c\x00\xff\xc3"] + [
    b"\x1c\r", b'""', b"\\F\\", b"\\X0\\", b"\\.br\\", b"MSH|^~\\&|", b"\rOBX|", b"\rPRT|", b"\xef\xbb\xbf", b"8859/15",
    b"UNICODE UTF-8", b"<!DOCTYPE x>", b"]]>", b"<a>", "é€".encode(), b"99999999999999999999", b"20269999",
]  # fmt: skip


class Failure(Exception):
    """An input that breaks a promise. `data` reproduces it."""

    def __init__(self, reason: str, data: bytes) -> None:
        super().__init__(reason)
        self.data = data


def main() -> int:
    options = _options()
    inputs = [file.read_bytes() for file in options.files]
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = 0
    try:
        for data in inputs or spoilt(options.seed, options.seconds):
            examine(data)
            count += 1
            if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) > MAX_GROWTH:
                raise Failure(f"the process has grown by {grown} KiB", data)
    except Failure as failure:
        options.keep.mkdir(parents=True, exist_ok=True)
        file = options.keep / f"fuzz-hl7v2-{options.seed}-{count}.bin"
        file.write_bytes(failure.data)
        print(f"FAILED on input {count} of seed {options.seed}: {failure}\nreproduce: {sys.argv[0]} {file}")
        return 1
    print(f"fuzz: {count} inputs, seed {options.seed}, no failure")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="inputs to run again")
    parser.add_argument("--seconds", type=float, default=20, help="how long to go on (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same inputs (%(default)s)")
    parser.add_argument("--keep", type=Path, default=Path.cwd(), help="where a failing input is written (here)")
    return parser.parse_args()


# -- making inputs


def sound() -> list[bytes]:
    """Our own messages of each family."""
    documents = [make() for make in volet_messages.BASES.values()]
    movements = [pam_messages.message(event) for event in pam_messages.STRUCTURE]
    asked = [Message.parse(m) for m in documents[:3] + movements[:3]]
    return [*documents, *movements, *(acknowledgement(m, "AA", control_id="A", time=WHEN) for m in asked)]


def spoilt(seed: int, seconds: float) -> Iterator[bytes]:
    """Inputs until the time is over; the same ones, in the same order, for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    bases = sound()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = dice.choice(bases)
        for _ in range(dice.choice((1, 1, 2, 3, 8))):
            data = dice.choice(MUTATIONS)(data, dice, bases)
        yield data[:MAX_INPUT]


Dice = random.Random


def _token(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS) + data[at + dice.randint(0, 4) :]


def _byte(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + data[at + dice.choice((1, 5, 50, 5000)) :]


def _repeat(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    piece = data[at : at + dice.choice((1, 3, 30, 300))]
    times = dice.choice((2, 20, 200, 20_000))
    return data[:at] + piece * min(times, MAX_INPUT // (len(piece) or 1)) + data[at:]


def _segments(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    """Shuffled, taken out, or brought in from another message."""
    lines = data.split(b"\r")
    other = dice.choice(bases).split(b"\r")
    at = dice.randrange(len(lines))
    lines[at : at + dice.randint(0, 2)] = dice.sample(other, min(len(other), dice.randint(0, 3)))
    if dice.random() < 0.2:
        dice.shuffle(lines)
    return dice.choice((b"\r", b"\r", b"\n", b"\r\n")).join(lines)


def _encoding(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    charset = dice.choice(("utf-16", "iso8859-15", "utf-7", "utf-8-sig"))
    return data.decode("utf-8", "replace").encode(charset, "replace")


def _document(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    """The document spoilt inside its base64."""
    start = data.find(b"^Base64^") + len(b"^Base64^")
    end = data.find(b"|", start)
    try:
        document = base64.b64decode(data[start:end])
    except ValueError:
        return data
    for _ in range(dice.randint(1, 4)):
        document = dice.choice((_token, _byte, _cut, _repeat))(document, dice, bases)
    return data[:start] + base64.b64encode(document) + data[end:]


def _frame(data: bytes, dice: Dice, bases: list[bytes]) -> bytes:
    return dice.choice((wrap(data), wrap(data)[:-1], wrap(data)[1:], wrap(data) + wrap(dice.choice(bases))))


MUTATIONS: list[Callable[[bytes, Dice, list[bytes]], bytes]] = [
    _token, _token, _byte, _cut, _repeat, _segments, _segments, _encoding, _document, _document, _frame,
]  # fmt: skip


# -- examining them


def examine(data: bytes) -> None:
    """Raises Failure when something is raised, or takes too long."""
    signal.signal(signal.SIGALRM, _too_long)
    for check in (_judge, _judge_on_wire, _judge_answer, _read, _stream):
        signal.alarm(MAX_WAIT)
        started = time.process_time()
        try:
            check(data)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            raise Failure(f"{error!r} at {where.filename}:{where.lineno}", data) from error
        finally:
            signal.alarm(0)
        if (spent := time.process_time() - started) > MAX_SECONDS:
            raise Failure(f"{check.__name__.strip('_')}: {spent:.1f} s for {len(data)} bytes", data)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"still at it after {MAX_WAIT} s")


def _judge(data: bytes, on_wire: bool = False) -> None:
    report = validate_message(data, on_wire=on_wire)
    if "erreur de Rempart" in report.unreadable:
        raise AssertionError(report.unreadable)


def _judge_on_wire(data: bytes) -> None:
    _judge(data, on_wire=True)


def _judge_answer(data: bytes) -> None:
    check_acknowledgement(volet_messages.mdm(), data)


def _read(data: bytes) -> None:
    """Each of the first places, and the answer that a partner would give."""
    try:
        message = Message.parse(data)
    except Hl7Error:
        return
    assert message.data == data
    for segment in message.segments[:50]:
        for number in range(1, min(segment.length, 30) + 1):
            for address in (f"{number}", f"{number}[2].1", f"{number}.2.1"):
                assert segment.text(address) == message.decode(*segment.spans(address)), f"{segment.name}-{address}"
    acknowledgement(message, "AE", control_id="A", time=WHEN)


def _stream(data: bytes) -> None:
    """The same bytes in one piece and in many give the same blocks and the same garbage."""
    pieces = [data[at : at + 1 + at % 701] for at in _starts(len(data))]
    assert _blocks([data]) == _blocks(pieces), "blocks depend on how the stream is cut"


def _starts(size: int) -> list[int]:
    starts, at = [], 0
    while at < size:
        starts.append(at)
        at += 1 + at % 701
    return starts


def _blocks(pieces: list[bytes]) -> tuple[list[bytes], bytes]:
    """Whole blocks, and every byte outside them, garbage or unfinished."""
    framer, blocks, garbage = Framer(), [], b""
    for piece in pieces:
        more = piece
        while True:
            try:
                if not (found := framer.feed(more)):
                    break
                blocks += found
            except MllpError as error:
                garbage += error.received
            more = b""
    return blocks, garbage + bytes(framer.pending)


if __name__ == "__main__":
    sys.exit(main())
