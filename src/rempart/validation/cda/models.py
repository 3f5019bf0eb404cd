"""What the models of structured documents and the types of documents impose, as data: `schemas/cda/models.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A line about a model: `versions` are the templateId extensions that it is about, all of them when empty."""

    name: str
    template: str
    versions: tuple[str, ...] = ()
    type: str = ""  # LOINC code of the document
    sections: tuple[tuple[str, ...], ...] = ()  # templateIds, one of each choice
    pdf: bool = False  # exactly one section Copie du document

    def says(self, root: str, extension: str) -> bool:
        """Whether a document that declares this templateId is concerned."""
        return root == self.template and (not self.versions or extension in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The code of the documented act that a type of document, or a kind of author, imposes."""

    type: str = ""
    author: str = ""  # patient
    code: str
    system: str
    label: str


@dataclass(frozen=True, slots=True)
class Models:
    models: tuple[Model, ...]
    acts: tuple[Act, ...]
    prescriptions: frozenset[str]  # types of documents that are prescriptions


@cache
def models() -> Models:
    """Plain classes: reading them is on the way of every start. TypeError when a line says something unknown."""
    data = load_yaml(schemas_dir() / "cda" / "models.yaml")
    acts = tuple(Act(**line) for line in data["acts"])
    return Models(tuple(_model(line) for line in data["models"]), acts, frozenset(data["prescriptions"]))


def _model(line: dict[str, Any]) -> Model:
    choices = line.get("sections", ())
    sections = tuple((s,) if isinstance(s, str) else tuple(s) for s in choices)
    return Model(**{**line, "versions": tuple(line.get("versions", ())), "sections": sections})
