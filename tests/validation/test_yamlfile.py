"""What was read of our YAML files is kept, and believed only where nobody else can write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rempart.validation import yamlfile
from rempart.validation.yamlfile import load_yaml, load_yaml_files


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REMPART_CACHE", str(tmp_path / "cache"))
    yamlfile._own.cache_clear()
    yield tmp_path / "cache" / "yaml"
    yamlfile._own.cache_clear()


def _file(folder: Path, text: str, name: str = "a.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_what_was_read_is_kept_and_read_back(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _file(tmp_path, "a: [1, é, null, 1.5, true]\nb: {c: ''}")
    first = load_yaml(file)
    monkeypatch.setattr(yamlfile, "_read", lambda text: pytest.fail("read again"))
    assert load_yaml(file) == first == {"a": [1, "é", None, 1.5, True], "b": {"c": ""}}
    assert [p.suffix for p in cache.iterdir()] == [".json"] and cache.stat().st_mode & 0o077 == 0


def test_another_content_is_read(tmp_path: Path) -> None:
    first, second = _file(tmp_path, "a: 1"), _file(tmp_path, "b: 2", "b.yaml")
    assert load_yaml_files([first, second]) == [{"a": 1}, {"b": 2}]
    assert load_yaml_files([second, first]) == [{"b": 2}, {"a": 1}]
    second.write_text("b: 3", "utf-8")
    assert load_yaml_files([first, second]) == [{"a": 1}, {"b": 3}]


@pytest.mark.parametrize("text", ["1: un", "jour: 2026-01-01"])
def test_what_json_would_change_is_not_kept(tmp_path: Path, cache: Path, text: str) -> None:
    file = _file(tmp_path, text)
    assert load_yaml(file) == load_yaml(file) and not list(cache.iterdir())


@pytest.mark.parametrize("kept", ["", "[1", "{}", "[1, 2]"])
def test_what_was_not_written_whole_is_read_again(tmp_path: Path, cache: Path, kept: str) -> None:
    file = _file(tmp_path, "a: 1")
    load_yaml(file)
    (written,) = cache.iterdir()
    written.write_text(kept, "utf-8")
    assert load_yaml(file) == {"a": 1} and json.loads(written.read_text("utf-8")) == [{"a": 1}]


def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    assert load_yaml(_file(tmp_path, "a: 1")) == {"a": 1} and not list(cache.iterdir())


def test_a_link_to_a_folder_is_not_used(tmp_path: Path, cache: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    cache.parent.mkdir()
    cache.symlink_to(elsewhere)
    assert load_yaml(_file(tmp_path, "a: 1")) == {"a": 1} and not list(elsewhere.iterdir())


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_CACHE", str(_file(tmp_path, "a file", "taken")))
    assert load_yaml(_file(tmp_path, "a: 1")) == {"a": 1}
