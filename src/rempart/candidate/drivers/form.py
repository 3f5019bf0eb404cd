"""A form made from a pydantic model: shown line by line, filled question by question, never left invalid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from rempart.candidate.labels import label

Ask = Callable[[str], str]
Tell = Callable[[str], None]
M = TypeVar("M", bound=BaseModel)


class Passed(Exception):
    """The person leaves the form; `everything`: those that would follow too."""

    def __init__(self, everything: bool = False) -> None:
        super().__init__()
        self.everything = everything


def show(value: dict[str, Any], indent: str = "  ") -> Iterator[str]:
    """Lines that say what is asked, in French."""
    for name, content in value.items():
        if isinstance(content, dict):
            yield f"{indent}{label(name)}:"
            yield from show(content, indent + "  ")
        elif isinstance(content, list):
            items = content or ["aucun"]
            for item in items:
                if isinstance(item, dict):
                    yield f"{indent}{label(name)}:"
                    yield from show(item, indent + "  ")
                else:
                    yield f"{indent}{label(name)}: {item}"
        else:
            yield f"{indent}{label(name)}: {_said(content)}"


def fill(model: type[M], ask: Ask, tell: Tell) -> M:
    """An instance of `model` from answers. An invalid answer is explained and asked again. Raises Passed."""
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        values[name] = _value(name, field.annotation, field, ask, tell)
    return model.model_validate(values)


def _value(name: str, annotation: Any, field: FieldInfo, ask: Ask, tell: Tell) -> Any:
    inner = _without_none(annotation)
    if get_origin(inner) is list:
        return _list(name, get_args(inner)[0], field, ask, tell)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        if inner is not annotation and not _yes(ask(f"  {label(name)} affiché(e)? (o/n)")):
            return None
        return fill(inner, ask, tell)
    return _scalar(name, inner, field, ask, tell)


def _list(name: str, item: Any, field: FieldInfo, ask: Ask, tell: Tell) -> list[Any]:
    values: list[Any] = []
    while _yes(ask(f"  {label(name)}: {'une ligne' if not values else 'une autre ligne'} à saisir? (o/n)")):
        if isinstance(item, type) and issubclass(item, BaseModel):
            values.append(fill(item, ask, tell))
        else:
            values.append(_scalar(name, item, field, ask, tell))
    return values


def _scalar(name: str, annotation: Any, field: FieldInfo, ask: Ask, tell: Tell) -> Any:
    choices = _choices(annotation)
    hint = f" ({' | '.join(choices)})" if choices else " (o/n)" if annotation is bool else ""
    empty = "" if field.is_required() or get_origin(field.annotation) is list else f" [{_said(field.get_default())}]"
    while True:
        said = ask(f"  {label(name)}{hint}{empty}:")
        if said == "" and empty:
            return field.get_default()
        try:
            return TypeAdapter(annotation).validate_python(_bool(said) if annotation is bool else said)
        except ValidationError:
            tell(f"  « {said} » n'est pas une réponse possible{hint}")


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(c) for c in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [str(c.value) for c in annotation]
    return []


def _without_none(annotation: Any) -> Any:
    arguments = [a for a in get_args(annotation) if a is not NoneType]
    return arguments[0] if len(arguments) == 1 and NoneType in get_args(annotation) else annotation


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value) if value not in (None, "") else "vide"


def _yes(said: str) -> bool:
    return _bool(said) is True


def _bool(said: str) -> bool | str:
    return {"o": True, "oui": True, "n": False, "non": False, "": False}.get(said.lower(), said)
