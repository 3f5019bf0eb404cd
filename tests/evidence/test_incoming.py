"""A hurried store: nothing of what was recorded is ever lost, and each object has its file once it is closed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rempart.evidence import incoming
from rempart.evidence.store import EvidenceError, EvidenceStore, load_exchanges, object_path, read_object
from rempart.model.exchange import Direction, Exchange

KILLED = """
import os, signal, sys
from pathlib import Path
from rempart.evidence.store import EvidenceStore
store = EvidenceStore(Path(sys.argv[1]), hurried=True)
for n in range(200):
    store.record("received", "soap/https", "DMP simulé", "peer", "TD2.1", b"%d\\n" % n * 1000)
os.kill(os.getpid(), signal.SIGKILL)
"""


def keep(store: EvidenceStore, data: bytes) -> Exchange:
    return store.record(Direction.RECEIVED, "soap/https", "DMP simulé", "127.0.0.1:4012", "TD2.1", data)


def files(root: Path) -> set[str]:
    return {p.name for p in (root / "objects").glob("*/*")}


def waiting(root: Path) -> list[Path]:
    return sorted(root.glob("incoming-*.tmp"))


def test_objects_are_read_before_they_have_a_file_and_have_one_once_closed(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    contents = [b"", b"\n", b"a" * 64 + b" 3\nabc\n", os.urandom(100_000)]
    kept = [keep(store, data).sha256 for data in contents]
    assert files(tmp_path) == set()
    assert [store.read(digest) for digest in kept] == contents
    assert [read_object(tmp_path, digest) for digest in kept] == contents  # as another process would
    store.close()
    assert files(tmp_path) == set(kept) and waiting(tmp_path) == []
    assert [object_path(tmp_path, digest).read_bytes() for digest in kept] == contents
    later = keep(store, b"later")
    store.close()
    assert read_object(tmp_path, later.sha256) == b"later" and len(load_exchanges(tmp_path)) == 5


def test_same_bytes_are_appended_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    keep(store, b"same" * 1000)
    size = waiting(tmp_path)[0].stat().st_size
    keep(store, b"same" * 1000)
    assert waiting(tmp_path)[0].stat().st_size == size
    store.close()
    keep(store, b"same" * 1000)
    store.close()
    assert len(files(tmp_path)) == 1 and len(load_exchanges(tmp_path)) == 3


def test_the_oldest_are_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_RECENT", 3)
    monkeypatch.setattr(incoming, "_SEGMENT", 200)
    store = EvidenceStore(tmp_path, hurried=True)
    kept = [keep(store, b"%d" % n).sha256 for n in range(20)]
    assert len(waiting(tmp_path)) > 2
    assert [store.read(digest) for digest in kept] == [b"%d" % n for n in range(20)]
    store.close()
    assert files(tmp_path) == set(kept)


def test_threads_lose_nothing(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: keep(store, b"%d" % n * 500), range(200)))
    store.close()
    assert files(tmp_path) == {e.sha256 for e in kept}
    assert all(hashlib.sha256(object_path(tmp_path, d).read_bytes()).hexdigest() == d for d in files(tmp_path))


def test_what_a_killed_process_recorded_is_all_there(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], timeout=60, check=False)
    assert done.returncode == -9
    exchanges = load_exchanges(tmp_path)
    assert len(exchanges) == 200 and files(tmp_path) == set()
    assert [read_object(tmp_path, e.sha256)[-5:] for e in exchanges[-2:]] == [b"\n198\n", b"\n199\n"]
    EvidenceStore(tmp_path, hurried=True)  # the next start puts it in order
    assert files(tmp_path) == {e.sha256 for e in exchanges} and waiting(tmp_path) == []


@pytest.mark.parametrize("lost", [1, 500, 1050])
def test_an_object_that_was_cut_is_as_if_it_had_not_come(tmp_path: Path, lost: int) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    first, second = keep(store, b"a" * 1000), keep(store, b"b" * 1000)
    file = waiting(tmp_path)[0]
    os.truncate(file, file.stat().st_size - lost)
    assert read_object(tmp_path, first.sha256) == b"a" * 1000
    with pytest.raises(EvidenceError, match=f"{second.sha256} absente"):
        read_object(tmp_path, second.sha256)
    store.close()
    assert files(tmp_path) == {first.sha256}


def test_a_file_that_was_cut_while_it_was_made_is_made_again(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    kept = [keep(store, b"%d" % n * 1000).sha256 for n in range(3)]
    path = object_path(tmp_path, kept[1])
    path.parent.mkdir()
    path.write_bytes(b"1" * 10)
    assert store.read(kept[1]) == b"1" * 1000
    store.close()
    assert path.read_bytes() == b"1" * 1000


@pytest.mark.parametrize(
    "damage", [lambda f: f.unlink(), lambda f: f.write_bytes(f.read_bytes().replace(b"MSH", b"msh"))]
)
def test_altered_bytes_are_refused(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    digest = keep(store, b"MSH|").sha256
    damage(waiting(tmp_path)[0])
    with pytest.raises(EvidenceError, match=digest):
        read_object(tmp_path, digest)


@pytest.mark.skipif(incoming.fcntl is None, reason="no locks here")
def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    busy = EvidenceStore(tmp_path, hurried=True)
    digest = keep(busy, b"busy").sha256
    command = "import sys; from pathlib import Path; from rempart.evidence.store import EvidenceStore as S\n"
    command += "s = S(Path(sys.argv[1]), hurried=True); s.record('sent', 'p', 'r', 'x', 'l', b'other'); s.close()"
    subprocess.run([sys.executable, "-c", command, str(tmp_path)], timeout=60, check=True)
    assert files(tmp_path) == {hashlib.sha256(b"other").hexdigest()}
    keep(busy, b"more")
    busy.close()
    assert digest in files(tmp_path) and len(files(tmp_path)) == 3


def test_a_full_disk_is_one_clear_error_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EvidenceStore(tmp_path, hurried=True)
    first = keep(store, b"first")

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(EvidenceError, match=r"impossible d'écrire les preuves .*No space left"):
            keep(store, b"second")
    third = keep(store, b"third")
    store.close()
    assert files(tmp_path) == {first.sha256, third.sha256}
