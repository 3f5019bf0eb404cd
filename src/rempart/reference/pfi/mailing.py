"""Mails to the MSSanté recipients of an order: the document in its XDM archive, and its PDF beside."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC

from rempart.formats import mail, xdm
from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.model import Coded
from rempart.formats.mail import Attachment, Mail
from rempart.formats.mail.package import qualified
from rempart.formats.pdf import minimal_pdf
from rempart.reference.mss.failures import Outage
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.mail_deviations import deviate
from rempart.reference.pfi.orders import Destination, Order
from rempart.reference.settings import CONTACT, FINESS, MAILBOX, ORGANISATION
from rempart.reference.store import Row, Store, now

PRODUCT = "REMPART-REFERENCE"  # X-MSS-NIL
LABEL = f"Plate-forme d'échange, {ORGANISATION}"
STRUCTURES = "1.2.250.1.71.4.2.2"

_ACTIONS = {"initial": "", "replace": "C", "delete": "D"}
_AUTOMATIC = "Ce message est généré automatiquement. Pour toute question, écrivez à"
_BODIES = {
    "initial": "Veuillez trouver ci-joint un document de santé.",
    "replace": "Le document ci-joint annule et remplace celui qui vous a été envoyé.",
    "delete": "Le document ci-joint est supprimé: veuillez ne plus l'utiliser et le supprimer de votre dossier.",
}
# MetaDMPMSS -> XDS confidentiality code: one of them changes its spelling on the way.
HIDING = {
    "MASQUE_PS": "MASQUE_PS",
    "INVISIBLE_PATIENT": "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
}
# PV1-2 -> the modality of the stay (JDV_J59), as the volet proposes it.
OUTPATIENT = Coded("07", "1.2.250.1.213.2.2", "Consultations soins externes")
VISITS = {
    "I": Coded("03", "1.2.250.1.213.2.2", "Hospitalisation complète (non compris hospitalisation de semaine)"),
    "R": Coded("19", "1.2.250.1.213.2.2", "Traitement et cure ambulatoire"),
    "N": Coded("97", "1.2.250.1.213.2.2", "Type d'activité indifférencié"),
}


class Mailing:
    """What the PFI's mailbox sends: kept in the order of sending."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def send(self, order: Order, destination: Destination, line: int) -> None:
        """One mail to one mailbox of an order, that `line` of `channels` waits for."""
        body = order.bodies.get("CORPSMAIL_PATIENT" if destination.patient else "CORPSMAIL_PS", "")
        header, reply_to = order.header, order.reply_to or CONTACT
        written = Mail(
            sender=MAILBOX,
            label=LABEL,
            recipients=(destination.address,),
            subject=subject(header),
            body=f"{body or _BODIES[order.action]}\n\n{_AUTOMATIC} {reply_to}",
            message_id=new_message_id(),
            date=now(),
            reply_to=reply_to,
            notify_to=MAILBOX if order.flags["ACK_LECTURE_MSS"] else "",
            receipt_to=MAILBOX,
            product=PRODUCT,
            ins="O" if qualified(header) else "N",
            cda_codes=(header.type.code,),
            no_reply=destination.patient and order.no_reply,
            archive=_archive(order, {} if self._mutants.on("restrictions-absentes-de-l-archive") else HIDING),
            attachments=self._attachments(header),
        )
        written = deviate(written, order, self._mutants)
        self.post(mail.write(written), written.message_id, written.recipients, line)

    def _attachments(self, header: CdaHeader) -> tuple[Attachment, ...]:
        if self._mutants.on("pdf-joint-refait"):
            pdf = minimal_pdf([header.title], title=header.title)
            return (Attachment(name="document.pdf", data=pdf, type="application/pdf"),)
        return tuple(_pdf(header))

    def post(self, message: bytes, message_id: str, recipients: Sequence[str], line: int | None = None) -> None:
        """Keep it until the operator has it; in the open transaction."""
        values = {"message": message, "message_id": message_id, "recipients": ",".join(recipients), "line": line}
        self._store.insert("sent_mails", values)

    def sent(self) -> list[bytes]:
        """Oldest first, gone or not."""
        return [bytes(row["message"]) for row in self._store.all("SELECT message FROM sent_mails ORDER BY id")]

    def next(self) -> Row | None:
        """What leaves now: nothing waits behind a mail that cannot leave yet."""
        return self._store.one("SELECT * FROM sent_mails WHERE state = 'waiting' ORDER BY attempts, id LIMIT 1")

    def as_sent(self, row: Row) -> bytes:
        """The bytes of this attempt: always the same, so that a mail taken twice is known by its Message-ID."""
        data = bytes(row["message"])
        if row["attempts"] and self._mutants.on("renvoi-avec-nouveau-message-id"):
            return data.replace(row["message_id"].encode(), new_message_id().encode(), 1)
        return data

    def failed_once(self, row: Row, outage: Outage) -> None:
        self._store.update("sent_mails", {"id": row["id"]}, {"attempts": row["attempts"] + 1})

    def gives_up(self, row: Row) -> bool:
        """Never, as long as the operator says that it may pass later. A mutant does at once."""
        if lost := self._mutants.on("courriel-perdu-apres-refus-temporaire"):
            self.mark(row, "failed")
        return lost

    def mark(self, row: Row, state: str) -> None:
        self._store.update("sent_mails", {"id": row["id"]}, {"state": state})

    def sent_as(self, envelope_id: str, message_id: str) -> Row | None:
        """What a report is about: by the envelope that it names, else by the mail."""
        if envelope_id.startswith("Q") and envelope_id[1:].isdigit():
            return self._store.one("SELECT * FROM sent_mails WHERE id = ?", int(envelope_id[1:]))
        return self._store.one("SELECT * FROM sent_mails WHERE message_id = ?", message_id)


def subject(header: CdaHeader) -> str:
    """`XDM/1.0/DDM+<label> <NOM> <prénom> <date>`, on one line."""
    text = mail.document_subject(header.title, header.birth_name, header.first_birth_name, header.birth_time[:8])
    return " ".join(text.split())


def new_message_id() -> str:
    return f"<{uuid.uuid4()}@{MAILBOX.partition('@')[2]}>"


def _archive(order: Order, hiding: Mapping[str, str]) -> bytes:
    hidden = tuple(code for flag, code in hiding.items() if order.flags[flag])
    entry = xdm.from_cda(order.cda, action=_ACTIONS[order.action], hidden=hidden)
    author = next((a.person for a in entry.authors), "")
    return xdm.write(
        xdm.Submission(
            documents=(entry,),
            unique_id=f"2.25.{uuid.uuid4().int}",
            source_id=f"2.25.{uuid.uuid4().int}",
            submitted=now().astimezone(UTC).strftime("%Y%m%d%H%M%S"),
            author_person=author,
            author_institution=f"{ORGANISATION}^^^^^&{STRUCTURES}&ISO^IDNST^^^1{FINESS}",
            patient_id=entry.patient_id,
            content_type=VISITS.get(order.visit, OUTPATIENT),
        )
    )


def _pdf(header: CdaHeader) -> list[Attachment]:
    """The PDF of the document, when it has one that can be read."""
    try:
        pdf = header.pdf
    except ValueError:
        return []
    return [Attachment(name="document.pdf", data=pdf, type="application/pdf")] if pdf else []
