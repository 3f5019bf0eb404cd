"""Write the action by action part of docs/candidate.md from the actions themselves.

    python tools/action_docs.py          # rewrites the part between the two markers
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from rempart.candidate.actions import ACTIONS, DPI, PFI, Action, Description
from rempart.candidate.labels import LABELS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "candidate.md"
BEGIN, END = "<!-- actions: begin (tools/action_docs.py) -->\n", "<!-- actions: end -->\n"


def generated() -> str:
    """Actions by dispositif, then the types that they share."""
    parts = []
    for title, wanted in (("DPI", [DPI]), ("PFI", [PFI]), ("DPI and PFI", [DPI, PFI])):
        actions = [a for a in ACTIONS.values() if list(a.dispositifs) == wanted]
        parts += [f"### {title}\n\n", *map(_action, actions)]
    parts.append("### Types\n\n")
    models: list[type[BaseModel]] = [Description]
    for action in ACTIONS.values():
        models += [*_inner(action.request), *_inner(action.answer)]
    parts += [_type(model) for model in dict.fromkeys(models)]
    return "".join(parts)


def rewritten(page: str) -> str:
    """The page with its generated part in force. ValueError when the markers are not there."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + generated() + END + rest.split(END)[1]


def _action(action: Action) -> str:
    lines = [f"#### `{action.name}`: {action.title}", "", f"> {action.instruction}", ""]
    lines += ["Request:", "", _table(action.request), "", "Answer:", "", _table(action.answer), "", ""]
    return "\n".join(lines)


def _type(model: type[BaseModel]) -> str:
    return f"#### {model.__name__}\n\n{_table(model)}\n\n"


def _table(model: type[BaseModel]) -> str:
    if not model.model_fields:
        return "`{}`"
    rows = ["| field | type | required | meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        required = "yes" if field.is_required() else ""
        meaning = field.description or LABELS.get(name, "")
        rows.append(f"| `{name}` | {_said(field.annotation)} | {required} | {meaning} |")
    return "\n".join(rows)


def _said(annotation: Any) -> str:
    if get_origin(annotation) is list:
        return f"list of {_said(get_args(annotation)[0])}"
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if NoneType in get_args(annotation):
        return f"{_said(next(a for a in get_args(annotation) if a is not NoneType))} or null"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__
    if get_origin(annotation) is dict:
        return f"map of {_said(get_args(annotation)[0])} to {_said(get_args(annotation)[1])}"
    return {str: "text", bool: "true, false", int: "number", float: "number"}[annotation]


def _inner(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Models inside a model, the deepest last."""
    found: list[type[BaseModel]] = []
    todo: list[Any] = [field.annotation for field in model.model_fields.values()]
    while todo:
        annotation = todo.pop(0)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
            todo += [field.annotation for field in annotation.model_fields.values()]
        todo += get_args(annotation)
    return found


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), encoding="utf-8")
