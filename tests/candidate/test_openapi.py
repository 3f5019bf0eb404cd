"""docs/driver-openapi.json is the contract that editors implement: generated, up to date, coherent."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rempart.candidate.actions import ACTIONS
from rempart.candidate.openapi import document, text

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_published_contract_is_the_one_in_force() -> None:
    published = (DOCS / "driver-openapi.json").read_text("utf-8")
    assert published == text(), "run: rempart candidate openapi --output docs/driver-openapi.json"


def test_every_action_is_a_path_with_its_types() -> None:
    paths = document()["paths"]
    assert set(paths) == {"/", *(f"/actions/{name}" for name in ACTIONS)}
    for name, action in ACTIONS.items():
        operation = paths[f"/actions/{name}"]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        answered = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert asked.endswith(f"/{action.request.__name__}") and answered.endswith(f"/{action.answer.__name__}")


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == "$ref"] + [r for v in node.values() for r in _references(v)]
    return [r for item in node for r in _references(item)] if isinstance(node, list) else []


def test_every_reference_leads_to_a_valid_schema() -> None:
    schemas = document()["components"]["schemas"]
    for reference in _references(document()):
        assert reference.removeprefix("#/components/schemas/") in schemas
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("answer", "good"), [({"outcome": "done"}, True), ({"reason": "x"}, False)])
def test_the_schema_says_what_the_driver_accepts(answer: dict[str, str], good: bool) -> None:
    contract = json.loads(text())
    schema = {"$ref": "#/components/schemas/Outcome", "components": contract["components"]}
    assert Draft202012Validator(schema).is_valid(answer) is good
