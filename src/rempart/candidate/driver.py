"""Driver: asks the candidate for one action, keeps both sides of it as evidence, and reads the answer.

How the bytes travel is a Transport's business (`drivers/`): all of them carry the same JSON.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from pydantic import BaseModel, ValidationError

from rempart.candidate.actions import ACTIONS, RESTART, Description
from rempart.candidate.errors import ActionNotOffered, CandidateError, CandidateGarbage
from rempart.candidate.messages import dotted, explain
from rempart.model.exchange import Direction, Exchange, Record

DESCRIBE = "describe"
_ROLE = "pilote"


@dataclass(frozen=True, slots=True)
class Raw:
    """What came back, before anyone read it. `note` says how ("HTTP 200", "code de sortie 0")."""

    data: bytes
    note: str = ""


class Transport(Protocol):
    """Carries one JSON request to the candidate and its JSON answer back.

    `send` raises ActionNotOffered, or CandidateUnreachable, CandidateSlow, CandidateGarbage, with the bytes received.
    """

    name: str  # "http": the protocol of the evidence is "driver/http"
    peer: str

    def describe(self) -> Raw: ...

    def send(self, action: str, body: bytes) -> Raw: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an action; `sent` and `exchange` are the evidence of the request and of the answer."""

    answer: BaseModel
    sent: Exchange
    exchange: Exchange


class Driver:
    """What scenarios act on a candidate with. `last` is the latest thing recorded, whatever became of the call.

    `operator`, when someone is there, is asked for what the candidate does not offer. `program`, when the harness has
    started the candidate, restarts it: nobody else is asked.
    """

    def __init__(
        self,
        transport: Transport,
        record: Record,
        operator: Transport | None = None,
        program: Transport | None = None,
    ) -> None:
        self._transport, self._record, self._operator, self._program = transport, record, operator, program
        self.last: Exchange | None = None

    def describe(self) -> Description:
        """What the candidate says of itself. Raises as `call`, save ActionNotOffered."""
        answer = self._receive(self._transport, DESCRIBE, Description, self._transport.describe)
        assert isinstance(answer, Description)
        return answer

    def call(self, action: str, request: BaseModel) -> Reply:
        """Ask for an action. Raises ActionNotOffered, CandidateUnreachable, CandidateSlow or CandidateGarbage.

        TypeError when `request` is not what the action takes: a mistake of ours.
        """
        known = ACTIONS[action]
        if not isinstance(request, known.request):
            raise TypeError(f"{action} takes {known.request.__name__}, not {type(request).__name__}")
        body = request.model_dump_json(exclude_none=True).encode()
        if action == RESTART and self._program is not None:
            return self._ask(self._program, action, body)
        try:
            return self._ask(self._transport, action, body)
        except ActionNotOffered:
            if self._operator is None:
                raise
            return self._ask(self._operator, action, body)

    def moved(self, transport: Transport) -> None:
        """The candidate is reached by another way from now on: it listens elsewhere."""
        self._transport.close()
        self._transport = transport

    def close(self) -> None:
        self._transport.close()
        if self._operator:
            self._operator.close()

    def _ask(self, transport: Transport, action: str, body: bytes) -> Reply:
        sent = self._keep(transport, Direction.SENT, action, body, "")
        answer = self._receive(transport, action, ACTIONS[action].answer, lambda: transport.send(action, body))
        assert self.last
        return Reply(answer, sent, self.last)

    def _receive(self, transport: Transport, action: str, model: type[BaseModel], send: Callable[[], Raw]) -> BaseModel:
        try:
            raw = send()
        except (CandidateError, ActionNotOffered) as error:
            if error.received:
                self._keep(transport, Direction.RECEIVED, action, error.received, error.reason)
            else:
                self._keep(transport, Direction.OBSERVED, action, error.reason.encode(), error.reason)
            raise
        self._keep(transport, Direction.RECEIVED, action, raw.data, raw.note)
        return read_answer(action, model, raw.data)

    def _keep(self, transport: Transport, direction: Direction, action: str, data: bytes, note: str) -> Exchange:
        self.last = self._record(direction, f"driver/{transport.name}", _ROLE, transport.peer, action, data, note)
        return self.last


def read_answer(action: str, model: type[BaseModel], data: bytes) -> BaseModel:
    """`data` as the answer of an action. Raises CandidateGarbage with the field at fault."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            shown = data[:80].decode("utf-8", "replace")
            raise CandidateGarbage(f"réponse à « {action} » qui n'est pas du JSON: « {shown} »", data) from None
        said = [f"« {dotted(where) or '(racine)'} »: {text}" for where, text in explain(error, model)]
        raise CandidateGarbage(f"réponse à « {action} » non conforme au pilote: {'; '.join(said[:5])}", data) from None


def unrecorded(
    direction: Direction, protocol: str, role: str, peer: str, label: str, data: bytes, note: str = ""
) -> Exchange:
    """A Record that keeps nothing: for looking at a candidate outside a campaign."""
    return Exchange(
        id=uuid.uuid4().hex,
        time=datetime.now(UTC),
        direction=direction,
        protocol=protocol,
        role=role,
        peer=peer,
        label=label,
        sha256=sha256(data).hexdigest(),
        size=len(data),
        note=note,
    )
