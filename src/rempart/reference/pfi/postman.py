"""The worker that talks to the operator of MSSanté: mails leave, again after an outage; what comes in is sorted."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from rempart.formats import mail
from rempart.formats.mail import Dsn, MailError, Mdn
from rempart.reference.mss.failures import Outage, Refused
from rempart.reference.mss.mailbox import MailboxReader
from rempart.reference.mss.submission import Envelope, Submission
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.mail_traces import DELIVERED, FETCH, READ, REFUSED, SENT, UNREACHABLE, WAITS, MailTraces
from rempart.reference.pfi.mailbox import Mailbox, NothingToDo
from rempart.reference.pfi.mailing import Mailing
from rempart.reference.pfi.transmission import Transmission
from rempart.reference.store import Row, Store

T = TypeVar("T")
_UNKNOWN = "554"  # SMTP: the transaction failed


class Postman:
    """`start` wakes it up: after an order, an answer, and when the program starts. What is not done stays kept."""

    def __init__(
        self,
        store: Store,
        mailing: Mailing,
        transmission: Transmission,
        mailbox: Mailbox,
        operator: tuple[Submission, MailboxReader],
        pause: float,
        after: Callable[[], None],
        mutants: Mutants,
    ) -> None:
        """`pause`: seconds between two looks at the mailbox, and before a new attempt. `after` is called when something
        may leave for the DPI."""
        self._store, self._mailing, self._transmission, self._mailbox = store, mailing, transmission, mailbox
        (self._submission, self._reader), self._pause, self._after = operator, pause, after
        self._mutants, self._traces = mutants, MailTraces(store, mutants)
        self._tasks: list[asyncio.Task[None]] = []
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="mssante")
        self._news, self._stopping = asyncio.Event(), asyncio.Event()

    def start(self) -> None:
        self._news.set()
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._read_all())]

    async def stop(self) -> None:
        """What is under way is in doubt, and waits for the next start."""
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._reader.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # -- what leaves

    async def _send_all(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            row = self._mailing.next()
            if row is None:
                await self._news.wait()
            elif not await self._send(row):
                await self._wait(self._pause)

    async def _send(self, row: Row) -> bool:
        """False when it has to leave again."""
        data = self._mailing.as_sent(row)
        ordered = row["line"] is not None
        recipients = tuple(row["recipients"].split(","))
        envelope = Envelope(
            recipients=recipients, receipt=ordered, identifier=f"Q{row['id']}", notification=not ordered
        )
        try:
            answer = await self._in_thread(self._submission.send, data, envelope)
        except Outage as outage:
            return self._put_off(row, outage)
        except Refused as refusal:
            if self._mutants.on("refus-definitif-reessaye"):
                return self._put_off(row, Outage(f"l'opérateur répond {refusal}"))
            self._ended(row, "failed", refusal.code, refusal.label)
        except Exception as error:  # a defect of ours must not stop the others
            traceback.print_exc(file=sys.stderr)
            self._ended(row, "failed", _UNKNOWN, f"erreur interne: {type(error).__name__}")
        else:
            self._ended(row, "sent", "", answer)
        return True

    def _put_off(self, row: Row, outage: Outage) -> bool:
        self._mailing.failed_once(row, outage)
        self._traces.write(WAITS, row["message_id"], _request(row), outage.reason)
        return self._mailing.gives_up(row)

    def _ended(self, row: Row, state: str, code: str, label: str) -> None:
        with self._store.transaction():
            self._mailing.mark(row, state)
            self._traces.write(REFUSED if code else SENT, row["message_id"], _request(row), f"{code} {label}".strip())
            if code and row["line"] is not None:
                self._refused(row["line"], code, label)
            elif row["line"] is not None and self._mutants.on("remis-des-l-envoi"):
                self._transmission.report(row["line"])
        self._after()

    def _refused(self, line: int, code: str, label: str) -> None:
        """No report of delivery will ever come: who asked hears of it now."""
        if self._mutants.on("refus-definitif-toujours-554"):
            code = _UNKNOWN
        if not self._mutants.on("refus-definitif-non-rapporte"):
            self._transmission.report(line, code, label)

    # -- what comes in

    async def _read_all(self) -> None:
        while not self._stopping.is_set():
            try:
                for uid, data in await self._in_thread(lambda: list(self._reader.new())):
                    self._sort(data)
                    await self._in_thread(self._reader.seen, uid)
            except (Outage, Refused) as failure:
                self._traces.write(UNREACHABLE, "", "IMAP UID SEARCH UNSEEN", str(failure))
            except Exception:  # likewise
                traceback.print_exc(file=sys.stderr)
            await self._wait(self._pause)

    def _sort(self, data: bytes) -> None:
        """One mail, kept or answered for before it is told to be seen."""
        try:
            if (report := mail.read_dsn(data)) is not None:
                self._delivered(report)
            elif (notice := mail.read_mdn(data)) is not None:
                self._read_by(notice)
            else:
                self._handed(data)
        except MailError as error:
            self._store.trace("courriel MSSanté illisible", error.reason)
        self._news.set()
        self._after()

    def _delivered(self, report: Dsn) -> None:
        row = self._mailing.sent_as(report.envelope_id, report.original_message_id)
        if row is None or row["line"] is None:
            return
        with self._store.transaction():
            for delivery in report.deliveries:
                said = f"{delivery.recipient} {delivery.action} {delivery.diagnostic}".strip()
                self._traces.write(DELIVERED, row["message_id"], FETCH, said)
                failed = delivery.action == "failed" and not self._mutants.on("echec-dsn-dit-succes")
                if failed:
                    self._transmission.report(row["line"], *_error(delivery))
                elif delivery.action in ("delivered", "relayed", "failed"):
                    self._transmission.report(row["line"])

    def _read_by(self, notice: Mdn) -> None:
        row = self._mailing.sent_as("", notice.original_message_id)
        if row is None or row["line"] is None:
            return
        with self._store.transaction():
            said = f"{notice.final_recipient} {notice.disposition}"
            self._traces.write(READ, row["message_id"], FETCH, said)
            self._transmission.read(row["line"], notice.error_code, notice.error_label)

    def _handed(self, data: bytes) -> None:
        try:
            with self._store.transaction():
                self._mailbox.receive(data)
        except NothingToDo as reason:
            self._store.trace("courriel MSSanté sans suite", str(reason))

    # -- waiting

    async def _in_thread(self, what: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, what, *arguments)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass


def _request(row: Row) -> str:
    return f"SMTP: envoi à {row['recipients']}"


def _error(delivery: mail.Delivery) -> tuple[str, str]:
    """Code and label of the server's answer, as `smtp; 550 5.1.1 Boite inconnue`."""
    _, _, said = delivery.diagnostic.rpartition("; ")
    code, _, label = said.partition(" ")
    return (code, label) if code.isdigit() and len(code) == 3 else (_UNKNOWN, delivery.diagnostic or delivery.status)
