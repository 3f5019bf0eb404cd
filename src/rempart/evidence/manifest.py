"""The manifest of a dossier: the SHA-256 of each file, of the archive's own bytes, and of the signer's certificates."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.json.p7s"
MAX_MANIFEST = 256 * 1024 * 1024
_SHA256 = r"^[0-9a-f]{64}$"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Record):
    """`originals`: SHA-256 of what stood there before the redaction, when there was one."""

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=_SHA256)
    originals: list[str] = Field(default_factory=list)


class Archive(_Record):
    """The bytes of the archive before the manifest's own entry: headers and packed contents of all files."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern=_SHA256)


class Manifest(_Record):
    format: Literal["rempart-dossier-1"] = "rempart-dossier-1"
    campaign: str
    rempart: str  # version that built the dossier
    redacted: bool = False
    archive: Archive
    certificates: list[str]  # SHA-256 of each certificate of the signature, the signer's first
    files: list[File]

    def canonical(self) -> bytes:
        """The one JSON text of a manifest: what is signed."""
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=True, indent=1, sort_keys=True)
        return text.encode("ascii") + b"\n"


def is_report(name: str) -> bool:
    """A report of the campaign, by the kind of file that it is."""
    return PurePosixPath(name).suffix in {".html", ".xml", ".pdf", ".xlsx", ".md", ".csv", ".json"}
