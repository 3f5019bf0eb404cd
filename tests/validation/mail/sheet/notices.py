"""Notifications written line by line: an MDN of a reader, an MDN of an integration (LPS volet), DSNs (RFC 8098, 3464)."""

from __future__ import annotations

from validation.mail.sheet.letters import APP, DOCTOR, SUBJECT, Letter, n1_letter

DATE = "Tue, 10 Mar 2026 11:00:00 +0100"
ORIGINAL_ID = "<20260310.1@ch-test.mssante.fr>"
PLAIN_MDN = "automatic-action/MDN-sent-automatically; processed"


def asking() -> Letter:
    """A mail of one document that asks for both receipts."""
    letter = n1_letter()
    letter.head += [("Disposition-Notification-To", APP), ("Return-Receipt-To", APP)]
    return letter


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _head(kind: str, sender: str, to: str, subject: str) -> str:
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: {to}\nSubject: {subject}\nDate: {DATE}\n"
        f"Message-ID: <rapport.1@test.mssante.fr>\nAuto-Submitted: auto-replied\nX-MSS-NIL: DEV000002\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="=-rapport"\n\n'
    )


def _report(head: str, *parts: bytes) -> bytes:
    mark = b"--=-rapport"
    return _crlf(head) + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _said(text: str) -> bytes:
    return _crlf(f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n")


def _disposition(disposition: str) -> bytes:
    return _crlf(
        "Content-Type: message/disposition-notification\n\n"
        f"Reporting-UA: dpi.test; Logiciel 1.0\nOriginal-Recipient: rfc822;{DOCTOR}\nFinal-Recipient: rfc822;{DOCTOR}\n"
        f"Original-Message-ID: {ORIGINAL_ID}\nDisposition: {disposition}\n"
    )


def _enclosed(original: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + original


def read_receipt(disposition: str = "manual-action/MDN-sent-manually; displayed") -> bytes:
    """What a mail client answers to who asked."""
    headers = asking().written().partition(b"\r\n\r\n")[0] + b"\r\n"
    back = b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + headers
    head = _head("disposition-notification", f"Dr_Bruno_CARDON <{DOCTOR}>", APP, "Lu : Compte rendu")
    return _report(head, _said("Votre message a été affiché."), _disposition(disposition), back)


def integration(code: str = "", label: str = "Identifiant patient inconnu") -> bytes:
    """What a PFI answers once the DPI took the document, or refused it."""
    letter = asking()
    whole = letter.written()
    attached = whole.split(b"--=-mixte")
    archive, copy = (part.strip(b"\r\n") for part in attached[2:4])
    failed = f"{code} {label}" if code else ""
    subject = f"=?utf-8?q?=5BKO_Int=C3=A9gration_syst=C3=A8me_!=5D=5B{code}=5D?=\n {SUBJECT}" if code else SUBJECT
    head = _head("disposition-notification", f"Dr_Bruno_CARDON <{DOCTOR}>", APP, subject)
    disposition = f"{PLAIN_MDN}/Error: {code}^{label}" if code else PLAIN_MDN
    said = f"Le document n'a pas été intégré : {failed}" if code else "Le document a été intégré."
    return _report(head, _said(said), _disposition(disposition), _enclosed(whole), archive, copy)


def delivery(*recipients: tuple[str, str, str], whole: bool = False) -> bytes:
    """A delivery report: address, action, status of each recipient."""
    listed = recipients or ((DOCTOR, "failed", "5.1.1"),)
    groups = "".join(
        f"\nOriginal-Recipient: rfc822;{a}\nFinal-Recipient: rfc822;{a}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 inconnu\n"
        for a, action, status in listed
    )
    status = _crlf(
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test.mssante.fr\nArrival-Date: {DATE}\n{groups}"
    )
    original = asking().written()
    headers = original.partition(b"\r\n\r\n")[0] + b"\r\n"
    back = _enclosed(original) if whole else b"Content-Type: text/rfc822-headers\r\n\r\n" + headers
    head = _head("delivery-status", "MAILER-DAEMON@mx.test.mssante.fr", APP, "Rapport de remise")
    return _report(
        head.replace("X-MSS-NIL: DEV000002\n", ""), _said("Voici ce que le courriel est devenu."), status, back
    )


NOTICES = {
    "read": read_receipt, "done": integration, "refused": lambda: integration("902"), "bounced": delivery,
    "delayed": lambda: delivery((DOCTOR, "delayed", "4.4.7")),
}  # fmt: skip
