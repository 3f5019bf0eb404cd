"""What the models of structured documents and the types of documents impose, as data: `schemas/cda/models.yaml`."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml


class Model(BaseModel):
    """A line about a model: `versions` are the templateId extensions that it is about, all of them when empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    template: str
    versions: tuple[str, ...] = ()
    type: str = ""  # LOINC code of the document
    sections: tuple[str | tuple[str, ...], ...] = ()  # templateIds; several together are a choice
    pdf: bool = False  # exactly one section Copie du document

    def says(self, root: str, extension: str) -> bool:
        """Whether a document that declares this templateId is concerned."""
        return root == self.template and (not self.versions or extension in self.versions)


class Act(BaseModel):
    """The code of the documented act that a type of document, or a kind of author, imposes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = ""
    author: str = ""  # patient
    code: str
    system: str
    label: str


class Models(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[Model, ...]
    acts: tuple[Act, ...]
    prescriptions: frozenset[str]  # types of documents that are prescriptions


@cache
def models() -> Models:
    return Models(**load_yaml(schemas_dir() / "cda" / "models.yaml"))
