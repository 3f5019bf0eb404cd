"""Cutting files into messages, and putting these in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from rempart.formats.hl7v2.mllp.framing import wrap
from rempart.validation.hl7v2.story import capture, validate_story
from rempart.validation.hl7v2.story.capture import pieces
from rempart.validation.hl7v2.story.sequence import instant, sequence


def adt(control_id: str, time: str = "20260105080000", sender: str = "GAM", receiver: str = "DPI") -> bytes:
    return (
        f"MSH|^~\\&|{sender}|CHU-X|{receiver}|CHU-X|{time}||ADT^A31^ADT_A05|{control_id}|T|2.5^FRA^2.11\rPID|1\r"
    ).encode()


def ack(control_id: str, of: str, time: str = "20260105080000", code: str = "AA") -> bytes:
    return f"MSH|^~\\&|DPI|CHU-X|GAM|CHU-X|{time}||ACK^A31^ACK|{control_id}|T|2.5\rMSA|{code}|{of}\r".encode()


def order(folder: Path) -> list[str]:
    return [p.head.control_id if p.head else p.label for p in sequence(pieces(folder)).pieces]


def filled(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_several_blocks_in_one_file_are_several_messages(tmp_path: Path) -> None:
    (tmp_path / "tout.mllp").write_bytes(b"\r\n".join(wrap(adt(f"ID{n}")) for n in range(3)))
    (tmp_path / "un.mllp").write_bytes(wrap(adt("ID9")))
    (tmp_path / "nu.er7").write_bytes(adt("ID10"))
    found = list(pieces(tmp_path))
    assert [p.label for p in found] == ["nu.er7", "tout.mllp#1", "tout.mllp#2", "tout.mllp#3", "un.mllp"]
    assert [p.read().strip(b"\r\n") for p in found[1:4]] == [wrap(adt(f"ID{n}")).strip(b"\r\n") for n in range(3)]


@pytest.mark.parametrize("chunk", [7, 64, 333])
def test_blocks_are_found_wherever_the_file_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(capture, "_CHUNK", chunk)
    (tmp_path / "tout.mllp").write_bytes(b"".join(wrap(adt(f"ID{n}")) for n in range(5)))
    assert order(tmp_path) == [f"ID{n}" for n in range(5)]


def test_noise_around_blocks_is_judged_and_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "tout.mllp").write_bytes(b"bruit" + wrap(adt("ID1")) + b"\x0bPID|1\x1c\r" + wrap(adt("ID2")))
    found = list(pieces(tmp_path))
    assert [p.head.control_id if p.head else None for p in found] == [None, "ID1", None, "ID2"]
    *judged, last = validate_story(tmp_path)
    assert [j.reports[0].kind for j in judged if j.reports[0].validators] == ["ADT^A31", "ADT^A31"]
    assert last.reports[0].validators == ["règles d'état (2 messages)"]


def test_numbers_of_all_files_give_the_order(tmp_path: Path) -> None:
    filled(tmp_path, **{"10-b": adt("C", "20260101"), "2.er7": adt("B", "20260102"), "01.er7": adt("A", "20260103")})
    assert order(tmp_path) == ["A", "B", "C"]
    (tmp_path / "sans-numero").write_bytes(adt("D", "20260101120000"))
    assert order(tmp_path) == ["C", "D", "B", "A"]  # not all: by MSH-7


def test_msh7_then_name_gives_the_order(tmp_path: Path) -> None:
    filled(tmp_path, b=adt("2"), a=adt("1"), c=adt("0", "20260105075959"), ab=adt("sans date", ""))
    assert order(tmp_path) == ["0", "1", "sans date", "2"]


def test_zones_are_compared_as_instants_when_all_have_one(tmp_path: Path) -> None:
    filled(tmp_path, a=adt("2", "20260105100000+0200"), b=adt("1", "20260105083000+0100"))
    assert order(tmp_path) == ["1", "2"]
    filled(tmp_path, c=adt("3", "20260105110000"))
    assert order(tmp_path) == ["1", "2", "3"]


def test_an_answer_stands_behind_its_message_whatever_the_clocks(tmp_path: Path) -> None:
    filled(tmp_path, a=ack("R", "1", "20260105075000"), b=adt("1"), c=adt("2", "20260105080001"))
    assert order(tmp_path) == ["1", "R", "2"]


def test_holes(tmp_path: Path) -> None:
    filled(tmp_path, **{"1": adt("A"), "2": ack("R", "X"), "3": ack("S", "Y"), "5": adt("B"), "6": b"bruit"})
    story = sequence(pieces(tmp_path))
    assert story.neighbour == {1: 0}  # taken for the answer of A, whose MSA-2 is wrong
    assert sorted(story.holes) == [2, 3, 4] and story.skipped == [4]
    assert story.hole_between(0, 2) and not story.hole_between(0, 1)


def test_dates_as_names_are_no_ranks(tmp_path: Path) -> None:
    filled(tmp_path, **{"20260105080000": adt("A"), "20260105090000": adt("B")})
    assert sequence(pieces(tmp_path)).holes == []


def test_hashes_as_names_order_nothing(tmp_path: Path) -> None:
    names = {f"{n}{'0a' * 20}": adt(f"ID{n}") for n in (1, 2)}
    story = sequence(pieces(filled(tmp_path, **names, b=adt("B", "20260105080000"), c=adt("C", "20260106"))))
    assert story.same_instant(0, 1) and story.same_instant(1, 2) and not story.same_instant(0, 3)
    assert story.holes == [] and story.skipped == []


def test_hidden_files_and_folders_are_left_aside(tmp_path: Path) -> None:
    (tmp_path / "autre").mkdir()
    filled(tmp_path, **{".DS_Store": b"x", "a": adt("A")})
    assert order(tmp_path) == ["A"]


@pytest.mark.parametrize("data", [b"", b"\x0b", b"\x0b\x1c\r" * 3, b"MSH", b"\x00" * 100, b"MSH|^~\\&|\x0bMSH|"])
def test_any_bytes_get_a_report(tmp_path: Path, data: bytes) -> None:
    filled(tmp_path, a=data, b=adt("A"))
    *judged, last = validate_story(tmp_path)
    assert len(judged) >= 2 and all(j.reports for j in judged)
    assert last.reports[0].validators


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    filled(tmp_path, a=adt("A"))
    (tmp_path / "b").symlink_to(tmp_path / "absent")
    found = {j.label: j.reports[0] for j in validate_story(tmp_path)}
    assert found["b"].verdict == "erreur" and found["b"].unreadable


@pytest.mark.parametrize("text", ["", "hier", "20261301", "20260105080000+9999", "2" * 40])
def test_what_is_no_date_has_no_instant(text: str) -> None:
    assert instant(text) is None or text.startswith("2026")
