"""One file of the catalogue, read with the line of each thing, so that a mistake is told where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from rempart.catalog.errors import CatalogError
from rempart.catalog.model import Requirement

MAX_SIZE = 4 * 1024 * 1024
_TEXTS = {
    "missing": "clé obligatoire absente",
    "extra_forbidden": "clé inconnue",
    "string_type": "un texte est attendu: mettez la valeur entre guillemets",
    "string_too_short": "la valeur est vide",
    "tuple_type": "une liste est attendue",
    "model_type": "une section (clés et valeurs) est attendue",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A requirement and where it is written: `ins.yaml:12`."""

    requirement: Requirement
    place: str


def read_file(path: Path) -> list[Placed]:
    """The requirements of one file, in order. Raises CatalogError with every mistake of the file."""
    found: list[Placed] = []
    problems: list[str] = []
    for node in _items(path):
        problems += [f"{path.name}:{line}: {text}" for line, text in _repeated_keys(node)]
        try:
            requirement = Requirement.model_validate(yaml.SafeLoader("").construct_document(node))
        except yaml.MarkedYAMLError as error:
            problems.append(_unreadable(path, error))
        except ValidationError as error:
            problems += [_told(path, node, detail) for detail in error.errors(include_url=False)]
        else:
            found.append(Placed(requirement, f"{path.name}:{_line(node)}"))
    if problems:
        raise CatalogError(problems)
    return found


def _items(path: Path) -> list[yaml.Node]:
    try:
        data = path.read_bytes()[: MAX_SIZE + 1]
        if len(data) > MAX_SIZE:
            raise CatalogError([f"{path.name}:1: fichier de plus de {MAX_SIZE // 1024} Kio"])
        root = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError([f"{path.name}:1: lecture impossible: {error}"]) from None
    except yaml.MarkedYAMLError as error:
        raise CatalogError([_unreadable(path, error)]) from None
    except yaml.YAMLError as error:
        raise CatalogError([f"{path.name}:1: YAML illisible: {error}"]) from None
    if not isinstance(root, yaml.SequenceNode):
        raise CatalogError([f"{path.name}:1: une liste d'exigences est attendue (lignes commençant par « - »)"])
    return list(root.value)


def _unreadable(path: Path, error: yaml.MarkedYAMLError) -> str:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return f"{path.name}:{line}: YAML illisible: {error.problem}"


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """YAML would keep the last of them without a word."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield _line(key), f"la clé « {key.value} » est donnée deux fois"
            seen.add(str(key.value))
            yield from _repeated_keys(value)


def _told(path: Path, node: yaml.Node, detail: Any) -> str:
    where = detail["loc"]
    kind = detail["type"]
    text = _TEXTS.get(kind, detail["msg"])
    if kind == "literal_error":
        text = f"« {detail['input']} » n'est pas une valeur acceptée: {detail['ctx']['expected']}"
    dotted = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in where).lstrip(".")
    return f"{path.name}:{_line(_at(node, where))}: {dotted + ': ' if dotted else ''}{text}"


def _at(node: yaml.Node, where: tuple[int | str, ...]) -> yaml.Node:
    """The node of a pydantic location, or the nearest one above it that the file has."""
    for part in where:
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            child = node.value[part]
        else:
            child = None
        if child is None:
            return node
        node = child
    return node


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
