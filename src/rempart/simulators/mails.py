"""The MSSanté mails that correspondents send to the PFI: documents, alone or several, letters, replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Literal

from rempart.formats import mail, xdm
from rempart.formats.cda.model import Coded
from rempart.formats.cda.read import parse_cda
from rempart.formats.hl7v2.cisis import Patient
from rempart.formats.mail import Attachment, Mail
from rempart.formats.mail.package import qualified
from rempart.formats.mail.source import read_head
from rempart.formats.pdf import minimal_pdf
from rempart.formats.xdm.model import NO_CODE
from rempart.model.exchange import Exchange
from rempart.simulators.documents import Version, new_oid
from rempart.simulators.patients import CORRESPONDENT_MAIL
from rempart.simulators.wire import new_control_id, now

MAILBOX = "bal.applicative@test-ci-sis.mssante.fr"
PRODUCT = "REMPART"  # X-MSS-NIL of what correspondents send
CONSULTATION = Coded("07", "1.2.250.1.213.2.2", "Consultations soins externes")  # JDV_J59
TEXT = "Cher confrère, veuillez trouver ci-joint le document annoncé."
# Of a document whose model is in no profile: its entry has to say a format all the same (JDV_J60).
_NO_PROFILE = Coded("urn:asipSante:modelesHorsProfils:2011", "1.2.250.1.213.1.1.4.2.282", "Modèle hors profils")
_TEXTS = {
    "": TEXT,
    "C": "Cher confrère, le document ci-joint annule et remplace le précédent.",
    "D": "Cher confrère, le document ci-joint est supprimé: veuillez ne plus en tenir compte.",
}
_LETTER = "Disponibilités du service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail as it is handed to the PFI, and what it carries."""

    message: bytes
    message_id: str
    subject: str
    versions: tuple[Version, ...] = ()
    text: str = TEXT
    recipient: str = MAILBOX
    exchange: Exchange | None = None  # its evidence, once it is handed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who writes to which mailbox. `notify`: where a receipt is asked for, "" for none; `return_path` is what the
    operator that delivers says, the sender as a rule."""

    sender: str = CORRESPONDENT_MAIL
    label: str = "Hoda_ADAM"
    recipient: str = MAILBOX
    notify: str = ""
    return_path: str = ""


def compose(
    patient: Patient,
    versions: Sequence[Version],
    *,
    action: Literal["", "C", "D"] = "",
    notify: bool = False,
    archive: bytes | None = None,
    route: Route | None = None,
    message_id: str = "",
) -> Sent:
    """A mail with these documents, which the archive says to be new, corrected (`C`) or deleted (`D`).

    `notify` asks for a receipt, `archive` takes the place of the sound one, `message_id` of a new one.
    """
    first, route = versions[0].document, route or Route()
    if notify and not route.notify:
        route = replace(route, notify=route.sender)
    headers = [parse_cda(v.document.cda).header for v in versions]
    subject = mail.document_subject(first.type_label, patient.birth_name, patient.first_birth_name, patient.birth_date)
    written = replace(
        _addressed(route, message_id),
        subject=subject,
        body=_TEXTS[action],
        ins="O" if all(qualified(h) for h in headers) else "N",
        cda_codes=tuple(dict.fromkeys(v.document.type_code for v in versions)),
        archive=archive or pack(versions, action),
        attachments=tuple(_pdf(pdf, n) for n, h in enumerate(headers, 1) if (pdf := h.pdf)),
    )
    return _sent(written, tuple(versions))


def letter(*, pdf: bool = False, route: Route | None = None) -> Sent:
    """A mail without archive: words alone, or with a PDF that no software can take for a document."""
    written = replace(_addressed(route or Route()), subject=_LETTER, body="Bonjour, le service vous rappelle demain.")
    if pdf:
        data = minimal_pdf([_LETTER, "Tous les jours de 9 h à 17 h"], title=_LETTER)
        written = replace(written, attachments=(_pdf(data, 1),))
    return _sent(written)


def reply(original: bytes, text: str, *, sender: str, label: str = "") -> Sent:
    """The answer of `sender` to a mail, in its conversation.

    Raises ValueError when the mail says that no answer is wanted of the patient (X-MSS-MES), as Mon espace santé does.
    """
    head = read_head(original)
    if head.value("X-MSS-MES") == "FIN" and sender.endswith("@patient.mssante.fr"):
        raise ValueError("the conversation is closed for the patient")
    own = head.value("Message-ID")
    to = next(a for name in ("Reply-To", "From") for _, a in head.addresses(name))
    written = replace(
        _addressed(Route(sender=sender, label=label or sender.partition("@")[0], recipient=to)),
        subject=f"Re: {head.value('Subject')}",
        body=text,
        in_reply_to=own,
        references=(*head.value("References").split(), own),
    )
    return _sent(written)


def _addressed(route: Route, message_id: str = "") -> Mail:
    return Mail(
        sender=route.sender,
        label=route.label,
        recipients=(route.recipient,),
        subject="",
        body="",
        message_id=message_id or f"<{new_control_id()}@test-ci-sis.mssante.fr>",
        date=now(),
        notify_to=route.notify,
        return_path=route.return_path or route.sender,
        product=PRODUCT,
    )


def _sent(written: Mail, versions: tuple[Version, ...] = ()) -> Sent:
    return Sent(
        message=mail.write(written),
        message_id=written.message_id,
        subject=written.subject,
        versions=versions,
        text=written.body,
        recipient=written.recipients[0],
    )


def pack(versions: Sequence[Version], action: str = "") -> bytes:
    """IHE_XDM.ZIP of these documents."""
    entries = tuple(xdm.from_cda(v.document.cda, action=action) for v in versions)
    entries = tuple(replace(e, format=_NO_PROFILE) if e.format == NO_CODE else e for e in entries)
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


def _pdf(data: bytes, number: int) -> Attachment:
    return Attachment(name=f"document-{number}.pdf", data=data, type="application/pdf")
