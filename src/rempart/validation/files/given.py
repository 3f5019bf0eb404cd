"""The files of one preuve, taken one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rempart.model.finding import Finding
from rempart.validation.registry import finding

Look = Callable[[str, bytes], Iterable[Finding]]  # name and bytes of one file


def each(evidence: list[bytes], names: list[str], look: Look) -> list[Finding]:
    """What `look` says of each file. No file at all, or an empty one, proves nothing."""
    if not evidence:
        return [finding("PRV-001", "fichiers", "aucun fichier n'est joint")]
    found: list[Finding] = []
    for name, data in zip(names, evidence, strict=True):
        found += look(name, data) if data.strip() else [finding("PRV-001", name, "le fichier est vide")]
    return found


def is_pdf(data: bytes) -> bool:
    return data.lstrip()[:5] == b"%PDF-"


def is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")
