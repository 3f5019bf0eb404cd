"""Mails received: the XDM archive opened, one MDM per document handed to the DPI, and its sender answered (MDN)."""

from __future__ import annotations

from rempart.formats import mail, xdm
from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.hl7v2 import Message
from rempart.formats.mail import SUBJECT_PREFIX, Mail, MailError
from rempart.formats.xdm import Submission, XdmError
from rempart.reference.mutation import Mutants
from rempart.reference.outbox import Outbox
from rempart.reference.pfi.delivery import delivery_message, mail_alone
from rempart.reference.pfi.mail_deviations import deviate_notice
from rempart.reference.pfi.mail_traces import FETCH, HANDED, RECEIVED, MailTraces
from rempart.reference.pfi.mailing import PRODUCT, Mailing, new_message_id
from rempart.reference.retry import State
from rempart.reference.settings import MAILBOX, Settings
from rempart.reference.store import Row, Store, now

_ANSWERS = {State.ACCEPTED: "AA", State.ERROR: "AE", State.REJECTED: "AR"}
ACTIONS = {"": "initial", "C": "replace", "D": "delete"}


class NothingToDo(ValueError):
    """Why a mail cannot be handed over, in French."""


class Mailbox:
    """The BAL applicative of the PFI."""

    def __init__(self, settings: Settings, store: Store, outbox: Outbox, mailing: Mailing, mutants: Mutants) -> None:
        self._settings, self._store, self._outbox = settings, store, outbox
        self._mailing, self._mutants = mailing, mutants
        self._traces = MailTraces(store, mutants)

    def receive(self, data: bytes) -> None:
        """Write the messages of one mail, in the open transaction. Raises NothingToDo."""
        try:
            received, submission = _open(data, any_patient=self._mutants.on("archive-de-deux-patients-transmise"))
            if self._mutants.on("archive-reconnue-a-l-objet-seul") and not received.subject.startswith(SUBJECT_PREFIX):
                raise NothingToDo("l'objet n'annonce pas d'archive")
        except NothingToDo:
            self._without_archive(data)
            raise
        opened = [(ACTIONS[d.action], d, _header(d.data)) for d in submission.documents]
        for action, _, header in opened:
            if action == "replace" and header.replaces is None:
                raise NothingToDo("le document ne dit pas lequel il remplace")
        mail_id = self._store.insert("received_mails", {"message": data})
        if self._mutants.on("un-seul-mdm-pour-deux-documents"):
            opened = opened[:1]
        for action, entry, header in opened:
            if self._mutants.on("xdm-suppression-en-T02") and action == "delete":
                action = "initial"
            message = delivery_message(self._settings, received, action, entry, header)
            control_id = self._outbox.post(message, chain=f"mail-{mail_id}")
            self._store.insert("deliveries", {"control_id": control_id, "mail": mail_id})
        named = " ".join([received.message_id, *(header.unique_id for _, _, header in opened)])
        self._traces.write(RECEIVED, named, FETCH, "OK")
        if self._mutants.on("mdn-avant-la-reponse"):
            self._notify(mail_id, None)

    def _without_archive(self, data: bytes) -> None:
        """Nothing. The mutant hands the text of the mail over, and keeps it from the rollback that follows."""
        if self._mutants.on("courriel-sans-archive-transmis"):
            self._outbox.post(mail_alone(self._settings, mail.read(data)), chain="mail")
            self._store.restart()

    def delivered(self, control_id: str) -> None:
        """A message is answered or given up: once all those of its mail are, the sender is told."""
        row = self._store.one("SELECT mail FROM deliveries WHERE control_id = ?", control_id)
        if row is None:
            return
        self._trace_answer(control_id)
        if self._mutants.on("mdn-avant-la-reponse"):
            return
        rows = self._store.all(
            "SELECT o.* FROM deliveries d JOIN outbox o ON o.control_id = d.control_id WHERE d.mail = ?", row["mail"]
        )
        if any(not r["done"] or r["state"] == State.PENDING for r in rows):
            return  # no answer of the DPI, no notification: silence tells nothing of the document
        failed = next((r for r in rows if r["state"] != State.ACCEPTED), None)
        with self._store.transaction():
            self._notify(row["mail"], self._error(failed))

    def _trace_answer(self, control_id: str) -> None:
        row = self._store.one("SELECT * FROM outbox WHERE control_id = ?", control_id)
        if row is not None:
            message = Message.parse(bytes(row["message"]))
            said = _ANSWERS.get(row["state"], "sans réponse")
            said = f"{said} {row['error_code']} {row['error_label']} {row['detail']}".strip()
            self._traces.write(HANDED, message.get("TXA-12.1"), f"{message.kind} {control_id}", said)

    def _error(self, failed: Row | None) -> tuple[str, str] | None:
        if failed is None or self._mutants.on("mdn-succes-malgre-erreur"):
            return None
        if self._mutants.on("mdn-code-erreur-faux"):
            return ("906", "Erreur 'Autre'")
        return (failed["error_code"] or "906", failed["error_label"] or "Erreur 'Autre'")

    def _notify(self, mail_id: int, error: tuple[str, str] | None) -> None:
        """MDN, when the mail asked for one; once."""
        if not self._store.run("UPDATE received_mails SET answered = 1 WHERE id = ? AND NOT answered", mail_id):
            return
        row = self._store.one("SELECT message FROM received_mails WHERE id = ?", mail_id)
        assert row is not None
        original = bytes(row["message"])
        if self._mutants.on("mdn-sans-demande") and not mail.read(original).notify_to:
            original = f"Disposition-Notification-To: {mail.read(original).sender}\r\n".encode() + original
        own = new_message_id()
        message = mail.write_mdn(original, mailbox=MAILBOX, message_id=own, date=now(), error=error, product=PRODUCT)
        if message and not self._mutants.on("mdn-absente"):
            self._mailing.post(deviate_notice(message, self._mutants), own, (mail.read(original).notify_to,))


def _open(data: bytes, *, any_patient: bool) -> tuple[Mail, Submission]:
    try:
        received = mail.read(data)
        if received.archive is None:
            raise NothingToDo("le courriel n'a pas d'archive IHE_XDM.ZIP")
        submission = xdm.read(received.archive)
    except (MailError, XdmError) as error:
        raise NothingToDo(error.reason) from None
    if not submission.documents:
        raise NothingToDo("l'archive ne contient aucun document")
    if unknown := [d.action for d in submission.documents if d.action not in ACTIONS]:
        raise NothingToDo(f"action inconnue dans les métadonnées: {unknown[0]}")
    if not all(d.intact for d in submission.documents):
        raise NothingToDo("un document ne correspond pas à son empreinte")
    named = {_header(d.data).ins or d.patient_id for d in submission.documents}
    if (len(submission.patients) > 1 or len(named) > 1) and not any_patient:
        raise NothingToDo("l'archive concerne plusieurs patients")
    return received, submission


def _header(cda: bytes) -> CdaHeader:
    try:
        header = parse_cda(cda).header
    except CdaError as error:
        raise NothingToDo(f"un document de l'archive n'est pas un CDA lisible: {error}") from None
    if header.id is None:
        raise NothingToDo("un document de l'archive n'a pas d'identifiant")
    return header
