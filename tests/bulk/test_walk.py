"""The walk: every file once, whatever the folder holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.bulk.model import Item
from rempart.bulk.walk import chunks, count, walk


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.hl7", "b/c.xml", "b/d/e.xml", "b/d/.caché", "z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def names(tree: Path, *paths: Path, without: str = "") -> list[str]:
    return [os.path.relpath(i.path, tree) for i in walk([str(p) for p in paths or (tree,)], without=without)]


def test_every_file_once_in_order_of_names(tree: Path) -> None:
    assert names(tree) == ["a.hl7", "z.txt", "b/c.xml", "b/d/.caché", "b/d/e.xml"]
    assert sum(count([str(tree)])) == 5


def test_paths_inside_others_are_not_judged_twice(tree: Path) -> None:
    assert sorted(names(tree, tree / "b", tree / "b" / "c.xml", tree / "b" / "d", tree / "b")) == [
        "b/c.xml", "b/d/.caché", "b/d/e.xml",
    ]  # fmt: skip
    assert names(tree, tree / "z.txt", tree / "a.hl7") == ["z.txt", "a.hl7"]


def test_the_folder_of_results_is_left_out(tree: Path) -> None:
    assert "b/d/e.xml" not in names(tree, without=str(tree / "b" / "d"))
    assert sum(count([str(tree)], without=str(tree / "b" / "d"))) == 3


def test_links_to_files_are_followed_and_links_to_folders_are_not(tree: Path) -> None:
    (tree / "lien.xml").symlink_to(tree / "b" / "c.xml")
    (tree / "boucle").symlink_to(tree)
    (tree / "cassé").symlink_to(tree / "nulle part")
    found = {Path(i.path).name: i for i in walk([str(tree)])}
    assert "boucle" not in found and found["lien.xml"].size == len("b/c.xml") and found["cassé"].size == -1
    assert sum(count([str(tree)])) == len(found)


def test_a_pipe_is_not_opened(tree: Path) -> None:
    os.mkfifo(tree / "tube")
    (pipe,) = [i for i in walk([str(tree)]) if i.path.endswith("tube")]
    assert "fichier ordinaire" in pipe.refused


def test_what_is_not_there_has_its_line(tree: Path) -> None:
    (item,) = walk([str(tree / "absent")])
    assert item.size == -1


@given(st.lists(st.integers(0, 20_000_000), max_size=200))
def test_chunks_hold_every_file_once_and_stay_small(sizes: list[int]) -> None:
    items = [Item(f"f{n}", size) for n, size in enumerate(sizes)]
    made = list(chunks(items))
    assert [i for c in made for i in c] == items
    assert all(len(c) <= 16 and sum(i.size for i in c[:-1]) < 8 * 1024 * 1024 for c in made)
    done = {i.key for i in items[::2]}
    assert [i for c in chunks(items, done) for i in c] == items[1::2]
