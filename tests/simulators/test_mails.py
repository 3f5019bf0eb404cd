"""Mails of correspondents: sound ones conform, faulty ones have their fault and no other."""

from __future__ import annotations

import pytest

from rempart.formats import mail, xdm
from rempart.formats.cda.read import parse_cda
from rempart.formats.mail.source import read_head
from rempart.simulators import archives, lookalikes
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.mails import MAILBOX, Route, compose, letter, pack, reply
from rempart.simulators.patients import CORRESPONDENT_MAIL, citizen_mailbox, patient
from rempart.validation.mail.validate import validate_mail

DOMINIQUE, RUTH = patient("Dominique PAT-TROIS", ipp="IPP1"), patient("Ruth NESSI", ipp="IPP2")
NO_INS = patient("Dominique PAT-TROIS sans INS", ipp="IPP1")
N1, N3 = first_version(DOMINIQUE), first_version(DOMINIQUE, level="N3", type_code="11502-2")
CITIZEN = citizen_mailbox(DOMINIQUE).address
SOUND = {
    "one": compose(DOMINIQUE, [N1]),
    "asking": compose(DOMINIQUE, [N1], notify=True),
    "correction": compose(DOMINIQUE, [next_version(N1, DOMINIQUE)], action="C"),
    "deletion": compose(DOMINIQUE, [N1], action="D"),
    "several": compose(DOMINIQUE, [N1, first_version(DOMINIQUE, type_code="11488-4")]),
    "structured": compose(DOMINIQUE, [N3]),
    "both levels": compose(DOMINIQUE, [N1, N3]),
    "not qualified": compose(NO_INS, [first_version(NO_INS)]),
    "letter": letter(),
    "plain pdf": letter(pdf=True),
    "reply": reply(compose(DOMINIQUE, [N1]).message, "Merci.", sender=MAILBOX, label="CHU-X"),
    "of a patient": letter(route=Route(sender=CITIZEN, label="DOMINIQUE PAT-TROIS")),
}


def errors(message: bytes) -> list[str]:
    return [f"{f.rule} {f.message}" for f in validate_mail(message).findings if f.severity == "error"]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_mail_conforms(name):
    assert errors(SOUND[name].message) == []


def test_a_mail_says_what_its_archive_does():
    read = {name: mail.read(sent.message) for name, sent in SOUND.items()}
    assert {d.action for d in xdm.read(read["correction"].archive).documents} == {"C"}
    assert {d.action for d in xdm.read(read["deletion"].archive).documents} == {"D"}
    assert (read["one"].ins, read["not qualified"].ins) == ("O", "N")
    assert read["both levels"].cda_codes == ("34112-3", "11502-2")
    assert [len(read[n].attachments) for n in ("one", "several", "letter", "plain pdf")] == [1, 2, 0, 1]
    assert read["plain pdf"].archive is None
    assert read["asking"].notify_to == CORRESPONDENT_MAIL == read["asking"].return_path


def test_a_receipt_may_be_asked_for_another_address_than_the_return_path():
    sent = compose(DOMINIQUE, [N1], route=Route(notify="imagerie@operateur2-test.mssante.fr"))
    assert not mail.read(sent.message).wants_notification


def test_an_identifier_may_come_twice():
    assert compose(DOMINIQUE, [N1], message_id="<1@x.mssante.fr>").message_id == "<1@x.mssante.fr>"


def test_a_reply_is_of_the_conversation_and_goes_to_who_wants_it():
    original = b"From: a@x.mssante.fr\r\nReply-To: b@x.mssante.fr\r\nMessage-ID: <2@x>\r\nReferences: <1@x>\r\n\r\n"
    sent = reply(original, "Bien reçu.", sender=CORRESPONDENT_MAIL)
    head = read_head(sent.message)
    assert sent.recipient == "b@x.mssante.fr"
    assert (head.value("In-Reply-To"), head.value("References")) == ("<2@x>", "<1@x> <2@x>")


def test_a_patient_does_not_answer_a_closed_conversation():
    original = b"From: a@x.mssante.fr\r\nMessage-ID: <2@x>\r\nX-MSS-MES: FIN\r\n\r\n"
    with pytest.raises(ValueError, match="closed"):
        reply(original, "Merci", sender=CITIZEN)
    assert reply(original, "Merci", sender=CORRESPONDENT_MAIL).recipient == "a@x.mssante.fr"


# -- archives that are wrong


def broken(name):
    return compose(DOMINIQUE, [N1], archive=archives.ARCHIVE_FAULTS[name](pack([N1])))


@pytest.mark.parametrize("name", archives.ARCHIVE_FAULTS)
def test_a_wrong_archive_is_seen(name):
    report = validate_mail(broken(name).message)
    assert report.unreadable or errors(broken(name).message)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("coupée", "tronquée"), ("qui n'est pas un ZIP", "n'en est pas une"), ("vide", "0 fichier"),
        ("sans métadonnées", "0 fichier"),
        ("dont un chemin sort du dossier", r"\.\./"), ("abîmée", "illisible|endommag"),
        ("qui se gonfle démesurément", "gonfl|compress|fois"), ("sans son document", "DOC0001"),
    ],
)  # fmt: skip
def test_a_wrong_archive_is_refused_for_its_fault(name, reason):
    with pytest.raises(xdm.XdmError, match=reason):
        xdm.read(mail.read(broken(name).message).archive)


def test_a_bomb_weighs_little():
    assert len(archives.bomb(pack([N1]))) < 100_000


# -- people who are not quite the patient

FIELDS = {
    "un autre patient": {"ins", "family", "given", "birth"},
    "le même matricule sous d'autres traits": {"family", "given", "birth"},
    "les mêmes traits sous un autre matricule": {"ins"},
    "le même matricule d'un autre registre": {"register"},
    "une autre date de naissance": {"birth"},
    "un autre prénom": {"given"},
    "aucune INS": {"ins", "register"},
    "un sexe inconnu": {"sex"},
}


def identity(version):
    header = parse_cda(version.document.cda).header
    ins = header.ins
    return {
        "ins": ins and ins.extension, "register": ins and ins.root, "family": header.birth_name,
        "given": header.first_birth_name, "birth": header.birth_time, "sex": header.sex,
    }  # fmt: skip


@pytest.mark.parametrize("name", lookalikes.LOOKALIKES)
def test_a_lookalike_differs_by_what_it_says_and_by_nothing_else(name):
    theirs = identity(first_version(lookalikes.LOOKALIKES[name](DOMINIQUE, RUTH)))
    assert {field for field, value in identity(N1).items() if theirs[field] != value} == FIELDS[name]


def test_another_register_needs_an_ins():
    with pytest.raises(ValueError, match="INS"):
        lookalikes.other_register(NO_INS, RUTH)
