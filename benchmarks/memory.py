"""Time and peak memory of judging one large message, measured in processes of their own."""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import time
from pathlib import Path

from clients import output_of

from rempart.validation.hl7v2.validate import validate_message

SIZE = 50_000_000  # bytes of OBX-5
TARGET = 4.0  # peak of the process beyond what it needs for a small message, in sizes of the message
_FLOOR = 1000
_CASES = {
    "": "sound document", "base64": "broken base64", "charset": "undecodable byte", "label": "mislabelled UTF-8",
}  # fmt: skip

_HEADER = (
    "MSH|^~\\&|DPI|CHU-X|PFI|CHU-X|20260105101500||MDM^T02^MDM_T02|1|T|2.6|||||FRA|{charset}|||2.1^CISIS_CDA_HL7_V2\r"
    "EVN||20260105101500\rPID|1||000003^^^CHU-X&1.2.250.1.999.1&ISO^PI||PAT-TROIS^DOMINIQUE^^^^^L\rPV1|1|I\r"
    "OBX|1|ED|18748-4^CR d'imagerie médicale^LN||^text^XML^Base64^"
)
_BEFORE = (
    b'<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.250.1.999.2.1"/>'
    b'<component><nonXMLBody><text mediaType="application/pdf" representation="B64">'
)
_AFTER = b"</text></nonXMLBody></component></ClinicalDocument>"


def large_message(size: int, fault: str = "") -> bytes:
    """An MDM whose document is one PDF in base64. `fault`: "", "base64" or "charset" (one byte at its very end), or
    "label" (UTF-8 that says it is 8859/15)."""
    room = max(size // 4 * 3 - len(_BEFORE) - len(_AFTER), 12)
    document = base64.b64encode(_BEFORE + b"A" * (room // 12 * 12) + _AFTER)
    end = {"base64": b"*", "charset": b"\xff"}.get(fault, b"")
    header = _HEADER.format(charset="8859/15" if fault == "label" else "UNICODE UTF-8").encode()
    return header + document + end + b"||||||F\r"


def report_memory() -> bool:
    """Prints a line per message; True when all stay under the target."""
    print(f"\nOBX-5 of {SIZE / 1e6:g} MB, one process each: target peak < {TARGET:g} times the message.")
    met = True
    with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as folder:
        small = _measure(large_message(_FLOOR), Path(folder))
        for fault, label in _CASES.items():
            data = large_message(SIZE, fault)
            found = _measure(data, Path(folder))
            ratio = (found["peak"] - small["peak"]) / len(data)
            met &= ratio < TARGET
            print(
                f"{label:18} {found['seconds']:6.2f} s   peak {ratio:4.1f} times {'' if ratio < TARGET else '!'}"
                f"  ({found['peak'] / 1e6:.0f} MB, of which {small['peak'] / 1e6:.0f} for a small message)"
            )
    return met


def _measure(data: bytes, folder: Path) -> dict[str, float]:
    """Seconds of validate_message, and peak of its process in bytes."""
    file = folder / "message.er7"
    file.write_bytes(data)
    command = [sys.executable, __file__, str(file)]
    found: dict[str, float] = json.loads(output_of(command, 300))
    return found


def _judge(file: Path) -> None:
    validate_message(large_message(_FLOOR))  # tables and profiles
    data = file.read_bytes()
    started = time.process_time()
    validate_message(data)
    print(json.dumps({"seconds": time.process_time() - started, "peak": _peak()}))


def _peak() -> int:
    """Most memory this program has held, in bytes. Linux keeps it per program; getrusage counts the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))) * 1024
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


if __name__ == "__main__":
    _judge(Path(sys.argv[1]))
