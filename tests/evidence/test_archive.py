"""The archive: one layout, no free byte, any ZIP tool opens it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.evidence import archive
from rempart.evidence.archive import DEFLATED, STORED, ArchiveError, Writer, content, directory, read_entries, safe_name

NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z0-9_]{1,8}){0,2}\.[a-z]{1,3}", fullmatch=True)
FILES = st.dictionaries(NAMES, st.tuples(st.binary(max_size=3000), st.sampled_from([STORED, DEFLATED])), max_size=8)


def written(files: dict[str, tuple[bytes, int]]) -> bytes:
    file = io.BytesIO()
    writer = Writer(file)
    for name in sorted(files):
        data, method = files[name]
        assert writer.add(name, data, method=method) == (hashlib.sha256(data).hexdigest(), len(data))
    writer.close()
    return file.getvalue()


@given(FILES)
@settings(deadline=None)
def test_same_files_same_bytes_and_everyone_reads_them(files: dict[str, tuple[bytes, int]]) -> None:
    data = written(files)
    assert data == written(dict(reversed(files.items())))
    entries, end = read_entries(io.BytesIO(data))
    assert {e.name: b"".join(content(io.BytesIO(data), e)) for e in entries} == {n: d for n, (d, _) in files.items()}
    assert data[end:] == directory(entries, end)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert {n: other.read(n) for n in other.namelist()} == {n: d for n, (d, _) in files.items()}
        assert {i.date_time for i in other.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


def test_more_entries_than_the_short_form_holds() -> None:
    data = written({f"a/{n:05d}": (b"", STORED) for n in range(66_000)})
    entries, end = read_entries(io.BytesIO(data))
    assert len(entries) == 66_000 and data[end:] == directory(entries, end)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert len(other.namelist()) == 66_000


def test_far_entries_take_the_longer_form() -> None:
    """Offsets beyond 4 GiB, without writing them: what the standard library reads of our directory."""
    far = archive.Entry("far.bin", STORED, 0, 0, 0, 5 * 1024**3)
    with zipfile.ZipFile(io.BytesIO(directory([far], 0))) as other:
        assert other.infolist()[0].header_offset == far.offset


REFUSED = ["", "/a", "../a", "a/../b", "a//b", "a\\b", "c:a", "é", "a b", "a/", ".a", "a/.b", "-a", "a.", "a./b", "a\0"]


@pytest.mark.parametrize("name", [*REFUSED, "x" * 201, "con", "a/NUL.txt", "lpt1"])
def test_names_that_mean_something_to_a_system_are_refused(name: str) -> None:
    assert not safe_name(name)
    with pytest.raises(ArchiveError, match="refusé"):
        Writer(io.BytesIO()).add(name, b"")


@pytest.mark.parametrize("name", ["a", "evidence/objects/ab/" + "a" * 64, "MANIFEST.json.p7s", "HOP-DPI-Va2-main.log"])
def test_plain_names_are_taken(name: str) -> None:
    assert safe_name(name)


def test_two_names_that_differ_by_case_are_refused() -> None:
    writer = Writer(io.BytesIO())
    writer.add("A", b"")
    writer.add("a", b"")
    with pytest.raises(ArchiveError, match="casse"):
        writer.close()


def test_a_bomb_gives_no_more_than_it_announces() -> None:
    data = bytearray(written({"a": (b"\0" * 1_000_000, DEFLATED)}))
    data[22:26] = (10).to_bytes(4, "little")
    (entry,), _ = read_entries(io.BytesIO(bytes(data)))
    given = []
    with pytest.raises(ArchiveError, match="plus long"):
        given.extend(content(io.BytesIO(bytes(data)), entry))
    assert sum(map(len, given)) <= archive.CHUNK


@given(st.binary(max_size=400))
def test_any_bytes_are_entries_or_a_clear_error(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        try:
            entries, _ = read_entries(io.BytesIO(start + data))
        except ArchiveError:
            continue
        assert entries == []


def test_a_file_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 1000)
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 50)
    file = io.BytesIO()
    writer = Writer(file)
    assert writer.add("a", source)[1] == 12_800
    writer.close()
    (entry,), _ = read_entries(file)
    assert b"".join(content(file, entry)) == source.read_bytes()
