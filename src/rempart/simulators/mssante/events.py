"""What steps hear of: a mail handed over or refused, a mail fetched, a session that ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rempart.formats.mail.envelope import Envelope, Session
from rempart.formats.mail.source import Head
from rempart.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail that a client handed over, or tried to.

    `exchange` keeps its bytes, or its envelope when the operator refused it before them; `envelope_exchange` and
    `session_exchange` are the records that checks read (`mss.envelope`, `mss.session`), the session as it was when its
    first mail came. `reply` is the operator's last word, "" when it cut; `refused` are recipients and what they were
    answered.
    """

    exchange: Exchange
    envelope: Envelope
    envelope_exchange: Exchange
    session_exchange: Exchange
    head: Head
    login: str = ""
    reply: str = ""
    answer: Exchange | None = None
    refused: tuple[tuple[str, str], ...] = ()
    read: Callable[[], bytes] = field(default=bytes, repr=False)

    @property
    def accepted(self) -> bool:
        return self.reply.startswith("250")

    @property
    def message(self) -> bytes:
        """The mail as it was submitted; b"" when only its envelope came. Until the next reset."""
        return self.read()

    @property
    def message_id(self) -> str:
        return self.head.value("Message-ID")

    @property
    def subject(self) -> str:
        return self.head.value("Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail that a client took out of a mailbox by IMAP, whole. `exchange` keeps what it was given."""

    exchange: Exchange
    mailbox: str
    uid: int
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSession:
    """A session from its opening to its end. `exchange` keeps its dialogue, `record` what `mss.session` and
    `mss.refusal` read. `problem`: why it ended, "" when the client took leave."""

    exchange: Exchange
    record: Exchange
    session: Session
    problem: str = ""


Where = Callable[[ReceivedMail], bool]
