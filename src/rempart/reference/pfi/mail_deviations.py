"""Mutants of mails: each changes one thing in a mail that a sound PFI would have sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from rempart.formats.ins import REGISTERS
from rempart.formats.mail import Attachment, Mail
from rempart.formats.pdf import minimal_pdf
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.orders import Order

Change = Callable[[Mail, Order], Mail]


def _other_pdf(mail: Mail, order: Order) -> Mail:
    pdf = minimal_pdf(["Compte rendu d'un autre acte"], title="Autre document")
    return replace(mail, attachments=(Attachment(name="document.pdf", data=pdf, type="application/pdf"),))


def _to_local_identifier(mail: Mail, order: Order) -> Mail:
    own = next((i.extension for i in order.header.patient_ids if i.root not in REGISTERS), "0")
    to = tuple(f"{own}@{a.partition('@')[2]}" if a.endswith("@patient.mssante.fr") else a for a in mail.recipients)
    return replace(mail, recipients=to)


MAILS: Mapping[str, Change] = {
    "x-mss-ins-toujours-o": lambda mail, order: replace(mail, ins="O"),
    "x-mss-ins-toujours-n": lambda mail, order: replace(mail, ins="N"),
    "x-mss-codecda-faux": lambda mail, order: replace(mail, cda_codes=("11488-4",)),
    "x-mss-codecda-absent": lambda mail, order: replace(mail, cda_codes=()),
    "x-mss-nil-absent": lambda mail, order: replace(mail, product=""),
    "message-id-sans-domaine": lambda mail, order: replace(mail, message_id=mail.message_id.partition("@")[0] + ">"),
    "adresse-de-la-patiente-faite-de-l-ipp": _to_local_identifier,
    "fin-toujours-pose": lambda mail, order: replace(mail, no_reply=True),
    "fin-jamais-pose": lambda mail, order: replace(mail, no_reply=False),
    "objet-sans-prefixe-xdm": lambda mail, order: replace(mail, subject=mail.subject.removeprefix("XDM/1.0/DDM+")),
    "pdf-d-un-autre-document": _other_pdf,
    "pdf-absent-du-courriel": lambda mail, order: replace(mail, attachments=()),
    "expediteur-sans-libelle": lambda mail, order: replace(mail, label=""),
    "reponse-a-la-bal-applicative": lambda mail, order: replace(mail, reply_to=mail.sender),
    "sans-mention-automatique": lambda mail, order: replace(mail, body=mail.body.rpartition("\n\n")[0]),
    "sans-adresse-de-reponse": lambda mail, order: replace(mail, reply_to=""),
    "accuse-de-lecture-non-demande": lambda mail, order: replace(mail, notify_to=""),
    "accuse-de-reception-non-demande": lambda mail, order: replace(mail, receipt_to=""),
    "corps-html-seul": lambda mail, order: replace(mail, html=f"<p>{mail.body}</p>", body=""),
    "remplacement-non-annonce-par-la-pfi": lambda mail, order: replace(
        mail, body=mail.body.replace("annule et remplace", "fait suite à")
    ),
}


NOTICES: Mapping[str, str] = {"mdn-sans-references": "References", "mdn-sans-in-reply-to": "In-Reply-To"}


def deviate_notice(notice: bytes, mutants: Mutants) -> bytes:
    """A notification without the header that the active mutant forgets."""
    for name, header in NOTICES.items():
        if mutants.on(name):
            field = rf"(?m)^{header}:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*".encode()
            return re.sub(field, b"", notice, count=1)
    return notice


def deviate(mail: Mail, order: Order, mutants: Mutants) -> Mail:
    """The mail as the active mutant sends it."""
    for name, change in MAILS.items():
        if mutants.on(name):
            return change(mail, order)
    return mail
