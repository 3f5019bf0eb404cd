"""The MSSanté mails that a correspondent sends to the PFI: an archive of documents, sound or not."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from rempart.formats import mail, xdm
from rempart.formats.cda.model import Coded
from rempart.formats.cda.read import parse_cda
from rempart.formats.hl7v2.cisis import Patient
from rempart.formats.mail import Attachment, Mail, MailError
from rempart.simulators.documents import Version, new_oid
from rempart.simulators.patients import CORRESPONDENT_MAIL
from rempart.simulators.wire import new_control_id, now

MAILBOX = "bal.applicative@test-ci-sis.mssante.fr"
CONSULTATION = Coded("07", "1.2.250.1.213.2.2", "Consultations soins externes")  # JDV_J59
TEXT = "Cher confrère, veuillez trouver ci-joint le document annoncé."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail as it is handed to the PFI, and what it carries."""

    message: bytes
    message_id: str
    subject: str
    versions: tuple[Version, ...]
    text: str = TEXT

    @property
    def encoded(self) -> str:
        """As the driver wants it."""
        return base64.b64encode(self.message).decode("ascii")


def compose(
    patient: Patient,
    versions: Sequence[Version],
    *,
    action: str = "",
    notify: bool = False,
    archive: bytes | None = None,
) -> Sent:
    """A mail with these documents. `action` is "", `C` or `D`; `archive` takes the place of the sound one."""
    message_id, first = f"<{new_control_id()}@test-ci-sis.mssante.fr>", versions[0].document
    subject = mail.document_subject(
        first.type_label, patient.birth_name, patient.first_birth_name, patient.birth_date
    )
    written = Mail(
        sender=CORRESPONDENT_MAIL,
        label="Hoda_ADAM",
        recipients=(MAILBOX,),
        subject=subject,
        body=TEXT,
        message_id=message_id,
        date=now(),
        notify_to=CORRESPONDENT_MAIL if notify else "",
        return_path=CORRESPONDENT_MAIL,
        product="REMPART",
        ins="O",
        cda_codes=tuple(v.document.type_code for v in versions),
        archive=archive or pack(versions, action),
        attachments=tuple(_pdf(v, n) for n, v in enumerate(versions, 1)),
    )
    return Sent(message=mail.write(written), message_id=message_id, subject=subject, versions=tuple(versions))


def pack(versions: Sequence[Version], action: str = "") -> bytes:
    """IHE_XDM.ZIP of these documents."""
    entries = tuple(xdm.from_cda(v.document.cda, action=action) for v in versions)
    sender = entries[0].authors[0]
    return xdm.write(
        xdm.Submission(
            documents=entries,
            unique_id=new_oid(),
            source_id=new_oid(),
            submitted=now().astimezone(UTC).strftime("%Y%m%d%H%M%S"),
            author_person=sender.person,
            author_institution=sender.institution,
            patient_id=entries[0].patient_id,
            content_type=CONSULTATION,
        )
    )


def _pdf(version: Version, number: int) -> Attachment:
    pdf = parse_cda(version.document.cda).header.pdf
    assert pdf is not None
    return Attachment(name=f"document-{number}.pdf", data=pdf, type="application/pdf")


def notified(sent: Sent) -> Callable[[Any], bool]:
    """Is there, among the mails that the PFI has sent, a notification (MDN) about this one?"""
    return lambda mails: any(_about(m, sent.message_id) for m in mails.messages)


def _about(encoded: str, message_id: str) -> bool:
    try:
        found = mail.read_mdn(base64.b64decode(encoded, validate=True))
    except (MailError, binascii.Error, ValueError):
        return False
    return found is not None and found.original_message_id == message_id
