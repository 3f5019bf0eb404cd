"""The schema of requirements/ is published, up to date, and true of every file."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from rempart.catalog.schema import catalogue_schema, write_schema
from rempart.resources import campaign_root, requirements_dir

FILES = sorted(requirements_dir().rglob("*.yaml"))


def test_the_published_schema_is_up_to_date(tmp_path: Path) -> None:
    """After a change of the model: python -m rempart.catalog.schema docs/requirements.schema.json"""
    write_schema(tmp_path / "schema.json")
    published = campaign_root() / "docs" / "requirements.schema.json"
    assert published.read_text("utf-8") == (tmp_path / "schema.json").read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(requirements_dir()).as_posix())
def test_every_file_follows_the_schema(file: Path) -> None:
    entries = yaml.safe_load(file.read_text("utf-8"))
    jsonschema.validate(entries, catalogue_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("fault", [{"nature": "obligation"}, {"dispositif": ["HOP-DPI-Va3"]}, {"unknown": 1}])
def test_an_entry_with_one_fault_is_refused(fault: dict[str, object]) -> None:
    sound = {"id": "INS.1", "id_source": "INS.1", "dispositif": "HOP-DPI-Va2", "title": "Essai", "nature": "exigence"}
    sound |= {"statement": "Le système DOIT.", "section": "INS", "source": {"document": "REM", "edition": "2023"}}
    jsonschema.validate([sound], catalogue_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([sound | fault], catalogue_schema())
