"""What becomes of a mail that the operator has: delivered, handed to another operator, reported on, read.

Delivery reports follow RFC 3461: only what NOTIFY asks for, a failure when it asks for nothing, and never about a mail
that has no return path. Return-Receipt-To asks for the success too (ECO.2.3.1 of the reference framework #2).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import format_datetime

from rempart.formats import mail
from rempart.formats.mail import Delivery, Dsn
from rempart.formats.mail.envelope import Envelope
from rempart.formats.mail.source import Head, addresses_of, read_head
from rempart.model.exchange import Direction, Exchange, Record
from rempart.simulators.mssante.mailbox import SEEN, Mailbox, Stored
from rempart.simulators.mssante.service import Posted, Service, Waiting
from rempart.simulators.mssante.space import Operator
from rempart.simulators.wire import now

PROTOCOL = "mail/rfc822"
_HEAD = 64 << 10  # bytes of a mail that a report gives back, when it gives the header alone
PRODUCT = "REMPART"  # X-MSS-NIL of what simulated correspondents send
NOBODY = ""  # the null return path


def head_of(data: bytes) -> Head:
    """The header of a mail; none when it cannot be read."""
    try:
        return read_head(data)
    except mail.MailError:
        return Head(())


def kind_of(head: Head) -> str:
    """What a mail is at first sight: a label is wanted even for what is wrong."""
    content = head.value("Content-Type").lower()
    if content.startswith("multipart/report"):
        return "MDN" if "disposition-notification" in content else "DSN"
    return "courriel XDM" if mail.SUBJECT_PREFIX in head.value("Subject") else "courriel"


def without_return_path(data: bytes) -> tuple[bytes, str]:
    """A mail without the return path that it brings, and that address ("" without one): who delivers writes its own."""
    found = head_of(data).first("Return-Path")
    if found is None:
        return data, ""
    end = found.start + found.length
    end += 2 if data.startswith(b"\r\n", end) else 1
    return data[: found.start] + data[end:], next((a for _, a in addresses_of(found)), "")


def new_message_id(operator: Operator) -> str:
    return f"<{uuid.uuid4()}@{operator.domains[0]}>"


class Post:
    """Called in the simulators' thread alone."""

    def __init__(self, service: Service, record: Record, role: str) -> None:
        self._service, self._record, self._role = service, record, role

    # -- what is said at once, in the session

    def refusal(self, address: str, size: int) -> str:
        """The reply to RCPT when this recipient is refused at once, "" when it is taken."""
        here = self._service.space.here
        operator = self._service.space.operator_of(address)
        if operator is None:
            return "550 5.7.1 Destinataire hors de l'espace de confiance MSSante"
        if operator is not here:
            return ""  # known later
        return refused(operator, address, size)

    # -- what comes next

    def accept(self, posted: Posted, via: str) -> list[Delivery]:
        """Deliver a mail that was accepted, recipient by recipient; what became of each. `via` describes the session
        for the Received header."""
        outcomes, envelope = [], posted.envelope
        for number, address in enumerate(envelope.rcpt_to):
            original = envelope.original[number] if number < len(envelope.original) else ""
            outcomes.append(replace(self._hand_over(posted, address, via), original=original))
        return outcomes

    def _hand_over(self, posted: Posted, address: str, via: str) -> Delivery:
        operator = self._service.space.operator_of(address)
        assert operator is not None  # refused at RCPT
        if not operator.reachable:
            alone = replace(posted, envelope=one_of(posted.envelope, address))
            self._service.waiting.append(Waiting(operator=operator, posted=alone))
            said = "451 4.4.1 Operateur injoignable"
            return Delivery(recipient=address, action="delayed", status="4.4.1", diagnostic=said)
        if said := refused(operator, address, posted.kept.size):
            return Delivery(recipient=address, action="failed", status=said.split()[1], diagnostic=said)
        mailbox = operator.mailbox(address)
        assert mailbox is not None
        self._deliver(operator, mailbox, posted, via)
        action = "delivered" if operator.dsn or operator is self._service.space.here else "relayed"
        return Delivery(recipient=address, action=action, status="2.1.5", diagnostic="250 2.1.5 Remis")

    def _deliver(self, operator: Operator, mailbox: Mailbox, posted: Posted, via: str) -> None:
        """Into the mailbox, under the trace that RFC 5321 (4.4) asks of who delivers."""
        arrived, back = now(), posted.envelope.mail_from
        trace = f"Return-Path: <{back}>\r\nReceived: {via} by {operator.host};\r\n {format_datetime(arrived)}\r\n"
        own = posted.head.value("Message-ID")
        stored = mailbox.inbox.add(posted.kept, arrived, trace=trace.encode(), message_id=own)
        if mailbox.answers:
            self.read(mailbox, stored)

    def report(self, posted: Posted, outcomes: Sequence[Delivery]) -> list[Exchange]:
        """Send to the return path the reports that the mail asks for."""
        envelope = posted.envelope
        if not envelope.mail_from:
            return []
        receipt = bool(posted.head.addresses("Return-Receipt-To"))
        notify = dict(zip(envelope.rcpt_to, envelope.notify, strict=False))
        wanted = [o for o in outcomes if _wanted(o.action, notify.get(o.recipient, ""), receipt)]
        groups: dict[tuple[str, str], list[Delivery]] = {}
        for one in wanted:
            groups.setdefault((one.action, self._reporting(one).host), []).append(one)
        return [self._report(posted, group) for group in groups.values()]

    def _reporting(self, outcome: Delivery) -> Operator:
        """The operator that has the last word is the one that reports."""
        space = self._service.space
        return (space.operator_of(outcome.recipient) if outcome.action == "delivered" else None) or space.here

    def _report(self, posted: Posted, outcomes: Sequence[Delivery]) -> Exchange:
        reporting, envelope = self._reporting(outcomes[0]), posted.envelope
        full = envelope.ret == "FULL" and outcomes[0].action == "failed"
        dsn = Dsn(reporting=reporting.host, deliveries=tuple(outcomes), envelope_id=envelope.envelope_id)
        written = mail.write_dsn(
            dsn,
            sender=f"postmaster@{reporting.domains[0]}",
            recipient=envelope.mail_from,
            message_id=new_message_id(reporting),
            date=now(),
            original=self._service.spool.read(posted.kept, None if full else _HEAD),
            full=full,
        )
        return self.send(reporting, envelope.mail_from, written, NOBODY, f"DSN {outcomes[0].action}")

    def send(self, operator: Operator, address: str, data: bytes, mail_from: str, label: str = "") -> Exchange:
        """A mail that comes from this operator, or from one of its mailboxes, for a mailbox of the space; kept first.

        Raises KeyError when there is no such mailbox: nobody reports on reports.
        """
        arriving, head = self._service.space.operator_of(address), head_of(data)
        mailbox = arriving.mailbox(address) if arriving else None
        exchange = self._record(
            Direction.SENT, PROTOCOL, self._role, address, label or kind_of(head), data,
            "" if mailbox else "boîte inconnue: ce courriel n'a pas été remis",
        )  # fmt: skip
        if arriving and mailbox:
            envelope = Envelope(mail_from=mail_from, rcpt_to=(address,))
            posted = Posted(envelope=envelope, kept=self._service.spool.keep(data), head=head)
            self._deliver(arriving, mailbox, posted, f"from {operator.host}")
        return exchange

    def retry(self, operator: Operator) -> None:
        """This operator can be reached again: hand over what was waiting for it."""
        operator.reachable = True
        for one in self._take(lambda w: w.operator is operator):
            self.report(one.posted, self.accept(one.posted, "from queue"))

    def give_up(self) -> None:
        """What still waits has waited long enough: it fails."""
        for one in self._take(lambda w: True):
            said = "554 4.4.7 Delai de remise expire"
            failed = Delivery(
                recipient=one.posted.envelope.rcpt_to[0], action="failed", status="4.4.7", diagnostic=said,
                original="".join(one.posted.envelope.original),
            )  # fmt: skip
            self.report(one.posted, [failed])

    def _take(self, where: Callable[[Waiting], bool]) -> list[Waiting]:
        taken = [w for w in self._service.waiting if where(w)]
        self._service.waiting = [w for w in self._service.waiting if not where(w)]
        return taken

    def read(self, mailbox: Mailbox, stored: Stored, error: tuple[str, str] | None = None, *, processed: bool = False
             ) -> Exchange | None:  # fmt: skip
        """The holder of a mailbox reads a mail, or software has `processed` it (`error`: it could not). The receipt
        that goes back; None when the mail asks for none, or cannot be read."""
        original = stored.read(self._service.spool)
        operator = self._service.space.operator_of(mailbox.address) or self._service.space.here
        common = {"mailbox": mailbox.address, "message_id": new_message_id(operator), "product": PRODUCT}
        stored.flags.add(SEEN)
        try:
            if processed or error:
                written = mail.write_mdn(original, **common, date=now(), error=error)
            else:
                written = mail.write_receipt(original, **common, date=now())
        except mail.MailError:  # nobody can read it
            return None
        if written is None:
            return None
        asked = head_of(original).addresses("Disposition-Notification-To")
        return self.send(operator, asked[0][1], written, NOBODY, "MDN")


def refused(operator: Operator, address: str, size: int) -> str:
    """The reply of an operator that does not take a mail for this address, "" when it does."""
    mailbox = operator.mailbox(address)
    if mailbox is None:
        return "550 5.1.1 Boite inconnue"
    if mailbox.closed:
        return "550 5.2.1 Boite fermee"
    if mailbox.full_with(size):
        return "552 5.2.2 Boite pleine"
    return ""


def one_of(envelope: Envelope, address: str) -> Envelope:
    """The envelope of one of the recipients."""
    at = envelope.rcpt_to.index(address)
    return envelope.model_copy(
        update={
            "rcpt_to": (address,), "notify": envelope.notify[at : at + 1], "original": envelope.original[at : at + 1]
        }
    )  # fmt: skip


def _wanted(action: str, notify: str, receipt: bool) -> bool:
    asked = {n.strip().upper() for n in notify.split(",")} - {""}
    if action == "failed":
        return not asked or "FAILURE" in asked
    if action == "delayed":
        return not asked or "DELAY" in asked
    return "SUCCESS" in asked or (receipt and not asked)
