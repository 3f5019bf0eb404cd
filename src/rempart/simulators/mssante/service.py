"""The operator itself, without its wires: what it knows and how it is set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rempart.formats.mail.envelope import Envelope
from rempart.formats.mail.source import Head
from rempart.simulators.mssante.credentials import Tokens
from rempart.simulators.mssante.space import Operator, Space, published_space
from rempart.simulators.mssante.spool import Kept, Spool


@dataclass(slots=True, kw_only=True)
class Settings:
    """Parameters that a scenario may change.

    `max_size`: of a mail, in bytes (SIZE). `certificate_required`: nobody comes in without a client certificate, not
    even with a token. `tls_13`: TLS 1.3 is offered beside 1.2. `own_sender`: a mail leaves from the mailbox that was
    opened, and from no other. `quota`: mails that a mailbox may send before the operator asks it to slow down.
    """

    max_size: int = 50 << 20
    certificate_required: bool = False
    tls_13: bool = True
    own_sender: bool = True
    quota: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A mail that the operator has: its envelope, its bytes as they were submitted, its header."""

    envelope: Envelope
    kept: Kept
    head: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mail for one recipient of an operator that cannot be reached."""

    operator: Operator
    posted: Posted


@dataclass(slots=True, kw_only=True)
class Service:
    """State and settings of the operator and of those it exchanges mails with. Changed by the simulators' thread."""

    space: Space = field(default_factory=published_space)
    usual: Settings = field(default_factory=Settings)  # what every scenario starts from
    settings: Settings = field(init=False)
    tokens: Tokens = field(default_factory=Tokens)
    spool: Spool = field(default_factory=Spool)
    waiting: list[Waiting] = field(default_factory=list)
    submitted: dict[str, int] = field(default_factory=dict)  # mails sent, by mailbox

    def __post_init__(self) -> None:
        self.settings = replace(self.usual)

    def reset(self) -> None:
        """As at the start; sessions that look at a folder see it empty."""
        self.space.restore()
        self.settings = replace(self.usual)
        self.tokens.clear()
        self.waiting.clear()
        self.submitted.clear()
        old, self.spool = self.spool, Spool()
        old.close()

    def close(self) -> None:
        self.spool.close()
