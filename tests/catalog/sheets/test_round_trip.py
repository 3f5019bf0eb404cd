"""What is written reads back whole: arbitrary REMs, and the catalogue itself, in every layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.catalog import load
from rempart.catalog.sheets import Rem, RemEvidence, RemRequirement, RemScenario, read_rem, rem_of
from rempart.catalog.sheets.columns import layout, layouts
from rempart.catalog.sheets.model import DISPOSITIFS, PLAIN
from rempart.catalog.sheets.text import clean
from rempart.catalog.sheets.write import write_csv, write_json, write_xlsx

DPI, PFI = DISPOSITIFS
CATALOG = [rem_of(load().requirements, d) for d in DISPOSITIFS]

_texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["=1+1", "@SUM(A1)", "'=x", "-2", "a\n\nb", "<b>gras</b> & < 3", "&amp;lt;", "_x000D_", "1e5"]),
).map(clean)
_words = _texts.filter(bool)
_field = st.sampled_from(["title", "kind", "note"])
_own = st.dictionaries(_field, _words, max_size=2)


@st.composite
def _requirements(draw: st.DrawFn) -> tuple[RemRequirement, ...]:
    found = []
    for n in range(draw(st.integers(1, 3))):
        base = f"INS/va1.{n + 1:02d}" + draw(st.sampled_from(["", ".BIS", ".TER"]))
        scenarios = []
        for k in range(draw(st.integers(0, 2))):
            evidence = tuple(
                RemEvidence(id=f"{base}.{k + 1:02d}.{p + 1:02d}", text=draw(_texts), own=draw(_own))
                for p in range(draw(st.sampled_from([0, 1, 2, 12])))
            )
            scenarios.append(
                RemScenario(id=f"{base}.{k + 1:02d}", text=draw(_texts), own=draw(_own), evidence=evidence)
            )
        plain = {name: draw(_texts) for name in PLAIN}
        prefix = draw(st.sampled_from(["", "SC.", "DPI."]))
        found.append(RemRequirement(id=prefix + base, own=draw(_own), scenarios=tuple(scenarios), **plain))
    return tuple(found)


def _content(rems: list[Rem]) -> dict[str, list[RemRequirement]]:
    return {rem.dispositif: list(rem.requirements) for rem in rems}


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("name", layouts())
@settings(max_examples=20, deadline=None)
@given(requirements=_requirements())
def test_an_arbitrary_rem(
    tmp_path_factory: pytest.TempPathFactory, name: str, suffix: str, requirements: tuple[RemRequirement, ...]
) -> None:
    rem = Rem(dispositif=DPI, edition="x", requirements=requirements)
    path = tmp_path_factory.mktemp("rem") / f"rem.{suffix}"
    _write([rem], name, path)
    found = read_rem(path)
    assert _content(found.rems) == _content([rem])


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("name", layouts())
def test_the_whole_catalogue(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"catalogue.{suffix}"
    _write(CATALOG, name, path)
    found = read_rem(path, edition="catalogue Rempart")
    assert _content(found.rems) == _content(CATALOG)
    assert [n for n in found.notes if "lue(s)" not in n and "SEED" not in n] == []


def test_no_text_of_the_catalogue_is_changed_by_the_way() -> None:
    """`rem_of` cleans what it takes: nothing to clean, nothing lost."""
    for requirement in load().requirements:
        rem = next(r for r in CATALOG if r.dispositif == requirement.dispositif)
        mine = next(r for r in rem.requirements if r.id == requirement.id_source)
        assert mine.statement == requirement.statement
        assert [(s.id, s.text) for s in mine.scenarios] == [(s.id, s.summary) for s in requirement.scenarios]
        assert [e.text for s in mine.scenarios for e in s.evidence] == [
            e.label for s in requirement.scenarios for e in s.evidence
        ]
        assert mine.own["title"] == requirement.title


@pytest.mark.parametrize("name", layouts())
def test_the_same_content_is_the_same_file(tmp_path: Path, name: str) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        _write(CATALOG, name, tmp_path / folder / "x.xlsx")
    assert (tmp_path / "a" / "x.xlsx").read_bytes() == (tmp_path / "b" / "x.xlsx").read_bytes()


def _write(rems: list[Rem], name: str, path: Path) -> None:
    if path.suffix == ".xlsx":
        write_xlsx(rems, layout(name), None, path)
    elif path.suffix == ".csv":
        write_csv(rems, layout(name), None, path)
    else:
        write_json(rems, None, path)
