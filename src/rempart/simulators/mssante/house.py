"""What every session shares: the operator's state, its TLS, how it behaves, where evidence goes, who is told."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rempart.formats.mail.envelope import Fault
from rempart.model.exchange import Direction, Exchange, Record
from rempart.simulators.heard import Ear
from rempart.simulators.mssante.events import EndedSession, Fetched, ReceivedMail
from rempart.simulators.mssante.journal import Journal
from rempart.simulators.mssante.post import Post
from rempart.simulators.mssante.service import Service

if TYPE_CHECKING:
    from rempart.simulators.mssante.behaviours import Behaviour, ImapBehaviour

_SESSION = "mail/session"
_STALE_KEPT = 20_000
_KEPT = 2_000  # of each kind in memory; the evidence has them all


@dataclass(kw_only=True)
class House:
    """`context` gives the TLS of a session that opens, by the fault of the day. `stale`: Message-IDs of earlier
    scenarios, whose resending is taken and kept, and not heard."""

    role: str
    service: Service
    post: Post
    record: Record
    context: Callable[[Fault], ssl.SSLContext]
    behaviour: Behaviour
    imap_behaviour: ImapBehaviour
    fault: Fault = ""
    scenario: int = 0  # how many times everything was forgotten
    reached: bool = False
    mails: Ear[ReceivedMail] = field(init=False)
    fetches: Ear[Fetched] = field(init=False)
    sessions: Ear[EndedSession] = field(init=False)
    stale: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mails, self.fetches, self.sessions = Ear(self.role, _KEPT), Ear(self.role, _KEPT), Ear(self.role, _KEPT)

    @property
    def host(self) -> str:
        """The name that the operator gives itself."""
        return self.service.space.here.host

    def keep_session(self, journal: Journal, peer: str, note: str = "") -> Exchange:
        """The record of a session so far."""
        data = journal.session().model_dump_json().encode()
        return self.record(Direction.OBSERVED, _SESSION, self.role, peer, f"session {journal.protocol}", data, note)

    def end_session(self, journal: Journal, peer: str, scenario: int) -> None:
        """Keep the dialogue and the record of a session, and tell of it when it is of this scenario."""
        dialogue = self.record(
            Direction.RECEIVED, journal.protocol, self.role, peer, "dialogue", journal.text(), journal.problem
        )
        record = self.keep_session(journal, peer, journal.problem)
        if scenario != self.scenario:
            return
        if journal.problem and not (journal.closed_by_client or journal.wanted):
            self.mails.fault(journal.problem)
            self.sessions.fault(journal.problem)
        self.sessions.put(
            EndedSession(exchange=dialogue, record=record, session=journal.session(), problem=journal.problem)
        )

    def hear_mail(self, mail: ReceivedMail) -> None:
        if mail.message_id not in self.stale:
            self.mails.put(mail)

    def clear(self) -> None:
        """Forget what was heard."""
        self.scenario += 1
        self.stale |= dict.fromkeys(m.message_id for m in self.mails.all() if m.message_id)
        for old in list(self.stale)[: max(0, len(self.stale) - _STALE_KEPT)]:
            del self.stale[old]
        for ear in (self.mails, self.fetches, self.sessions):
            ear.clear()
