"""results.json is a contract: its schema is published, up to date, and true."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from reporting.fixture import campaign

from rempart.reporting.schema import results_schema, write_schema
from rempart.resources import campaign_root


def test_the_published_schema_is_up_to_date(tmp_path: Path) -> None:
    """After a change of the model: python -m rempart.reporting.schema docs/results.schema.json"""
    write_schema(tmp_path / "schema.json")
    published = campaign_root() / "docs" / "results.schema.json"
    assert published.read_text("utf-8") == (tmp_path / "schema.json").read_text("utf-8")


def test_the_schema_is_itself_valid_and_addresses_nobody() -> None:
    jsonschema.Draft202012Validator.check_schema(results_schema())
    assert results_schema()["$id"] == "results-1.0.schema.json"


def test_a_campaign_of_every_kind_is_valid(tmp_path: Path) -> None:
    campaign(tmp_path)
    record = json.loads((tmp_path / "results.json").read_text("utf-8"))
    jsonschema.validate(record, results_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("fault", [{"verdict": "référencé"}, {"format": 1}, {"unknown": True}, {"scenarios": {}}])
def test_a_record_with_one_fault_is_refused(tmp_path: Path, fault: dict[str, object]) -> None:
    campaign(tmp_path)
    record = json.loads((tmp_path / "results.json").read_text("utf-8")) | fault
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, results_schema(), cls=jsonschema.Draft202012Validator)
