"""Mails to the MSSanté recipients of an order: the document in its XDM archive, and its PDF beside."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC

from rempart.formats import mail, xdm
from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.model import Coded
from rempart.formats.mail import Attachment, Mail
from rempart.formats.pdf import minimal_pdf
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.orders import Destination, Order
from rempart.reference.settings import FINESS, MAILBOX, ORGANISATION
from rempart.reference.store import Store, now

PRODUCT = "REMPART-REFERENCE"  # X-MSS-NIL
STRUCTURES = "1.2.250.1.71.4.2.2"

_ACTIONS = {"initial": "", "replace": "C", "delete": "D"}
_BODIES = {
    "initial": "Veuillez trouver ci-joint un document de santé.",
    "replace": "Le document ci-joint remplace celui qui vous a été envoyé.",
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

    def send(self, order: Order, destination: Destination) -> None:
        """One mail to one mailbox of an order."""
        body = order.bodies.get("CORPSMAIL_PATIENT" if destination.patient else "CORPSMAIL_PS", "")
        header = order.header
        self.post(
            mail.write(
                Mail(
                    sender=MAILBOX,
                    label=ORGANISATION,
                    recipients=(destination.address,),
                    subject=subject(header),
                    body=body or _BODIES[order.action],
                    message_id=new_message_id(),
                    date=now(),
                    reply_to=order.reply_to,
                    product=PRODUCT,
                    ins="O" if order.ins else "N",
                    cda_codes=(header.type.code,),
                    no_reply=destination.patient and order.no_reply,
                    archive=_archive(order, {} if self._mutants.on("restrictions-absentes-de-l-archive") else HIDING),
                    attachments=self._attachments(header),
                )
            )
        )

    def _attachments(self, header: CdaHeader) -> tuple[Attachment, ...]:
        if self._mutants.on("pdf-joint-refait"):
            pdf = minimal_pdf([header.title], title=header.title)
            return (Attachment(name="document.pdf", data=pdf, type="application/pdf"),)
        return tuple(_pdf(header))

    def post(self, message: bytes) -> None:
        self._store.insert("sent_mails", {"message": message})

    def sent(self) -> list[bytes]:
        """Oldest first."""
        return [bytes(row["message"]) for row in self._store.all("SELECT message FROM sent_mails ORDER BY id")]


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
