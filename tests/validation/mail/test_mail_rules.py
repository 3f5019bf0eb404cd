"""Mails at rest: of sound ones nothing is said, and one fault breaks its rule and those named with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mail_samples import AUTOMATIC, header, mails, sound, submission
from shared import CORPUS_CDA, needs_shared

from rempart.formats import xdm
from rempart.formats.cda import CdaError
from rempart.formats.mail import read, write
from rempart.formats.mail.package import with_documents
from rempart.resources import own_yaml
from rempart.validation.document import validate_bytes
from rempart.validation.mail.validate import validate_mail
from rempart.validation.registry import rules

FAULTS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "mail_faults.yaml")
# What a mail of each kind is called.
KINDS = {
    "plain": "courriel sans archive", "n1": "courriel (1 document)", "two": "courriel (2 documents)", "mdn": "MDN",
    "dsn": "DSN",
}  # fmt: skip


def told(findings: Any) -> list[tuple[str, str, str, str]]:
    return [(f.rule, str(f.severity), f.location, f.message) for f in findings]


@pytest.mark.parametrize("name", list(sound()))
def test_a_sound_mail_conforms_and_says_nothing(name: str) -> None:
    report = validate_bytes(sound()[name])
    assert told(report.findings) == []
    assert report.verdict == "conforme" and report.validators[0] == "courriel"
    assert report.kind == KINDS.get(name, report.kind)


def test_the_archive_and_the_documents_are_judged_too() -> None:
    assert validate_bytes(sound()["n1"]).validators == [
        "courriel", "archive XDM", "métadonnées XDS", "schéma CDA", "règles CDA", "copies PDF",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda f: f"{f['rule']} {f.get('base', 'n1')} {f['field']} {str(f.get('to'))[:60]}"
)
def test_one_fault_breaks_its_rule(fault: dict[str, Any]) -> None:
    data = header(sound()[fault.get("base", "n1")], fault["field"], fault.get("to"))
    report = validate_mail(data, requirements=fault.get("requirements", []))
    own = [f for f in report.findings if f.rule == fault["rule"]]
    assert own, told(report.findings)
    worst = "error" if any(str(f.severity) == "error" for f in own) else "warning"
    assert worst == fault.get("severity", "error"), told(own)
    assert {f.rule for f in report.findings} <= {fault["rule"], *fault.get("also", [])}, told(report.findings)
    assert report.verdict == ("non_conforme" if worst == "error" else "conforme")
    assert all(f.message and f.location and f.source for f in report.findings)


def test_a_finding_on_a_header_has_its_place_in_the_file() -> None:
    data = header(sound()["n1"], "X-MSS-INS", "OUI")
    (found,) = validate_mail(data).findings
    assert found.location == "en-tête X-MSS-INS" and found.offset is not None and found.length is not None
    assert data[found.offset : found.offset + found.length] == b"X-MSS-INS: OUI"


@pytest.mark.parametrize("requirement", ["MSS/va1.08", "MSS/va1.09", "MSS/va1.15", "MSS/UX.33", "MSS/CONF.23"])
def test_what_is_declared_and_there_breaks_nothing(requirement: str) -> None:
    name = {"MSS/va1.08": "reply"}.get(requirement, "asking")
    assert told(validate_mail(sound()[name], requirements=[requirement]).findings) == []


def test_what_is_declared_of_a_mail_to_the_patient() -> None:
    wanted = ["MSS/va1.17", "MSS/va1.19", "MSS/CONF.21"]
    assert told(validate_mail(sound()["citizen"], requirements=wanted).findings) == []


def test_a_mail_is_recognised_by_its_content() -> None:
    own = sound()["n1"]
    for before in (b"", b"\xef\xbb\xbf", b"\r\n\r\n", b"From pfi@x Mon May  4 11:30:00 2026\r\n", b"ARC-Seal: i=1\r\n"):
        assert validate_bytes(before + own).kind == "courriel (1 document)", before
    assert validate_bytes(own.replace(b"\r\n", b"\n")).verdict == "conforme"
    assert validate_bytes(b"titre: bonjour\r\n\r\nFrom: a@b.fr\r\n").verdict == "erreur"
    assert validate_bytes(b"MSH|^~\\&|From: a|b").kind != "courriel sans archive"


def test_the_environment_goes_down_to_the_documents() -> None:
    report = validate_bytes(sound()["n1"], environment="production")
    assert {"CDA-032", "XDS-030"} <= {f.rule for f in report.findings}


NOTIFIED: list[tuple[str, str, str, bytes, bytes]] = [
    ("mdn", "HL7-142", "error", b"Disposition-Notification-To: ", b"X-Rien: "),
    ("mdn", "HL7-143", "error", b"Content-Type: text/plain", b"Content-Type: text/html"),
    ("mdn-ko", "HL7-144", "warning", b"/Error: 902^Patient inconnu", b"/Error: 902"),
    ("mdn", "HL7-145", "error", b"Original-Recipient:", b"X-Recipient:"),
    ("mdn", "HL7-145", "error", b"Original-Message-ID:", b"X-Message-ID:"),
    ("mdn", "HL7-145", "error", b"Original-Message-ID: <1.", b"Original-Message-ID: <2."),
    ("mdn", "HL7-147", "error", b'filename="IHE_XDM.ZIP"\r\n\r\nUE', b'filename="A.ZIP"\r\n\r\nUE'),
    ("mdn", "HL7-145", "error", b"Final-Recipient:", b"X-Recipient:"),
    ("mdn-read", "MSS-070", "error", b"; displayed", b"; lu"),
    ("mdn-read", "MSS-070", "warning", b"Original-Message-ID:", b"X-Message-ID:"),
    ("dsn", "MSS-071", "error", b"Reporting-MTA:", b"X-MTA:"),
    ("dsn", "MSS-071", "error", b"Action: failed", b"Action: perdu"),
    ("dsn", "MSS-071", "error", b"Action: failed", b"Action: delivered"),
    ("dsn-ok", "MSS-071", "error", b"Status: 2.0.0", b"Status: 5.1.1"),
    ("dsn", "MSS-071", "error", b"Status: 5.1.1", b"Status: 550"),
    ("dsn", "MSS-071", "error", b"Final-Recipient: rfc822; ", b"Final-Recipient: rfc822; x "),
    ("dsn", "MSS-071", "error", b"Content-Type: message/delivery-status", b"Content-Type: text/x-status"),
    ("dsn", "MSS-071", "warning", b"Content-Type: text/rfc822-headers", b"Content-Type: text/x-headers"),
]


@pytest.mark.parametrize(("base", "rule", "severity", "old", "new"), NOTIFIED)
def test_one_fault_of_a_notification(base: str, rule: str, severity: str, old: bytes, new: bytes) -> None:
    assert old in sound()[base]
    found = validate_mail(sound()[base].replace(old, new)).findings
    own = [f for f in found if f.rule == rule]
    assert severity in {str(f.severity) for f in own}, told(found)
    assert {f.rule for f in found} == {rule}, told(found)


@needs_shared
@pytest.mark.parametrize("file", sorted(CORPUS_CDA.glob("*.xml")), ids=lambda f: f.name)
def test_the_mail_of_a_published_document_agrees_with_it(file: Path) -> None:
    """Only what the published document lacks may be said: a PDF, PDF/A-1, the mention of a replacement."""
    try:
        mail = with_documents(AUTOMATIC, submission(xdm.from_cda(file.read_bytes())))
    except CdaError as error:
        pytest.skip(f"not read as a CDA: {error}")
    found = [f for f in validate_mail(write(mail), packs=()).findings if f.rule.startswith("MSS-")]
    assert {f.rule for f in found} <= {"MSS-023", "MSS-032"}, told(found)


def test_every_rule_on_mails_has_its_test() -> None:
    source = "".join(f.read_text("utf-8") for f in Path(__file__).parent.iterdir() if f.suffix in (".py", ".yaml"))
    assert [r for r, i in rules().items() if r.startswith("MSS-") and not i.same_as and r not in source] == []


def test_every_part_of_a_written_mail_is_read_back() -> None:
    for name, mail in mails().items():
        assert read(write(mail)).subject == mail.subject, name
        assert read(write(mail)).references == mail.references
