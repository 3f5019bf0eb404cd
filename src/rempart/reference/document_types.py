"""Types of documents: label, coding system, and whether the DMP takes them (JDV_J07 and JDV_J66)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rempart.resources import own_yaml

OIDS = {"LN": "2.16.840.1.113883.6.1", "TRE_A05": "1.2.250.1.213.1.1.4.12"}


@dataclass(frozen=True, slots=True)
class DocumentType:
    code: str
    system: str  # as in OBR-4.3
    label: str
    dmp: bool


@cache
def document_types() -> dict[str, DocumentType]:
    """By code."""
    data = own_yaml(Path(__file__).with_name("document_types.yaml"))
    return {code: DocumentType(code, e["system"], e["label"], e["dmp"]) for code, e in data.items()}
