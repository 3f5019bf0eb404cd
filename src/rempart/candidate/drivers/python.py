"""The `python` driver: an object of a module, with a method per action (`candidate.protocol.Candidate` types them)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rempart.candidate.actions import ACTIONS
from rempart.candidate.deadline import within
from rempart.candidate.driver import DESCRIBE, Raw
from rempart.candidate.errors import ActionNotOffered, CandidateGarbage, CandidateSlow, CandidateUnreachable
from rempart.candidate.protocol import Candidate


class PythonTransport:
    """`target` is `module:attribute`; a class is instantiated without arguments. `folder` holds the module."""

    name = "python"

    def __init__(self, target: str, folder: Path, timeout: float = 30) -> None:
        self.peer, self._timeout = target, timeout
        module, _, attribute = target.partition(":")
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        try:
            found = getattr(importlib.import_module(module), attribute)
            self._object = found() if isinstance(found, type) else found
        except Exception as error:  # whatever the module of somebody else raises
            raise CandidateUnreachable(f"{target} ne se charge pas: {type(error).__name__}: {error}") from error

    def describe(self) -> Raw:
        if method := self._method(DESCRIBE):
            return self._call(DESCRIBE, method)
        offered = [name for name in ACTIONS if self._method(name)]
        return Raw(json.dumps({"name": self.peer, "version": "", "dispositif": "", "actions": offered}).encode())

    def send(self, action: str, body: bytes) -> Raw:
        method = self._method(action)
        if method is None:
            raise ActionNotOffered(action)
        return self._call(action, method, ACTIONS[action].request.model_validate_json(body))

    def close(self) -> None:
        """The object lives as long as the harness."""

    def _method(self, action: str) -> Callable[..., Any] | None:
        """None too for a method that the object only inherits from the Protocol, without a body of its own."""
        method = getattr(self._object, action, None)
        inherited = getattr(method, "__func__", None) is getattr(Candidate, action, object())
        return method if callable(method) and not inherited else None

    def _call(self, action: str, method: Callable[..., Any], *request: BaseModel) -> Raw:
        try:
            answer = within(self._timeout, lambda: method(*request))
        except TimeoutError:
            raise CandidateSlow(f"« {action} » n'a pas fini en {self._timeout:g} s") from None
        except Exception as error:
            raise CandidateGarbage(f"« {action} » a levé {type(error).__name__}: {error}") from error
        try:
            text = answer.model_dump_json() if isinstance(answer, BaseModel) else json.dumps(answer)
        except (TypeError, ValueError) as error:
            raise CandidateGarbage(f"« {action} » rend {type(answer).__name__}, non traduisible en JSON") from error
        return Raw(text.encode())
