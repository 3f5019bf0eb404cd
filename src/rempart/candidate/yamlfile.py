"""A YAML file read into a pydantic model, every mistake reported with its line (1 is the first) and its key path.

YAML is read through its nodes, which know their lines, and pydantic's error locations are looked up in them. Aliases
are refused: a configuration needs none, and they let ten lines stand for a billion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from rempart.candidate.messages import dotted, explain
from rempart.model.unreadable import unreadable

MAX_SIZE = 1024 * 1024
MAX_DEPTH = 50

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `path` is `dispositifs.HOP-DPI-Va2.driver.url`, `message` a French sentence."""

    line: int
    path: str
    message: str


class ConfigErrors(Exception):
    """Every mistake of one file, in line order."""

    def __init__(self, file: Path, errors: list[Problem]) -> None:
        super().__init__("\n".join(f"{file}:{e.line}: {e.path + ': ' if e.path else ''}{e.message}" for e in errors))
        self.file, self.errors = file, errors


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.problem = Problem(line, "", message)


def read(path: Path, model: type[M], context: dict[str, Any] | None = None) -> M:
    """`path` as a `model`. Raises ConfigErrors, and nothing else, whatever the file holds."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise ConfigErrors(path, [Problem(1, "", unreadable(error))]) from None
    return read_content(content, path, model, context)


def read_content(content: bytes, path: Path, model: type[M], context: dict[str, Any] | None = None) -> M:
    """The same of a file whose bytes are at hand; `path` is only named. Raises ConfigErrors."""
    try:
        node, data = _parse(_text(content))
    except _Refused as refused:
        raise ConfigErrors(path, [refused.problem]) from None
    problems = list(_duplicates(node))
    try:
        result = model.model_validate(data, context=context)
    except ValidationError as error:
        problems += (Problem(_line(node, where), dotted(where), text) for where, text in explain(error, model))
    else:
        if not problems:
            return result
    raise ConfigErrors(path, sorted(problems, key=lambda p: p.line))


def _text(data: bytes) -> str:
    if len(data) > MAX_SIZE:
        raise _Refused(1, f"fichier de plus de {MAX_SIZE // 1024} Kio: ce n'est pas une configuration")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Refused(line, "le fichier n'est pas en UTF-8: enregistrez-le dans cet encodage") from None


def _parse(text: str) -> tuple[yaml.Node, Any]:
    try:
        _check_events(text)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise _Refused(1, "le fichier est vide")
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise _Refused(_at(error.problem_mark), f"YAML illisible: {_problem(error)}") from None
    except yaml.YAMLError as error:
        raise _Refused(1, f"YAML illisible: {error}") from None
    except (ValueError, OverflowError) as error:  # a date that does not exist, a number that is none
        raise _Refused(1, f"YAML illisible: valeur impossible ({error})") from None


def _check_events(text: str) -> None:
    """Refuse, before anything is built, what only an attack or an accident needs."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(_at(event.start_mark), f"les alias YAML ne sont pas acceptés (*{event.anchor})")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Refused(_at(event.start_mark), "trop de niveaux imbriqués")


def _at(mark: Any) -> int:
    return mark.line + 1 if mark else 1


_HINTS = {
    "mapping values are not allowed here": "« : » inattendu: vérifiez l'indentation, ou mettez la valeur entre "
    "guillemets",
    "could not find expected ':'": "« : » attendu après le nom de la clé",
    "cannot start any token": "caractère inattendu (une tabulation? l'indentation se fait avec des espaces)",
    "expected <block end>": "indentation incohérente avec les lignes précédentes",
    "while scanning a quoted scalar": "guillemet non fermé",
    "expected ',' or": "« , » ou fermeture attendue",
    "expected a single document": "un seul document est attendu: retirez la ligne « --- »",
    "expected the node content": "guillemet, crochet ou accolade non fermés",
    "unexpected end of stream": "guillemet, crochet ou accolade non fermés",
    "could not determine a constructor": "les étiquettes YAML (!…) ne sont pas acceptées",
    "found unhashable key": "une clé est un nom simple, pas une liste",
}


def _problem(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context or ''} {error.problem or ''}"
    return next((hint for known, hint in _HINTS.items() if known in said), said.strip())


def _duplicates(node: yaml.Node, path: str = "") -> Iterator[Problem]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _duplicates(item, f"{path}[{index}]")
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            where = f"{path}.{key.value}" if path else str(key.value)
            line = key.start_mark.line + 1
            if str(key.value) in seen:
                yield Problem(line, where, f"clé déjà donnée ligne {seen[str(key.value)]}")
            seen[str(key.value)] = line
            yield from _duplicates(value, where)


def _line(node: yaml.Node, where: tuple[int | str, ...]) -> int:
    """Line of a location, or of the nearest thing above it that the file does have."""
    line = node.start_mark.line
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if str(k.value) == str(part)]
            if found:
                line, node = found[-1][0].start_mark.line, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line + 1
