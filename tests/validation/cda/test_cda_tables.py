"""The committed value sets are those of the official files, and the CLI's tables read them."""

import sys
from pathlib import Path

import pytest
import yaml
from shared import SHARED, needs_shared

from rempart.resources import schemas_dir
from rempart.validation.registry import table

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
import jdv_tables

TABLES = sorted((schemas_dir() / "cda" / "tables").glob("jdv-*.yaml"))


@pytest.mark.parametrize("file", TABLES, ids=lambda f: f.stem)
def test_a_table_is_complete(file: Path) -> None:
    data = yaml.safe_load(file.read_text("utf-8"))
    assert {"title", "oid", "date", "system", "codes"} <= set(data)
    assert table(file.stem) == {str(k): v for k, v in data["codes"].items()}
    assert all(label for label in data["codes"].values())
    assert set(data.get("systems", {})) <= set(data["codes"])


@needs_shared
def test_committed_tables_are_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jdv_tables, "OUT", tmp_path)
    jdv_tables.main(SHARED / "schemas")
    committed = [*TABLES, TABLES[0].with_name("loinc-imagerie.txt")]
    written = {f.name: f.read_text("utf-8") for f in tmp_path.iterdir()}
    assert written == {f.name: f.read_text("utf-8") for f in committed}
