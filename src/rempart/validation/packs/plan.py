"""What of a pack applies to a document, chosen by its level and its templateIds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.validation.packs.catalogue import PackSchematron, models
from rempart.validation.packs.store import Installed

_MODEL = "{model}"
_STRUCTURED = "N3"  # also what a document that is neither level is judged as


@dataclass(frozen=True)
class Layer:
    """A schematron to run (`file`, in the pack), or the reason (French) why there is none to run."""

    about: PackSchematron
    name: str
    file: str = ""
    not_run: str = ""
    least: int = 0


def layers(installed: Installed, header: CdaHeader) -> Iterator[Layer]:
    """The schematrons of a pack for a document, in the order of the official chain."""
    level = header.level if header.level == "N1" else _STRUCTURED
    templates = [(t.root, t.extension) for t in header.templates]
    for about in installed.pack.schematrons:
        if level not in about.levels:
            continue
        least = about.least.get(level, 1)
        if about.not_run:
            yield Layer(about, about.name, not_run=about.not_run)
        elif _MODEL not in about.file:
            yield Layer(about, about.name, about.file, least=least)
        else:
            yield from _of_model(installed, about, templates, least)


def _of_model(
    installed: Installed, about: PackSchematron, templates: Sequence[tuple[str, str]], least: int
) -> Iterator[Layer]:
    known = models(installed.pack.name)
    chosen = []
    for root, extension in templates:
        if root in known:
            model = known[root].get(extension) or _other_version(installed, about, known[root], extension)
            if model and model not in chosen:
                chosen.append(model)
    for model in chosen:
        yield Layer(about, model, about.file.replace(_MODEL, model), least=least)
    if not chosen:
        said = ", ".join(f"{r} {e}".strip() for r, e in templates) or "aucun templateId"
        yield Layer(about, about.name, not_run=f"aucun modèle du pack ne correspond à {said}")


def _other_version(installed: Installed, about: PackSchematron, versions: dict[str, str], extension: str) -> str:
    """A version that the table does not have, and of which another edition of the pack has the file."""
    for version, model in versions.items():
        name, mark, last = model.rpartition("_")
        if extension and mark and last == version:
            other = f"{name}_{extension}"
            if (installed.root / about.file.replace(_MODEL, other)).is_file():
                return other
    return ""
