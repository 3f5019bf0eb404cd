"""Compiled schemas on disk: used when nothing changed, made again otherwise, and never needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from schematron_samples import VALUES, schema, write

from rempart.validation.schematron import cache
from rempart.validation.schematron.compiled import Compiled

_SCHEMA = schema(
    '<include href="p.sch"/><pattern><rule context="d:b"><assert test="doc(\'v.xml\')">x</assert></rule></pattern>'
)
_PART = (
    '<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><rule context="d:a"><assert test="true()">un</assert></rule>'
    "</pattern>"
)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Entries that were compiled, not read from the disk."""
    made: list[str] = []
    genuine: Callable[..., Compiled] = cache.compile_schema

    def compile_schema(read: object) -> Compiled:
        done = genuine(read)
        made.append(done.entry)
        return done

    monkeypatch.setattr(cache, "compile_schema", compile_schema)
    return made


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write(tmp_path, {"s.sch": _SCHEMA, "p.sch": _PART, "v.xml": VALUES})


def test_a_schema_is_compiled_once(pack: Path, counted: list[str]) -> None:
    first, second = cache.compiled(pack, "s.sch"), cache.compiled(pack, "s.sch")
    assert counted == ["s.sch"] and first == second and set(first.inputs) == {"s.sch", "p.sch"}


def test_a_change_in_an_included_file_compiles_again(pack: Path, counted: list[str]) -> None:
    cache.compiled(pack, "s.sch")
    (pack / "p.sch").write_text(_PART.replace("un<", "deux<"))
    assert "deux" in cache.compiled(pack, "s.sch").stylesheet and len(counted) == 2


def test_a_value_set_that_leaves_or_comes_compiles_again(pack: Path, counted: list[str]) -> None:
    cache.compiled(pack, "s.sch")
    (pack / "v.xml").unlink()
    assert cache.compiled(pack, "s.sch").absent == ["v.xml"]
    (pack / "v.xml").write_text(VALUES)
    assert cache.compiled(pack, "s.sch").documents == {"v.xml": "v.xml"} and len(counted) == 3


@pytest.mark.parametrize("spoil", [lambda d: d[: len(d) // 2], lambda d: b"", lambda d: d.replace(b"true()", b"false")])
def test_a_damaged_entry_is_made_again(
    pack: Path, counted: list[str], own_cache: Path, spoil: Callable[[bytes], bytes]
) -> None:
    cache.compiled(pack, "s.sch")
    (kept,) = own_cache.rglob("*.json")
    kept.write_bytes(spoil(kept.read_bytes()))
    assert "true()" in cache.compiled(pack, "s.sch").stylesheet and len(counted) == 2


def test_another_compiler_does_not_read_it(pack: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cache.compiled(pack, "s.sch")
    monkeypatch.setattr(cache, "COMPILER", cache.COMPILER + 1)
    cache.compiled(pack, "s.sch")
    assert len(counted) == 2


def test_a_cache_that_cannot_be_written_only_costs_time(
    pack: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REMPART_CACHE", str(tmp_path / "file"))
    assert cache.compiled(pack, "s.sch") == cache.compiled(pack, "s.sch") and len(counted) == 2
