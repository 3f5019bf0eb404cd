"""Write schemas/xds/*.yaml from the official value sets and associations of the ANS (JDV_J57…J62, ASS_X16, ASS_A11).

    python tools/xds_tables.py ../shared/schemas/nos

Only codes, code systems and labels are kept. J66 stands in schemas/cda/tables.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import yaml

OUT = Path(__file__).resolve().parent.parent / "schemas" / "xds"
NOTE = "# Written by tools/xds_tables.py from the terminologies of the ANS; LOINC codes: (c) Regenstrief Institute.\n"
SETS = ("J57", "J58", "J59", "J60", "J61", "J62")
UNSTRUCTURED = "1.3.6.1.4.1.19376.1.2.20"  # IHE XDS-SD: its format depends on what the body holds, not on its model


def value_set(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Codes with the system that most of them share, then the exceptions. A code of two systems says the second too."""
    systems: dict[str, str] = {}
    labels: dict[str, Any] = {}
    for concept in data["concepts"]:
        code, label = concept["code"], " ".join(concept["display"].split())
        if code in systems:
            second = {"other_system": concept["codeSystem"], "other_label": label}
            labels[code] = {"label": labels[code], **second}
            continue
        systems[code], labels[code] = concept["codeSystem"], label
    common = max(sorted(set(systems.values())), key=list(systems.values()).count)
    others = {code: system for code, system in systems.items() if system != common}
    found = {"title": name, "oid": data["oid"], "date": data["version"][:8], "system": common}
    return {**found, **({"systems": others} if others else {}), "codes": labels}


def class_codes(rows: list[dict[str, str]]) -> dict[str, Any]:
    """ASS_X16 and ASS_X04: typeCode -> classCode."""
    loinc = "2.16.840.1.113883.6.1"
    codes: dict[str, Any] = {}
    for row in rows:
        entry = {"class": row["classCode"]}
        if row["typeCode_codeSystem"] != loinc:
            entry["system"] = row["typeCode_codeSystem"]
        codes[row["typeCode"]] = entry
    return {"system": loinc, "class_system": "1.2.250.1.213.1.1.4.1", "codes": codes}


def format_codes(rows: list[dict[str, str]]) -> dict[str, Any]:
    """ASS_A11: templateId -> formatCode, XDS-SD apart."""
    common = "1.2.250.1.213.1.1.4.2.282"
    kept = [r for r in rows if r["templateId"] != UNSTRUCTURED]
    systems = {r["templateId"]: r["formatCode_codingScheme"] for r in kept if r["formatCode_codingScheme"] != common}
    return {"system": common, "systems": systems, "templates": {r["templateId"]: r["formatCode"] for r in kept}}


def main(nos: Path) -> None:
    sets = json.loads((nos / "dmp-valuesets.json").read_text("utf-8"))
    for name in SETS:
        (full,) = (n for n in sets if n.startswith(f"JDV_{name}_"))
        _write(f"tables/jdv-{name.lower()}", value_set(full, sets[full]))
    for name, made in (("typeCode-classCode", class_codes), ("templateId-formatCode", format_codes)):
        with (nos / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        _write("class-codes" if made is class_codes else "format-codes", made(rows))


def _write(name: str, content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    (OUT / f"{name}.yaml").write_text(NOTE + text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
