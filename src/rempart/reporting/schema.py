"""The JSON Schema of results.json, generated from the model: the document and the code cannot part ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rempart.model.results import FORMAT, Results

SCHEMA_ID = f"results-{FORMAT}.schema.json"


def results_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of what a campaign writes."""
    schema = Results.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema


def write_schema(path: Path) -> None:
    """Write `docs/results.schema.json`, sorted as the model is."""
    path.write_text(json.dumps(results_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    import sys

    write_schema(Path(sys.argv[1]))
