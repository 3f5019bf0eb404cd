"""Pydantic's errors said in French, one per mistake, with the key that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Where = tuple[int | str, ...]

_TEXTS = {
    "missing": "clé obligatoire absente",
    "string_type": "un texte est attendu, {input} lu: mettez la valeur entre guillemets",
    "string_too_short": "la valeur est vide",
    "int_type": "un nombre entier est attendu, {input} lu",
    "int_parsing": "un nombre entier est attendu, « {input} » lu",
    "int_from_float": "un nombre entier est attendu, {input} lu",
    "float_type": "un nombre est attendu, {input} lu",
    "float_parsing": "un nombre est attendu, « {input} » lu",
    "finite_number": "un nombre fini est attendu, {input} lu",
    "bool_type": "true ou false est attendu, {input} lu",
    "bool_parsing": "true ou false est attendu, « {input} » lu",
    "greater_than": "la valeur doit être supérieure à {gt:g}, {input} lu",
    "greater_than_equal": "la valeur doit être au moins {ge:g}, {input} lu",
    "less_than_equal": "la valeur doit être au plus {le:g}, {input} lu",
    "literal_error": "« {input} » n'est pas une valeur acceptée: {expected}",
    "model_type": "une section (clés et valeurs) est attendue, {input} lu",
    "dict_type": "une section (clés et valeurs) est attendue, {input} lu",
    "model_attributes_type": "une section (clés et valeurs) est attendue, {input} lu",
    "list_type": "une liste est attendue, {input} lu",
    "too_short": "il en faut au moins {min_length}",
    "path_type": "un chemin de fichier est attendu, {input} lu",
    "union_tag_not_found": "clé obligatoire absente: « kind », parmi {tags}",
    "union_tag_invalid": "« {tag} » n'est pas une valeur acceptée pour « kind »: {expected_tags}",
    "value_error": "{error}",
}


def explain(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Where, str]]:
    """Location and French sentence of each mistake. A misspelt key is one mistake, not an unknown and a missing one."""
    details = [(*_walk(model, detail["loc"]), detail) for detail in error.errors(include_url=False)]
    missing = {where for where, _, detail in details if detail["type"] == "missing"}
    meant: set[Where] = set()
    for where, known, detail in details:
        if detail["type"] == "extra_forbidden":
            absent = [key for key in known if (*where[:-1], key) in missing]
            near = _near(str(where[-1]), absent, 0.5) or _near(str(where[-1]), known, 0.6)
            meant |= {(*where[:-1], near[0])} if near else set()
            yield (
                where,
                f"clé inconnue; vouliez-vous dire « {near[0]} » ?"
                if near
                else (f"clé inconnue; les clés d'ici sont: {', '.join(known)}"),
            )
    for where, _, detail in details:
        if detail["type"] != "extra_forbidden" and where not in meant:
            yield where, _text(detail)


def _near(key: str, known: list[str], likeness: float) -> list[str]:
    return difflib.get_close_matches(key, known, n=1, cutoff=likeness)


def _text(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind not in _TEXTS:
        return detail["msg"]
    context: dict[str, Any] = dict(detail.get("ctx", {}))
    for name in ("expected", "expected_tags"):
        if name in context:
            context[name] = str(context[name]).replace(" or ", ", ")
    tags = "http, command, python, operator, captures"
    return _TEXTS[kind].format(**{"input": _shown(detail["input"]), "tags": tags, **context})


def _shown(value: Any) -> str:
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "une section"
    if isinstance(value, list):
        return "une liste"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _walk(model: type[BaseModel], where: Where) -> tuple[Where, list[str]]:
    """`where` as the file spells it, and the keys that may stand beside its last one.

    Pydantic adds what no file holds: the tag of a union after its key, `[key]` after a wrong dictionary key.
    """
    spelt: list[int | str] = []
    models, beside, union = [model], [model], False
    for part in where:
        if union:
            models, union = [m for m in models if part in get_args(m.model_fields["kind"].annotation)], False
            continue
        if part == "[key]":
            continue
        spelt.append(part)
        beside = models
        if inner := [n for m in models if part in m.model_fields for n in _models(m, str(part))]:
            models, union = inner, len(inner) > 1
    return tuple(spelt), sorted({name for m in beside for name in m.model_fields})


def _models(model: type[BaseModel], field: str) -> list[type[BaseModel]]:
    found, todo = [], [model.model_fields[field].annotation]
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        todo += get_args(annotation)
    return found


def dotted(where: Where) -> str:
    """`dispositifs.HOP-DPI-Va2.driver.command[0]`."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
