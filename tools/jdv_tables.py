"""Write schemas/cda/tables/*.yaml from the official value sets: JDV (IHE SVS files), and J66 of the DMP.

    python tools/jdv_tables.py ../shared/schemas

Only codes, code systems, labels and end dates are kept. The same file serves `registry.table` (code -> label).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from lxml import etree

OUT = Path(__file__).resolve().parent.parent / "schemas" / "cda" / "tables"
WANTED = ("J01", "J02", "J04", "J07", "J11", "J47", "J140", "J141", "J142", "J143", "J144", "J245", "J246")
NAMED = {  # value sets without a number: table, file
    "modalite-acquisition": "JDV_ModaliteAcquisition_CISIS",
    "region-anatomique": "JDV_RegionAnatomique_CISIS",
    "examen-enfant-obligatoire": "JDV_ExamenEnfantObligatoire_CISIS",
}
NOTE = "# Written by tools/jdv_tables.py from the value set of the ANS; LOINC codes: (c) Regenstrief Institute.\n"
SVS = {"svs": "urn:ihe:iti:svs:2008"}


def compact(file: Path) -> dict[str, object]:
    """A CI-SIS value set."""
    root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).getroot()
    value_set = root.find("svs:ValueSet", SVS)
    if value_set is None:
        raise ValueError(f"{file.name}: no ValueSet")
    concepts = value_set.findall(".//svs:Concept", SVS)
    rows = [(c.get("code", ""), c.get("codeSystem", ""), c.get("displayName", "")) for c in concepts]
    ended = {c.get("code", ""): c.get("dateFin", "") for c in concepts if c.get("dateFin")}
    title, oid = value_set.get("displayName", ""), value_set.get("id", "")
    date = (value_set.get("dateMaj") or value_set.get("revisionDate", "")).replace("-", "")
    return table(title.removesuffix(".tabs"), oid, date, rows, ended)


def dmp(file: Path, name: str) -> dict[str, object]:
    """A value set of the DMP, already transcribed as JSON."""
    value_set = json.loads(file.read_text("utf-8"))[name]
    rows = [(c["code"], c["codeSystem"], c["display"]) for c in value_set["concepts"]]
    return table(name, value_set["oid"], value_set["version"], rows, {})


def table(
    title: str, oid: str, date: str, rows: list[tuple[str, str, str]], ended: dict[str, str]
) -> dict[str, object]:
    """Codes with the system that most of them share, then the exceptions, then the ended ones."""
    systems = {code: system for code, system, _ in rows}
    if len(systems) != len(rows):
        raise ValueError(f"{title}: a code stands twice")
    system = max(sorted(set(systems.values())), key=list(systems.values()).count)
    found: dict[str, object] = {"title": title, "oid": oid, "date": date[:8], "system": system}
    if others := {c: s for c, s in systems.items() if s != system}:
        found["systems"] = others
    if ended:
        found["ended"] = ended
    return {**found, "codes": {code: " ".join(label.split()) for code, _, label in rows}}


def main(schemas: Path) -> None:
    tables = {}
    for name in WANTED:
        (file,) = (schemas / "ci-sis-cda" / "jeuxDeValeurs").glob(f"JDV_{name}_*.xml")
        tables[name] = compact(file)
    for name, file_name in NAMED.items():
        tables[name] = compact(schemas / "ci-sis-cda" / "jeuxDeValeurs" / f"{file_name}.xml")
    tables["J66"] = dmp(schemas / "nos" / "dmp-valuesets.json", "JDV_J66_TypeCode_DMP")
    for name, content in tables.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
        (OUT / f"jdv-{name.lower()}.yaml").write_text(NOTE + text, "utf-8")
    write_imaging_acts(schemas / "ci-sis-cda" / "jeuxDeValeurs" / "JDV_CodesDocumentImagerie_CISIS.xml")


def write_imaging_acts(file: Path) -> None:
    """The 6,000 acts of imaging: their LOINC codes alone, for a file that is read at once."""
    root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).getroot()
    codes = sorted({c.get("code", "") for c in root.iterfind(".//svs:Concept", SVS)})
    lines = [" ".join(codes[n : n + 12]) for n in range(0, len(codes), 12)]
    (OUT / "loinc-imagerie.txt").write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
