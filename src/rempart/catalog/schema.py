"""The JSON Schema of a file of `requirements/`, generated from the model: editors complete and check with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from rempart.catalog.model import Dispositif, Requirement


def catalogue_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one file: a list of entries, each of one dispositif or of several."""
    schema = TypeAdapter(list[Requirement]).json_schema()
    one = {"enum": list(get_args(Dispositif)), "type": "string"}
    properties = schema["$defs"]["Requirement"]["properties"]
    properties["dispositif"] = {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "requirements.schema.json"} | schema


def write_schema(path: Path) -> None:
    """Write `docs/requirements.schema.json`, sorted as the model is."""
    path.write_text(json.dumps(catalogue_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    import sys

    write_schema(Path(sys.argv[1]))
