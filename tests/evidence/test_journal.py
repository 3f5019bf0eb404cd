"""The journal: append-only, each line holding the digest of the one before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.evidence.journal import SCENARIO, Journal, read_journals
from rempart.evidence.store import EvidenceError


def write(root: Path, count: int = 4) -> Path:
    journal = Journal(root)
    for number in range(count):
        journal.write(SCENARIO, {"number": number, "texte": "é\n"})
    return root / "journal-main.jsonl"


def test_what_is_written_is_read_in_order(tmp_path: Path) -> None:
    file = write(tmp_path)
    found = read_journals(tmp_path)
    assert [b["number"] for b in found.of(SCENARIO)] == [0, 1, 2, 3] and not found.problems
    assert set(found.heads) == {file.name}


def test_a_journal_opened_again_goes_on(tmp_path: Path) -> None:
    write(tmp_path, 2)
    Journal(tmp_path).write(SCENARIO, {"number": 2})
    found = read_journals(tmp_path)
    assert len(found.entries) == 3 and not found.problems


@given(st.data())
def test_any_line_moved_dropped_doubled_or_changed_breaks_the_chain(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = write(tmp_path_factory.mktemp("journal"))
    whole = read_journals(file.parent)
    lines = file.read_bytes().splitlines(keepends=True)
    number = data.draw(st.integers(0, 3))
    how = data.draw(st.sampled_from(["drop", "double", "change", "move"]))
    if how == "drop":
        del lines[number]
    elif how == "double":
        lines.insert(number, lines[number])
    elif how == "move":
        lines.insert((number + 1) % 4, lines.pop(number))
    else:
        lines[number] = lines[number].replace(b'"number"', b'"numbre"')
    file.write_bytes(b"".join(lines))
    found = read_journals(file.parent)
    assert found.problems or found.heads != whole.heads


def test_a_torn_line_is_told_and_the_rest_read(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_bytes(file.read_bytes()[:-10])
    found = read_journals(tmp_path)
    assert len(found.entries) == 3 and found.problems == ["journal-main.jsonl, ligne 4: illisible"]


def test_a_journal_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="impossible d'écrire"):
        Journal(tmp_path / "absent").write(SCENARIO, {})
