"""What the official packs are, as data: `schemas/packs/packs.yaml`, with a manifest of SHA-256 for each edition."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_NAME = re.compile(r"([a-z0-9][a-z0-9-]*)(?:@([A-Za-z0-9][A-Za-z0-9._-]*))?")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackSchematron(_Data):
    """One layer of the official chain. `file` may hold `{model}`; `least` is the fewest rules that fire, by level."""

    name: str
    file: str
    rule: str
    levels: tuple[str, ...] = Field(default=("N1", "N3"), alias="for")
    least: dict[str, int] = Field(default_factory=dict)
    few: Severity = Severity.ERROR
    not_run: str = ""  # French: why it cannot be


class Derived(_Data):
    """A file that the publisher's repository does not have and that other files need. `source` exists in the pack."""

    file: str
    source: str = Field(alias="from")
    made: Literal["decor-value-set", "xsd-driver"]
    namespace: str = ""
    includes: tuple[str, ...] = ()
    imports: dict[str, str] = Field(default_factory=dict)


class Edition(_Data):
    commit: str = Field(pattern=r"[0-9a-f]{40}")
    date: date


class Pack(_Data):
    """A pack: where it comes from, what is taken of it, what it is used for."""

    name: str
    title: str
    publisher: str
    repository: str
    licence: str
    upstream: str = ""  # folder of the repository that holds it
    folders: tuple[str, ...]
    without: tuple[str, ...] = ()
    suffixes: tuple[str, ...]
    schema_file: str = Field(alias="schema")
    value_sets: str = ""
    models: str = ""
    derived: tuple[Derived, ...] = ()
    schematrons: tuple[PackSchematron, ...] = ()
    editions: dict[str, Edition]

    def takes(self, path: str) -> bool:
        """A file of the repository (path from `upstream`) that belongs to the pack."""
        inside = any(path.startswith(f"{folder}/") for folder in self.folders)
        left_out = any(path.startswith(f"{folder}/") for folder in self.without)
        return inside and not left_out and path.lower().endswith(self.suffixes)

    @property
    def latest(self) -> str:
        return max(self.editions, key=lambda e: self.editions[e].date)

    def archive(self, edition: str) -> str:
        """Address of the repository at the commit of an edition, as a ZIP. KeyError when the edition is not known."""
        return f"https://github.com/{self.repository}/archive/{self.editions[edition].commit}.zip"


def packs_folder() -> Path:
    return schemas_dir() / "packs"


@cache
def catalogue() -> dict[str, Pack]:
    """All known packs by name."""
    data = load_yaml(packs_folder() / "packs.yaml")
    return {name: Pack(name=name, **body) for name, body in data.items()}


@cache
def manifest(name: str, edition: str) -> dict[str, str]:
    """SHA-256 of each file of a published edition, by path. FileNotFoundError when the edition is not known."""
    text = (packs_folder() / f"{name}@{edition}.sha256").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"{name}@{edition}.sha256: « {line[:80]} » n'est pas une ligne d'empreinte")
        found[match[2]] = match[1]
    return found


def parse_name(text: str) -> tuple[str, str]:
    """`ci-sis-cda@2025-02` -> its name and its edition, "" when it names none. ValueError (French) otherwise."""
    match = _NAME.fullmatch(text)
    if not match:
        raise ValueError(f"« {text} » n'est pas un nom de pack: NOM ou NOM@ÉDITION est attendu")
    if match[1] not in catalogue():
        raise ValueError(f"pack inconnu: {match[1]} (connus: {', '.join(catalogue())})")
    return match[1], match[2] or ""


@cache
def models(name: str) -> dict[str, dict[str, str]]:
    """Document models of a pack: templateId root -> extension ("" for none) -> model and version."""
    file = catalogue()[name].models
    data = load_yaml(packs_folder() / file) if file else {}
    return {str(root): {str(k): str(v) for k, v in versions.items()} for root, versions in data.items()}
