"""The mails that tests start from: sound ones, of every kind, made of our own documents; and what changes one thing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from cda_samples import LETTER, PATIENT, REPLACEMENT, ROOT
from xdm_samples import CONSULTATION, SENDER, entries

from rempart.formats import xdm
from rempart.formats.cda import Coded, InstanceId, build
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.formats.mail import Attachment, Delivery, Dsn, Mail, write, write_dsn, write_mdn
from rempart.formats.mail.package import with_documents

DATE = datetime(2026, 5, 4, 11, 45, tzinfo=UTC)
SOFTWARE, SERVICE = "pfi.app@ch-test.mssante.fr", "secretariat.urologie@ch-test.mssante.fr"
DOCTOR = "hoda.adam@cabinet-test.mssante.fr"
CITIZEN = f"{PATIENT.ins.extension}@patient.mssante.fr"  # type: ignore[union-attr]
MENTION = f"Ce message a été généré automatiquement. Pour écrire à l'expéditeur: {SERVICE}"
TEXT = f"Cher confrère,\n\nveuillez trouver ci-joint un document.\n\n{MENTION}\n"
PLAIN = Mail(
    sender=SERVICE, label="Secrétariat d'urologie", recipients=(DOCTOR,), subject="Disponibilités",
    body="Bonjour,\nle service vous rappelle demain.", message_id="<1.20260504@ch-test.mssante.fr>", date=DATE,
    product="DEV000001",
)  # fmt: skip
AUTOMATIC = replace(
    PLAIN, sender=SOFTWARE, label="CH de démonstration, plate-forme d'échanges", body=TEXT, reply_to=SERVICE
)


def pdf(*lines: str, patient: object = PATIENT) -> bytes:
    """A PDF/A-1 with these lines and the traits of a patient."""
    return ins_pdf([*lines, *traits(patient)], patient, title=lines[0])  # type: ignore[arg-type]


def attached(name: str, data: bytes) -> Attachment:
    return Attachment(name=name, data=data, type="application/pdf")


def submission(*documents: xdm.XdmDocument) -> xdm.Submission:
    return xdm.Submission(
        documents=documents, unique_id=f"{ROOT}.100.1", source_id=f"{ROOT}.100", submitted="20260504101500",
        author_person=SENDER.person, author_institution=SENDER.institution,
        patient_id=documents[0].patient_id if documents else "", content_type=CONSULTATION,
    )  # fmt: skip


def documents(*names: str, mail: Mail = AUTOMATIC, copies: tuple[Attachment, ...] = ()) -> Mail:
    """`mail` with these entries of `xdm_samples`."""
    return with_documents(mail, submission(*(entries()[n] for n in names)), copies)


def without_pdf(cda: bytes) -> bytes:
    """An N3 without its PDF section."""
    text, count = re.subn(rb"<component>\s*<section>\s*<templateId root=\"1\.2\.250\.1\.213\.1\.1\.2\.243\".*?"
                          rb"</section>\s*</component>", b"", cda, flags=re.DOTALL)  # fmt: skip
    assert count == 1
    return text


@cache
def mails() -> dict[str, Mail]:
    """Sound mails, before they are written."""
    answer = {"in_reply_to": "<9@cabinet-test.mssante.fr>", "subject": "Re: Disponibilités"}
    answer["references"] = ("<8@ch-test.mssante.fr>", "<9@cabinet-test.mssante.fr>")  # type: ignore[assignment]
    marked = replace(REPLACEMENT, pdf=pdf("Lettre de liaison", "Ce document annule et remplace le précédent"))
    letter = replace(LETTER, id=InstanceId(f"{ROOT}.8.1"), set_id=InstanceId(f"{ROOT}.8"), level="N3", text="Va bien.")
    alone = replace(
        xdm.from_cda(without_pdf(build(letter))),
        format=Coded("urn:ans:ci-sis:bio-ep-bio:2022", "1.2.250.1.213.1.1.4.2.282", "Non structuré"),
    )
    rich = "<html><head><title>Avis</title></head><body><p>Bonjour,</p><p>le <b>service</b> vous rappelle demain.</p>"
    return {
        "plain": PLAIN,
        "html": replace(PLAIN, html=f"{rich}</body></html>"),
        "reply": replace(PLAIN, **answer),  # type: ignore[arg-type]
        "n1": documents("n1"),
        "asking": replace(documents("n1"), notify_to=SOFTWARE, receipt_to=SOFTWARE),
        "n3": documents("n3"),
        "n3-alone": with_documents(
            AUTOMATIC, submission(alone), (attached("lettre.pdf", pdf("Lettre de liaison", "Va bien.")),)
        ),
        "two": documents("n1", "n3"),
        "no-ins": documents("no-ins"),
        "replacement": documents("replacement", mail=replace(AUTOMATIC, body=f"Annule et remplace.\n{TEXT}")),
        "marked": with_documents(AUTOMATIC, submission(xdm.from_cda(build(marked), action="C"))),
        "deletion": documents("deletion", mail=replace(AUTOMATIC, body=f"Ce document est supprimé.\n{TEXT}")),
        "failure": replace(
            documents("n1", mail=PLAIN), body="Échec de l'intégration: 902 Patient inconnu",
            subject=f"[Erreur d'intégration !] {documents('n1').subject}",
        ),
        "citizen": replace(documents("n1"), recipients=(CITIZEN,), no_reply=True),
    }


@cache
def sound() -> dict[str, bytes]:
    """Mails that conform, and of which nothing is said; notifications with them."""
    written = {name: write(mail) for name, mail in mails().items()}
    asked = written["asking"]
    common = {"mailbox": DOCTOR, "product": "DEV000002", "message_id": "<mdn@cabinet-test.mssante.fr>", "date": DATE}
    done = write_mdn(asked, **common)  # type: ignore[arg-type]
    refused = write_mdn(asked, **common, error=("902", "Patient inconnu"))  # type: ignore[arg-type]
    assert done and refused
    written |= {"mdn": done, "mdn-ko": refused}
    written["mdn-read"] = written["mdn"].replace(
        b"automatic-action/MDN-sent-automatically; processed", b"manual-action/MDN-sent-manually; displayed", 1
    )
    for name, action, status in (("dsn", "failed", "5.1.1"), ("dsn-ok", "delivered", "2.0.0")):
        dsn = Dsn(
            reporting="mx.test.mssante.fr", deliveries=(Delivery(recipient=DOCTOR, action=action, status=status),)
        )
        written[name] = write_dsn(
            dsn, sender="postmaster@test.mssante.fr", recipient=SOFTWARE, message_id="<dsn@test.mssante.fr>",
            date=DATE, original=asked,
        )  # fmt: skip
    return written


def header(data: bytes, name: str, value: str | None) -> bytes:
    """The mail with a header field replaced, added when it was not there, or dropped (None)."""
    head, blank, body = data.partition(b"\r\n\r\n")
    kept = re.sub(rb"(?im)^%s:[^\r]*\r\n(?:[ \t][^\r]*\r\n)*" % re.escape(name.encode()), b"", head + b"\r\n")
    added = b"" if value is None else f"{name}: {value}\r\n".encode()
    return added + kept[:-2] + blank + body
