"""Checks on the mails that a PFI sends with a document: restrictions in the archive, the PDF beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from rempart.formats import mail, xdm
from rempart.formats.cda.read import parse_cda
from rempart.formats.mail import Attachment, Mail
from rempart.formats.pdf import minimal_pdf
from rempart.simulators.documents import first_version
from rempart.simulators.patients import patient
from rempart.validation.checks import run_check

VERSION = first_version(patient("Dominique PAT-TROIS", ipp="IPP1"), level="N3")
OWN = parse_cda(VERSION.document.cda).header.pdf or b""


def sent(*hidden: str, pdf: bytes = OWN) -> bytes:
    """A mail with the document."""
    entry = xdm.from_cda(VERSION.document.cda, hidden=hidden)
    archive = xdm.write(
        xdm.Submission(
            documents=(entry,), unique_id="2.25.1", source_id="2.25.2", submitted="20260504093000",
            patient_id=entry.patient_id,
        )
    )  # fmt: skip
    joined = (Attachment(name="document.pdf", data=pdf, type="application/pdf"),) if pdf else ()
    return mail.write(
        Mail(
            sender="pfi@hopital.mssante.fr", recipients=("adam.hoda@test-ci-sis.mssante.fr",), subject="XDM/1.0/DDM+X",
            body="Bonjour", message_id="<1@x>", date=datetime(2026, 5, 4, tzinfo=UTC), archive=archive,
            attachments=joined,
        )
    )  # fmt: skip


def told(name: str, evidence: bytes, **params: object) -> list[str]:
    asked = {"unique_id": VERSION.document.unique_id, "rule": "REM-067"} | params
    return [f.location for f in run_check(name, [evidence], asked)]


def test_restrictions_of_the_archive() -> None:
    place = ["METADATA.XML, confidentialityCode"]
    assert told("mail.confidentiality", sent("INVISIBLE_PATIENT"), codes=["INVISIBLE_PATIENT"]) == []
    assert told("mail.confidentiality", sent(), codes=["INVISIBLE_PATIENT"]) == place
    assert told("mail.confidentiality", sent("INVISIBLE_PATIENT", "MASQUE_PS"), codes=["INVISIBLE_PATIENT"]) == place
    assert told("mail.confidentiality", sent(), codes=[]) == []


def test_pdf_beside_the_archive() -> None:
    assert told("mail.pdf", sent()) == []
    assert told("mail.pdf", sent(pdf=minimal_pdf(["autre"]))) == ["pièces jointes"] == told("mail.pdf", sent(pdf=b""))


def test_no_mail_carries_the_document() -> None:
    assert told("mail.pdf", sent(), unique_id="2.25.9") == ["IHE_XDM.ZIP"]
    assert told("mail.confidentiality", b"From: a@b\r\n\r\nautre", codes=[]) == ["IHE_XDM.ZIP"]


def test_the_patient_of_the_message_is_that_of_the_metadata() -> None:
    def named(pid: str) -> list[str]:
        message = f"MSH|^~\\&|PFI|CHU-X|DPI|CHU-X|20260504||MDM^T02^MDM_T02|1|T|2.6\rPID|1||{pid}\r".encode()
        return [f.location for f in run_check("mss.identified", [sent(), message], {"rule": "REM-208"})]

    ins = "279035121518989^^^ASIP-SANTE-INS-NIR&{}&ISO^INS"
    assert named("12^^^X&1.2&ISO^PI~" + ins.format("1.2.250.1.213.1.4.10")) == []
    assert named(ins.format("1.2.250.1.213.1.4.8")) == ["PID-3"] == named("12^^^X&1.2&ISO^PI") == named("")
    assert [f.location for f in run_check("mss.identified", [b"rien", b""], {"rule": "REM-208"})] != []
