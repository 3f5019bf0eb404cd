"""Bodies, archives and copies: one fault each in what a mail carries, and attacks that look sound from outside."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from cda_samples import LETTER, PATIENT, ROOT
from mail_samples import (
    AUTOMATIC,
    CITIZEN,
    MENTION,
    PLAIN,
    SERVICE,
    TEXT,
    attached,
    header,
    mails,
    pdf,
    sound,
    submission,
)  # fmt: skip
from xdm_samples import DOC1, METADATA, changed, entries, zipped

from rempart.formats import xdm
from rempart.formats.cda import InstanceId, build
from rempart.formats.ins import key
from rempart.formats.mail import Attachment, Mail, write
from rempart.formats.mail.package import with_documents
from rempart.model.finding import Finding
from rempart.validation.mail.validate import validate_mail

N1 = mails()["n1"]
COPY = N1.attachments[0]
_BODY = "2790351215990"
OTHER = replace(
    PATIENT, ins=InstanceId("1.2.250.1.213.1.4.10", _BODY + key(_BODY)), birth_name="AUTRE",
    ipp=InstanceId("1.2.250.1.213.1.1.9.1", "PAT0009"), used_name="AUTRE",
)  # fmt: skip
JOINED = b"PK\x03\x04 not a zip at all"


def judged(mail: Mail | bytes, *requirements: str) -> list[Finding]:
    return validate_mail(mail if isinstance(mail, bytes) else write(mail), requirements=requirements).findings


def told(found: list[Finding]) -> list[tuple[str, str, str, str]]:
    return [(f.rule, str(f.severity), f.location, f.message) for f in found]


def holding(*files: Attachment) -> Mail:
    return replace(N1, attachments=files)


def archived(change: Callable[[dict[str, bytes]], object]) -> Mail:
    assert N1.archive
    return replace(N1, archive=changed(N1.archive, change))


def renamed(old: bytes, new: bytes) -> bytes:
    data = write(N1)
    assert old in data
    return data.replace(old, new)


def _other(level: str = "N1") -> xdm.XdmDocument:
    own = replace(LETTER, id=InstanceId(f"{ROOT}.9.1"), set_id=InstanceId(f"{ROOT}.9"), patient=OTHER, level=level)
    return xdm.from_cda(build(replace(own, pdf=pdf("Lettre de liaison", patient=OTHER))))


def _letter(own: bytes) -> xdm.XdmDocument:
    """Another letter about the same patient."""
    again = replace(LETTER, id=InstanceId(f"{ROOT}.8.1"), set_id=InstanceId(f"{ROOT}.8"), pdf=own)
    return xdm.from_cda(build(again))


def without_copy(mail: Mail) -> Mail:
    """The same without its last attachment."""
    return replace(mail, attachments=mail.attachments[:-1])


FAULTS: list[tuple[str, str, str, Mail | bytes, set[str]]] = [
    # copies
    ("no copy", "MSS-023", "error", holding(), set()),
    ("one copy for two documents", "MSS-023", "error",
     without_copy(with_documents(AUTOMATIC, submission(entries()["n1"], _letter(pdf("Une autre lettre"))))), set()),
    ("copy of another document", "MSS-023", "error", holding(attached("a.pdf", pdf("Compte rendu opératoire"))), set()),
    ("one word changed", "MSS-023", "error",
     replace(with_documents(AUTOMATIC, submission(_letter(pdf("Lettre", "Paracétamol 500 mg")))),
             attachments=(attached("a.pdf", pdf("Lettre", "Paracétamol 5000 mg")),)), set()),
    ("copy that says more", "MSS-023", "warning",
     holding(attached("a.pdf", pdf("Lettre de liaison", "Page 1"))), set()),
    ("copy of another patient", "MSS-022", "error",
     holding(attached("a.pdf", pdf("Lettre de liaison", patient=OTHER))), {"MSS-023"}),
    ("one copy too many", "MSS-023", "warning", holding(COPY, attached("b.pdf", pdf("Consignes"))), set()),
    ("stranger behind the copy", "MSS-022", "error",
     holding(COPY, attached("b.pdf", pdf("Lettre", patient=OTHER))), {"MSS-023"}),
    ("ordinary PDF", "MSS-023", "error", holding(attached("a.pdf", COPY.data.replace(b"pdfaid:part", b"pdfaid:prat"))),
     set()),
    ("no PDF at all", "MSS-023", "error", holding(attached("a.pdf", b"Bonjour")), {"MSS-023", "MSS-062"}),
    ("truncated PDF", "MSS-023", "error", holding(attached("a.pdf", COPY.data[:400])), {"MSS-023"}),
    # names
    ("copy without .pdf", "MSS-067", "warning", holding(attached("lettre", COPY.data)), set()),
    ("copy of another type", "MSS-067", "warning", holding(replace(COPY, type="application/octet-stream")), set()),
    ("name that climbs", "MSS-067", "warning", holding(attached("../../lettre.pdf", COPY.data)), set()),
    ("names twice", "MSS-067", "warning",
     holding(COPY, *(Attachment(name=n, data=b"x", type="text/x") for n in ("a.txt", "A.txt"))), set()),
    # archives
    ("archive under another name", "MSS-023", "error", renamed(b"IHE_XDM.ZIP", b"DOCUMENT.ZIP"), set()),
    ("two archives", "MSS-023", "error",
     replace(N1, attachments=(COPY, Attachment(name="IHE_XDM.ZIP", data=N1.archive or b"", type="application/zip"))),
     {"MSS-023", "MSS-067"}),
    ("document out of the archive", "MSS-023", "error",
     replace(PLAIN, attachments=(Attachment(name="cda.xml", data=entries()["n1"].data, type="text/xml"),)), set()),
    ("PDF alone", "MSS-023", "warning", replace(PLAIN, attachments=(COPY,)), set()),
    ("archive that is none", "XDM-001", "error", replace(N1, archive=JOINED), set()),
    ("archive cut", "XDM-001", "error", replace(N1, archive=(N1.archive or b"")[:-40]), set()),
    ("bomb", "XDM-002", "error", archived(lambda f: f.update({"IHE_XDM/B": b"0" * 30_000_000})), set()),
    ("zip of something else", "XDS-129", "error", replace(N1, archive=zipped({"a.txt": b"x"})),
     {"MSS-025", "MSS-027"}),
    ("climbing entry", "XDM-003", "error", archived(lambda f: f.update({"../x": b"x"})), set()),
    ("no metadata", "XDS-129", "error", archived(lambda f: f.pop(METADATA)), {"XDM-011"}),
    ("fault in a document", "CDA-005", "error",
     archived(lambda f: f.update({DOC1: f[DOC1].replace(b'<realmCode code="FR"/>', b'<realmCode code="US"/>')})),
     {"XDS-052"}),
    ("two patients", "MSS-022", "error",
     with_documents(AUTOMATIC, submission(entries()["n1"], _other())), {"XDS-028"}),
    # what it says of replacement
    ("replacement without a word", "MSS-032", "error", replace(mails()["replacement"], body=TEXT), set()),
    ("replacement of a valve", "MSS-032", "error",
     replace(mails()["replacement"], body=f"Remplacement valvulaire aortique.\n{TEXT}"), set()),
    ("a word without replacement", "MSS-032", "warning", replace(N1, body=f"Annule et remplace.\n{TEXT}"), set()),
    ("deletion without a word", "MSS-066", "warning", replace(mails()["deletion"], body=TEXT), set()),
    # bodies
    ("mention without an address", "MSS-016", "error", replace(N1, body="Message généré automatiquement."), set()),
    ("no mention", "MSS-016", "warning", replace(N1, body="Bonjour."), set()),
    ("HTML that says something else", "MSS-017", "error", replace(PLAIN, html="<p>Bonjour, tout va bien.</p>"), set()),
    ("HTML with another figure", "MSS-017", "error",
     replace(PLAIN, body="Dose: 5 mg par jour", html="<p>Dose: 50 mg par jour</p>"), set()),
    ("HTML with a caption", "MSS-017", "warning",
     replace(PLAIN, body="un deux trois quatre cinq six sept huit neuf dix",
             html="<p>un deux trois quatre cinq six sept huit neuf dix</p><p>logo</p>"), set()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "severity", "mail", "also"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_one_fault_breaks_its_rule(rule: str, severity: str, mail: Mail | bytes, also: set[str]) -> None:
    found = judged(mail)
    own = [f for f in found if f.rule == rule]
    assert own and severity in {str(f.severity) for f in own}, told(found)
    assert severity == "error" or all(str(f.severity) != "error" for f in own)
    assert {f.rule for f in found} <= {rule, *also}, told(found)


# -- what must not be held against a mail


def accepted(mail: Mail | bytes, *requirements: str) -> None:
    assert told(judged(mail, *requirements)) == []


def test_the_name_of_the_archive_may_be_in_lower_case() -> None:
    accepted(renamed(b"IHE_XDM.ZIP", b"IHE_XDM.zip"))


def test_a_copy_written_anew_is_the_same_when_its_words_are() -> None:
    again = pdf("Lettre  de liaison")
    assert again != COPY.data
    accepted(holding(attached("lettre.pdf", again)))


def test_codes_may_be_spaced_and_in_any_order() -> None:
    accepted(header(sound()["two"], "X-MSS-CODECDA", "11502-2 , 11490-0"))


def test_codes_of_two_documents_of_one_type_may_be_said_once_or_twice() -> None:
    again = replace(LETTER, id=InstanceId(f"{ROOT}.8.1"), set_id=InstanceId(f"{ROOT}.8"))
    mail = with_documents(AUTOMATIC, submission(entries()["n1"], xdm.from_cda(build(again))))
    for said in ("11490-0", "11490-0,11490-0"):
        accepted(header(write(mail), "X-MSS-CODECDA", said))


def test_a_subject_in_encoded_words_and_in_any_case() -> None:
    said = "=?utf-8?q?XDM/1=2E0/DDM+Lettre_Pat-Trois_Dominique_28/03/1979?="
    accepted(header(sound()["n1"], "Subject", said))


def test_the_date_of_the_document_in_the_subject() -> None:
    accepted(header(sound()["n1"], "Subject", "XDM/1.0/DDM+Lettre de liaison PAT-TROIS DOMINIQUE 04/05/2026"))


def test_a_long_reply_to_a_patient_names_no_archive() -> None:
    accepted(replace(mails()["reply"], recipients=(CITIZEN,), no_reply=True))


def test_a_medical_word_is_no_mention_of_an_automatic_mail() -> None:
    accepted(replace(PLAIN, body="La patiente a un tensiomètre automatique et un défibrillateur automatique."))


def test_an_address_of_the_service_at_the_end_whatever_its_case() -> None:
    accepted(replace(N1, body=f"Bonjour.\n{MENTION.replace(SERVICE, SERVICE.upper())}"))


@pytest.mark.parametrize("archive", [JOINED, b"PK\x05\x06"])
def test_what_a_shut_archive_holds_is_not_guessed(archive: bytes) -> None:
    """Nothing is said of X-MSS headers that nobody can compare."""
    assert not {f.rule for f in judged(replace(N1, archive=archive))} & {"MSS-025", "MSS-026", "MSS-027"}


# -- attacks


def test_a_second_archive_of_another_patient_is_seen() -> None:
    from rempart.formats.xdm import write as zip_of

    data = zip_of(submission(_other()))
    second = Attachment(name="SUITE.ZIP", data=data, type="application/zip")
    found = judged(replace(N1, attachments=(COPY, attached("b.pdf", pdf("Lettre de liaison", patient=OTHER)), second)))
    assert {"MSS-022", "MSS-023"} <= {f.rule for f in found}, told(found)


def test_o_is_not_earned_by_one_of_two_documents() -> None:
    mail = with_documents(AUTOMATIC, submission(entries()["n1"], entries()["no-ins"]))
    assert mail.ins == "N"
    found = judged(replace(mail, ins="O"))
    assert [f.rule for f in found if f.rule == "MSS-026"] == ["MSS-026"]


@pytest.mark.parametrize(
    ("pattern", "missing"),
    [
        (rb'<administrativeGenderCode code="F"', "sexe"),
        (rb'<birthTime value="\d+"/>', "date de naissance"),
        (rb'<family qualifier="BR">[^<]*</family>', "nom de naissance"),
    ],
)
def test_o_needs_each_of_the_four_traits(pattern: bytes, missing: str) -> None:
    new = {"sexe": b'<administrativeGenderCode code="UN"', "date de naissance": b'<birthTime nullFlavor="UNK"/>'}

    def spoil(files: dict[str, bytes]) -> None:
        files[DOC1], count = re.subn(pattern, new.get(missing, b""), files[DOC1])
        assert count

    (found,) = [f for f in judged(archived(spoil)) if f.rule == "MSS-026"]
    assert missing in found.actual


def test_two_x_mss_ins_are_seen() -> None:
    found = judged(write(N1).replace(b"X-MSS-INS: O\r\n", b"X-MSS-INS: O\r\nX-MSS-INS: N\r\n"))
    assert [f.rule for f in found] == ["MSS-025"]


def test_two_x_mss_codecda_are_a_warning() -> None:
    data = header(sound()["two"], "X-MSS-CODECDA", "11490-0\r\nX-MSS-CODECDA: 11502-2")
    assert [(f.rule, str(f.severity)) for f in judged(data)] == [("MSS-027", "warning")]


def test_two_products_are_seen() -> None:
    data = write(N1).replace(b"X-MSS-NIL: ", b"X-MSS-NIL: AUTRE\r\nX-MSS-NIL: ")
    assert [f.rule for f in judged(data)] == ["MSS-024"]


def test_a_header_hidden_in_the_body_counts_for_nothing() -> None:
    data = header(sound()["n1"], "X-MSS-INS", None).replace(b"Cher ", b"X-MSS-INS: O\r\n\r\nCher ", 1)
    assert [f.rule for f in judged(data)] == ["MSS-025"]


def test_a_second_from_does_not_hide_the_first() -> None:
    data = write(N1).replace(b"From: ", b"From: Pirate <pirate@exemple.mssante.fr>\r\nFrom: ", 1)
    assert "MSS-061" in {f.rule for f in judged(data)}


def test_a_cut_mail_and_a_spoilt_attachment_are_seen() -> None:
    whole = write(N1)
    cut = judged(whole[: len(whole) * 2 // 3])
    assert "MSS-062" in {f.rule for f in cut} and any("frontière" in f.message for f in cut)
    at = whole.index(b"application/pdf")
    spoilt = whole[:at] + re.sub(rb"(\r\n\r\n.{60})", rb"\1!!!", whole[at:], count=1)
    (found, *_) = [f for f in judged(spoilt) if f.rule == "MSS-062"]
    assert found.location == "pièce jointe document-1.pdf"


def test_a_reply_that_transports_a_document_keeps_the_subject_of_a_document() -> None:
    mail = replace(N1, in_reply_to="<9@a.mssante.fr>", references=("<9@a.mssante.fr>",))
    accepted(mail)
    assert [f.rule for f in judged(replace(mail, subject=f"Re: {mail.subject}"))] == ["MSS-021"]


def test_locations_lead_into_the_archive() -> None:
    def spoil(files: dict[str, bytes]) -> None:
        files[DOC1] = files[DOC1].replace(b'<realmCode code="FR"/>', b'<realmCode code="US"/>')

    (found,) = [f for f in judged(archived(spoil)) if f.rule == "CDA-005"]
    assert found.location.startswith(f"pièce jointe IHE_XDM.ZIP!/{DOC1}!/ClinicalDocument/realmCode/@code (ligne ")


def test_an_enclosed_mail_is_told_and_not_opened() -> None:
    message = email.message_from_bytes(sound()["plain"], policy=email.policy.SMTP)
    message.add_attachment(email.message_from_bytes(sound()["no-ins"], policy=email.policy.SMTP))
    (found,) = judged(message.as_bytes())
    assert (found.rule, str(found.severity)) == ("MSS-062", "info") and "n'est pas ouvert" in found.message


def test_an_image_inside_the_html_is_no_attachment_without_a_name() -> None:
    message = email.message_from_bytes(write(mails()["html"]), policy=email.policy.SMTP)
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<1>")
    accepted(message.as_bytes())


def test_a_mail_of_documents_needs_one() -> None:
    with pytest.raises(ValueError, match="one at least"):
        with_documents(AUTOMATIC, submission())
