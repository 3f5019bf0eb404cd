#!/usr/bin/env python3
"""Speed and memory of the HL7v2 checks, as ratios against baselines measured in the same run.

    python benchmarks/hl7v2.py [--all] [--rounds N] [--only speed|memory|mllp]

Reads the published examples in ../shared (or REMPART_SHARED). Exit code 1 when a ratio misses its target, 2 when the
examples are not there. Times are CPU times, the smallest of several rounds, the candidates taking turns.

Three times for each message, and which target each has:

- *whole*: everything Rempart says of the message, its documents included. Target: at most 5 times the cost of
  cutting the same bytes into fields and parsing the same documents with lxml, where there is a document.
- *document*: reading the embedded documents and nothing else (where they begin and end in a segment that nobody has
  looked into, strict base64, lxml, the header as the rules need it). It has no target of its own: it is what the next
  column leaves out.
- *rules*: whole less document. Target: at least 20 times faster than hl7apy's own parse of the message. hl7apy reads
  no document, OBX-5 is text to it: a time in which one is decoded and parsed cannot be set beside it (splitting and
  lxml alone are only some ten times faster than hl7apy). The rules that compare PID, TXA or OBR with the document are
  in it.

Messages with a document are measured as published, and with the body of the document taken out (*header only*): it
costs every candidate alike, and hides what the rules cost.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from memory import report_memory
from throughput import report_throughput

from rempart.formats.hl7v2 import Hl7Error, Message, Segment
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import read_document
from rempart.validation.hl7v2.select import select
from rempart.validation.hl7v2.validate import validate_message

SHARED = Path(os.environ.get("REMPART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS = SHARED / "corpus" / "hl7v2"
_ANS = "hl7V2-exemples"
_CDA = f"{_ANS}/Volets/TRANS_DOC_CDA_HL7V2"
MESSAGES = {
    "ACK^T04": f"{_CDA}/V2.0/MDM/Suppression MDM/ack.er7",
    "ADT^A01 PAM FR": f"{_ANS}/SGL/admission.er7",
    "MDM^T02 CDA 2.0": f"{_CDA}/V2.0/MDM/Transmission initiale MDM/message_MDM_CR_Radio_INIT_N1_Base64.er7",
    "MDM^T02 LPS 1.0": f"{_ANS}/Volets/Trans_LPS_CDA_MSSanté/V1.0/Transmission initiale MDM/"
    "message_MDM__LPS_MSS_CR_Radio_INIT_N1_Base64.er7",
    "ORU^R01 CDA 2.1": f"{_CDA}/V2.1/ORU/Remplacement ORU/message_ORU_CR_Bio_RPLC_N1_Base64_N3_Base64.er7",
}
HL7APY_TARGET, SPLIT_TARGET = 20.0, 5.0
_SLICE = 0.01  # seconds: what is shorter is repeated until it lasts that long
SHORT_OBX5 = 200
HEADER_ONLY = ", header only"


def main() -> int:
    options = _options()
    if not CORPUS.is_dir():
        print(f"published examples not found in {CORPUS}: put them in ../shared or set REMPART_SHARED", file=sys.stderr)
        return 2
    met = True
    if options.only in (None, "speed"):
        met &= report_speed(_every_message() if options.all else MESSAGES, options.rounds)
    if options.only in (None, "memory"):
        met &= report_memory()
    if options.only in (None, "mllp"):
        report_throughput()
    return 0 if met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every published message that is read, not one per type")
    parser.add_argument("--rounds", type=int, default=50, help="times each candidate is measured (%(default)s)")
    parser.add_argument("--only", choices=["speed", "memory", "mllp"], help="one part of the benchmark")
    return parser.parse_args()


def _every_message() -> dict[str, str]:
    """Those that are judged by a profile; the others end at their header."""
    found = {}
    for file in sorted(CORPUS.rglob("*")):
        if file.is_file() and file.name != "SOURCES.md" and len(validate_message(file.read_bytes()).validators) > 1:
            name = file.relative_to(CORPUS).as_posix()
            found[f"{Message.parse(file.read_bytes()).kind} …{name[-40:]}"] = name
    return found


def report_speed(messages: dict[str, str], rounds: int) -> bool:
    """Prints the table; True when every ratio that has a target meets it."""
    print(f"rules (whole less document) beside hl7apy's parse: target >= {HL7APY_TARGET:g} times faster")
    print(f"whole, beside cutting fields and parsing documents with lxml: target <= {SPLIT_TARGET:g} times the cost")
    wide = max(map(len, messages)) + len(HEADER_ONLY)
    head = f"{'bytes':>7} {'rules ms':>9} {'document ms':>11} {'whole ms':>9}"
    print(f"\n{'':{wide}}  {head}  {'hl7apy ms':>10} {'/rules':>7}  {'split+lxml ms':>13} {'whole/':>6}")
    met = True
    for label, name in messages.items():
        data = (CORPUS / name).read_bytes()
        light, documents = header_only(data)
        met &= _report(f"{label:{wide}}", data, rounds, near=bool(documents))
        if documents:
            met &= _report(f"{label + HEADER_ONLY:{wide}}", light, rounds, near=True)
    print("! misses its target" if not met else "every target is met")
    return met


def _report(label: str, data: bytes, rounds: int, *, near: bool) -> bool:
    """One line; `near`: the message carries a document, so that the second target holds."""
    text, note = hl7apy_text(data)
    candidates = [lambda: validate_message(data), document_reading(data), lambda: split_and_lxml(data)]
    if text:
        candidates.append(lambda: _hl7apy_parse(text))
    whole, document, split, *other = best(candidates, rounds)
    document = document if near else 0.0
    rules = whole - document
    fast_missed = bool(other) and other[0] / rules < HL7APY_TARGET
    near_missed = near and whole / split > SPLIT_TARGET
    ours = f"{rules * 1e3:9.3f} {document * 1e3:11.3f} {whole * 1e3:9.3f}"
    ratio = f"{other[0] / rules:7.1f}{'!' if fast_missed else ' '}" if other else ""
    theirs = f"{other[0] * 1e3:10.2f} {ratio}" if other else " " * 19
    baseline = f"{split * 1e3:13.3f} {whole / split:6.1f}{'!' if near_missed else ' '}"
    print(f"{label}  {len(data):7d} {ours}  {theirs} {baseline} {note}", flush=True)
    return not fast_missed and not near_missed


def document_reading(data: bytes) -> Callable[[], object]:
    """What reads the documents of a message, as its rules will have them, and does nothing else."""
    message = Message.parse(data)
    profile = select(message).profile
    found = Context(message, profile).slot("OBX.document") if profile else []
    places = [(s.name, s.start, s.end, s.index, s.occurrence) for s in found]
    return lambda: [read_document(Segment(message, *place)) for place in places]


def best(candidates: list[Callable[[], object]], rounds: int) -> list[float]:
    """Smallest CPU time of one call of each, in seconds; they take turns, so that a busy machine is busy for all."""
    repeats = []
    for call in candidates:
        call()  # tables, caches and imports are loaded once per process, whoever needs them
        started = time.process_time()
        call()
        repeats.append(max(1, int(_SLICE / max(time.process_time() - started, 1e-6))))
    found = [float("inf")] * len(candidates)
    for _ in range(rounds):
        for n, call in enumerate(candidates):
            call()  # back into the caches of the processor
            started = time.process_time()
            for _ in range(repeats[n]):
                call()
            found[n] = min(found[n], (time.process_time() - started) / repeats[n])
    return found


def split_and_lxml(data: bytes) -> list[object]:
    """Every field cut down to its sub-components, and the documents parsed: what reading alone costs."""
    lines = [line for line in data.decode("utf-8", "replace").replace("\n", "\r").split("\r") if line]
    cut: list[object] = [
        [[[c.split("&") for c in r.split("^")] for r in field.split("~")] for field in line.split("|")]
        for line in lines
    ]
    for line in lines:
        if line.startswith("OBX|"):
            value = (line.split("|", 6) + [""] * 6)[5].split("^")
            if len(value) > 4 and value[2].upper() == "XML" and len(value[4]) > SHORT_OBX5:
                cut.append(_document(value[4]))
    return cut


def _document(encoded: str | memoryview) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(base64.b64decode(encoded), parser)


def header_only(data: bytes) -> tuple[bytes, int]:
    """The message with the body of its CDA documents taken out, and how many they were."""
    try:
        segments = Message.parse(data).all("OBX")
    except Hl7Error:
        return data, 0
    found = [s.spans("5.5") for s in segments if s.get("5.3").upper() == "XML"]
    found = [(start, end) for start, end in found if end - start > SHORT_OBX5]
    for start, end in reversed(found):
        root = _document(memoryview(data)[start:end])
        for body in root.findall("{*}component"):
            root.remove(body)
        header = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
        data = data[:start] + base64.b64encode(header) + data[end:]
    return data, len(found)


def _hl7apy_parse(text: str) -> object:
    from hl7apy.parser import parse_message

    return parse_message(text)


def hl7apy_text(data: bytes) -> tuple[str, str]:
    """The message as hl7apy can read it, and what had to be left out, which favours it; ("", why) when it cannot."""
    try:
        segments = Message.parse(data).segments
    except Hl7Error as error:
        return "", error.reason
    whole = [s.raw for s in segments]
    shorter = [_shortened(line) for line in whole if not line.startswith("PRT")]
    for lines, note in ((whole, ""), (shorter, "hl7apy: without PRT, OBX-5 cut short")):
        text = "\r".join(lines) + "\r"
        try:
            _hl7apy_parse(text)
        except Exception as error:  # whatever it raises is told, and measured no further
            reason = type(error).__name__
        else:
            return text, note
    return "", f"hl7apy cannot read it: {reason}"


def _shortened(line: str) -> str:
    fields = line.split("|")
    if fields[0] == "OBX" and len(fields) > 5:
        fields[5] = fields[5][:SHORT_OBX5]
    return "|".join(fields)


if __name__ == "__main__":
    sys.exit(main())
