"""One file of the catalogue, read with the line of each thing, so that a mistake is told where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from rempart.catalog.errors import CatalogError
from rempart.catalog.model import Dispositif, Requirement

MAX_SIZE = 4 * 1024 * 1024
# The parser in C, where PyYAML has it: the catalogue is on the way of every start.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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


def read_file(path: Path, name: str = "") -> list[Placed]:
    """The requirements of one file, in order: one for each dispositif of an entry. Raises CatalogError with every
    mistake of the file. `name` is what places and mistakes call it (its own name by default)."""
    name = name or path.name
    found: list[Placed] = []
    problems: list[str] = []
    for node in _items(path, name):
        problems += [f"{name}:{line}: {text}" for line, text in _repeated_keys(node)]
        try:
            entry = yaml.SafeLoader("").construct_document(node)
            requirements = [Requirement.model_validate(one) for one in _by_dispositif(entry)]
            if isinstance(entry, dict) and entry.get("dispositif") == []:
                requirements = []  # sound, and of other couloirs only
        except yaml.MarkedYAMLError as error:
            problems.append(_unreadable(name, error))
        except ValidationError as error:
            problems += [_told(name, node, detail) for detail in error.errors(include_url=False)]
        else:
            found += [Placed(requirement, f"{name}:{_line(node)}") for requirement in requirements]
    if problems:
        raise CatalogError(problems)
    return found


def _by_dispositif(entry: Any) -> list[Any]:
    """An entry that is the same in both REMs is written once, `dispositif: [HOP-DPI-Va2, HOP-PFI-Va2]`."""
    named = entry.get("dispositif") if isinstance(entry, dict) else None
    if not isinstance(named, list):
        return [entry]
    return [entry | {"dispositif": one} for one in named or get_args(Dispositif)[:1]]


def _items(path: Path, name: str) -> list[yaml.Node]:
    try:
        data = path.read_bytes()[: MAX_SIZE + 1]
        if len(data) > MAX_SIZE:
            raise CatalogError([f"{name}:1: fichier de plus de {MAX_SIZE // 1024} Kio"])
        root = yaml.compose(data.decode("utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError([f"{name}:1: lecture impossible: {error}"]) from None
    except yaml.MarkedYAMLError as error:
        raise CatalogError([_unreadable(name, error)]) from None
    except yaml.YAMLError as error:
        raise CatalogError([f"{name}:1: YAML illisible: {error}"]) from None
    if not isinstance(root, yaml.SequenceNode):
        raise CatalogError([f"{name}:1: une liste d'exigences est attendue (lignes commençant par « - »)"])
    return list(root.value)


def _unreadable(name: str, error: yaml.MarkedYAMLError) -> str:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return f"{name}:{line}: YAML illisible: {error.problem}"


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


def _told(name: str, node: yaml.Node, detail: Any) -> str:
    where = detail["loc"]
    kind = detail["type"]
    text = _TEXTS.get(kind, detail["msg"])
    if kind == "literal_error":
        text = f"« {detail['input']} » n'est pas une valeur acceptée: {detail['ctx']['expected']}"
    dotted = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in where).lstrip(".")
    return f"{name}:{_line(_at(node, where))}: {dotted + ': ' if dotted else ''}{text}"


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
