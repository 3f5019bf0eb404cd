"""The driver contract as an OpenAPI 3.1 document, generated from the actions: docs/driver-openapi.json."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rempart.candidate.actions import ACTIONS, DRIVER_VERSION, Action, Description

_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """`GET /` describes the candidate, `POST /actions/NAME` asks for one action."""
    models: list[type[BaseModel]] = [Description, *(m for a in ACTIONS.values() for m in (a.request, a.answer))]
    # In validation mode, a field with a default is not required: so it is for a candidate's answer.
    _, schemas = models_json_schema([(m, "validation") for m in dict.fromkeys(models)], ref_template=_REF)
    paths: dict[str, Any] = {"/": {"get": _describe()}}
    paths |= {f"/actions/{a.name}": {"post": _operation(a)} for a in ACTIONS.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rempart driver",
            "version": DRIVER_VERSION,
            "description": "What a candidate answers so that Rempart can act on it. Offer what you can: an action that "
            "answers 404 or 501 is left to a person, and its scenarios await an attestation.",
        },
        "paths": paths,
        "components": {"schemas": schemas["$defs"]},
    }


def text() -> str:
    """The document as it is kept in docs/."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _describe() -> dict[str, Any]:
    return {
        "operationId": "describe",
        "summary": "Qui est le candidat, et quelles actions il offre",
        "responses": {"200": _content("The candidate.", Description)},
    }


def _operation(action: Action) -> dict[str, Any]:
    return {
        "operationId": action.name,
        "summary": action.title,
        "description": action.instruction,
        "tags": list(action.dispositifs),
        "requestBody": {"required": True, **_content("", action.request)},
        "responses": {
            "200": _content("Done, or refused with its reason: both are answers.", action.answer),
            "404": {"description": "Action not offered."},
            "501": {"description": "Action not offered."},
            "default": {"description": "The candidate failed: the scenario cannot conclude. The body is kept."},
        },
    }


def _content(description: str, model: type[BaseModel]) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}}
    return {"description": description, **content} if description else content
