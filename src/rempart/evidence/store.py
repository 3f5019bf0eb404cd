"""The evidence store: bytes kept by their SHA-256, and one sidecar line per exchange.

    root/objects/ab/<sha256>          the bytes, written once, never changed
    root/exchanges-<worker>.jsonl     one Exchange per line, appended as it happens
    root/incoming-<worker>-<n>.tmp    bytes that have no file yet, of a store that is in a hurry (`incoming`)

What crossed the wire is on disk before anyone parses it, so a crash loses nothing that was already seen.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from rempart.evidence.incoming import Incoming, find
from rempart.model.exchange import Direction, Exchange
from rempart.model.finding import excerpt

MAX_OBJECT = 512 * 1024 * 1024
MAX_TEXT = 500  # characters of a label, a peer or a note: what a candidate says of itself is bounded too
_WORKER = re.compile(r"[A-Za-z0-9_]{1,32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)


class EvidenceError(Exception):
    """Evidence cannot be written, or is not what was written. The message is French: it is printed as a reason."""


class EvidenceStore:
    """Writes the evidence of one worker of a campaign; several workers share one `root`.

    `scenario` is the key of the running scenario: it is stamped on each exchange that names none. Safe to use from
    several threads (simulators record from theirs). `hurried`: objects get their files when it is closed, which takes
    a third of a millisecond each; until then they are in the files of `incoming`, as safe, and read alike.
    """

    def __init__(self, root: Path, worker: str = "main", *, hurried: bool = False) -> None:
        if not _WORKER.fullmatch(worker):
            raise ValueError(f"not a worker name: {worker!r}")
        self.root, self.worker, self.scenario = root, worker, ""
        self._sidecar = root / f"exchanges-{worker}.jsonl"
        self._lock = Lock()
        self._last = datetime.min.replace(tzinfo=UTC)
        try:
            (root / "objects").mkdir(parents=True, exist_ok=True)
            written = self._sidecar.read_bytes() if self._sidecar.exists() else b""
            self._incoming = Incoming(root, worker) if hurried else None
        except OSError as error:
            raise _unwritable(root, error) from error
        self._count = max((int(n) for n in re.findall(rb'"id":"\w+-(\d+)"', written)), default=0)
        self._torn = bool(written) and not written.endswith(b"\n")

    def record(
        self,
        direction: Direction | str,
        protocol: str,
        role: str,
        peer: str,
        label: str,
        data: bytes,
        note: str = "",
        scenario: str = "",
    ) -> Exchange:
        """Keep the bytes, then say so in the sidecar. Raises EvidenceError when either cannot be written."""
        data = bytes(data)
        if len(data) > MAX_OBJECT:
            raise EvidenceError(f"preuve de {len(data)} octets, au-delà de la limite de {MAX_OBJECT}: non conservée")
        digest = hashlib.sha256(data).hexdigest()
        try:
            if self._incoming is None:
                _write_once(object_path(self.root, digest), data)
            else:
                self._incoming.add(digest, data)
            with self._lock:
                exchange = Exchange(
                    id=f"{self.worker}-{self._count + 1:06d}",
                    time=self._now(),
                    direction=Direction(direction),
                    protocol=protocol,
                    role=role,
                    peer=excerpt(peer, MAX_TEXT),
                    label=excerpt(label, MAX_TEXT),
                    sha256=digest,
                    size=len(data),
                    scenario=scenario or self.scenario,
                    note=excerpt(note, MAX_TEXT),
                )
                self._count += 1
                self._append(exchange)
        except OSError as error:
            raise _unwritable(self.root, error) from error
        return exchange

    def read(self, sha256: str) -> bytes:
        """The bytes of a digest, as `read_object`."""
        return read_object(self.root, sha256, self._incoming)

    def close(self) -> None:
        """Each object into its file; what is recorded afterwards waits for the next time. Raises EvidenceError."""
        try:
            if self._incoming is not None:
                self._incoming.close()
        except OSError as error:
            raise _unwritable(self.root, error) from error

    def _now(self) -> datetime:
        """UTC in milliseconds; never earlier than the exchange before, even if the clock is set back."""
        now = datetime.now(UTC)
        self._last = max(self._last, now.replace(microsecond=now.microsecond // 1000 * 1000))
        return self._last

    def _append(self, exchange: Exchange) -> None:
        line = (b"\n" if self._torn else b"") + exchange.model_dump_json().encode() + b"\n"
        self._torn = True  # until the whole line is there: the next one must not be glued to half of this one
        with self._sidecar.open("ab", buffering=0) as sidecar:
            if sidecar.write(line) != len(line):
                raise OSError(f"incomplete write to {self._sidecar.name}")
        self._torn = False


def object_path(root: Path, sha256: str) -> Path:
    """Where the bytes of a digest are. Raises EvidenceError on what is not a SHA-256 in lower-case hexadecimal."""
    if not _DIGEST.fullmatch(sha256):
        raise EvidenceError(f"empreinte SHA-256 illisible: {excerpt(sha256, 80)!r}")
    return root / "objects" / sha256[:2] / sha256


def read_object(root: Path, sha256: str, incoming: Incoming | None = None) -> bytes:
    """The bytes of a digest, their hash verified. Raises EvidenceError when they are missing or altered."""
    path = object_path(root, sha256)
    try:
        data = incoming.read(sha256) if incoming else None
        data = _read_file(path) if data is None else data
        data = find(root, sha256) if data is None else data
    except OSError as error:
        raise EvidenceError(f"preuve {sha256} illisible: {error.strerror or error}") from error
    if data is None:
        raise EvidenceError(f"preuve {sha256} absente de {root.name}/objects")
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise EvidenceError(f"preuve {sha256} altérée: son contenu a pour empreinte {found}")
    return data


def _read_file(path: Path) -> bytes | None:
    """None when there is none."""
    try:
        if path.stat().st_size > MAX_OBJECT:
            raise EvidenceError(f"preuve {path.name} altérée: sa taille dépasse la limite de {MAX_OBJECT} octets")
        return path.read_bytes()
    except FileNotFoundError:
        return None


def load_exchanges(root: Path, report: Callable[[str], None] = _log.warning) -> list[Exchange]:
    """The exchanges of all workers, oldest first.

    A line that cannot be read (the last one of a worker that was killed) is passed over and told to `report`, in
    French. Raises EvidenceError when a sidecar cannot be opened.
    """
    exchanges = []
    for file in sorted(root.glob("exchanges-*.jsonl")):
        try:
            lines = file.read_bytes().split(b"\n")
        except OSError as error:
            raise EvidenceError(f"{file.name} illisible: {error.strerror or error}") from error
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            try:
                exchanges.append(Exchange.model_validate_json(line))
            except ValidationError:
                report(f"{file.name}, ligne {number}: échange illisible (écriture interrompue?), ignoré")
    return sorted(exchanges, key=lambda e: (e.time, e.id))


def _write_once(path: Path, data: bytes) -> None:
    """Whole or not at all: another worker may be writing the same bytes, and a crash may come at any time."""
    if path.exists():
        return
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    except FileNotFoundError:  # one of 256 folders that is soon there: not asked for at each exchange
        path.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unwritable(root: Path, error: OSError) -> EvidenceError:
    return EvidenceError(f"impossible d'écrire les preuves dans {root}: {error.strerror or error}")
