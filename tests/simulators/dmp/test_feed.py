"""TD2.1: what the simulated DMP takes, what it refuses, with which code, and that a refusal leaves nothing behind."""

from __future__ import annotations

import pytest
from dmp_client import OTHER_DOCTOR, PATIENT, document, institution, oid, person, submission

from rempart.formats.cda import Coded
from rempart.formats.soap import read_capture, read_envelope
from rempart.formats.vihf import model as vihf
from rempart.formats.xdm.model import XdsAuthor
from rempart.model.exchange import Direction
from rempart.simulators.dmp import Status

N3 = Coded("urn:ihe:pcc:xphr:2007", "1.2.250.1.213.1.1.4.2.282", "N3")


def test_a_document_is_taken_kept_and_told_to_the_step(pfi, dmp):
    sent = document()
    assert pfi.feed(sent).accepted
    call = dmp.next_submission(timeout=2)
    assert call.accepted
    assert (call.transaction, call.documents, call.mode) == ("TD2.1", (sent.unique_id,), "INDIRECTE")
    entry = dmp.dmp.registry.latest(sent.unique_id)
    assert dmp.dmp.registry.content(entry) == sent.data
    assert entry.status is Status.APPROVED


def test_both_directions_are_in_evidence_as_http_carried_them(pfi, dmp, ledger):
    sent = document()
    pfi.feed(sent)
    (request,), (answer,) = ledger.bytes(Direction.RECEIVED), ledger.bytes(Direction.SENT)
    assert request.startswith(b"POST /si-dmp-server/v2/services HTTP/1.1\r\n")
    assert sent.data in request
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert [p.content for p in read_capture(request).parts] == [sent.data]  # what a replay judges
    assert read_envelope(read_capture(answer).root).relates_to == read_envelope(read_capture(request).root).message_id
    assert ledger.lines() == [("received", "TD2.1"), ("sent", "TD2.1")]
    assert "certificat client SHA-256" in ledger.kept[0][0].note


def test_two_documents_of_a_lot_are_two_entries_of_one_submission(pfi, dmp):
    one, two = document(), document()
    assert pfi.feed(one, two).accepted
    kept = [dmp.dmp.registry.latest(d.unique_id) for d in (one, two)]
    assert kept[0].submission == kept[1].submission
    assert len(dmp.dmp.registry.of_patient(pfi.patient[:15])) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"patient_id": PATIENT.replace("279035121518989", "277076322082910")}, "XDSPatientIdDoesNotMatch"),
        ({"class_code": Coded("")}, "XDSRepositoryMetadataError"),
        ({"created": ""}, "XDSRepositoryMetadataError"),
        ({"data": b"%PDF-1.7 not XML"}, "InvalidDocumentContent"),
        ({"confidentiality": ("N", "MASQUE_PS", "INVISIBLE_PATIENT")}, "SIM_CumulMasquage"),
        ({"authors": (XdsAuthor(person=person(OTHER_DOCTOR), institution=institution("1750000001")),)},
         "SIM_AuteurNonCorrespondant"),
    ],
)  # fmt: skip
def test_a_faulty_entry_is_refused_and_nothing_is_kept(pfi, dmp, changes, code):
    answer = pfi.feed(document(**changes))
    assert answer.errors == [code]
    assert dmp.dmp.registry.count() == 0
    assert dmp.next_submission(timeout=2).errors == (code,)


def test_every_reason_is_given_at_once_and_the_sound_document_is_not_kept_alone(pfi, dmp):
    faulty = document(class_code=Coded(""), confidentiality=("N", "MASQUE_PS", "INVISIBLE_PATIENT"))
    answer = pfi.feed(document(), faulty)
    assert set(answer.errors) == {"XDSRepositoryMetadataError", "SIM_CumulMasquage"}
    assert dmp.dmp.registry.count() == 0


def test_the_same_identifier_twice_is_refused_by_what_the_bytes_are(pfi):
    sent = document()
    assert pfi.feed(sent).accepted
    assert pfi.feed(sent).errors == ["XDSDuplicateUniqueIdInRegistry"]
    assert pfi.feed(document(b"<autre/>", unique_id=sent.unique_id)).errors == ["XDSNonIdenticalHash"]
    assert pfi.feed(document(), unique_id=sent.unique_id).errors == ["XDSDuplicateUniqueIdInRegistry"]


def test_the_same_identifier_twice_in_a_lot_is_refused(pfi):
    one = document()
    assert "XDSRegistryDuplicateUniqueIdInMessage" in pfi.feed(one, document(unique_id=one.unique_id)).errors


def test_hash_of_the_wrong_bytes_is_refused(pfi, dmp):
    content_type, body = pfi.feed_message(submission(document(b"<ClinicalDocument/>")))
    answer = pfi.post(content_type, body.replace(b"<ClinicalDocument/>", b"<ClinicalDocumenT/>"))
    assert answer.errors == ["XDSRepositoryMetadataError"]
    assert "hash" in answer.response.errors[0].context


def test_an_entry_without_its_part_is_refused(pfi):
    content_type, body = pfi.feed_message(submission(document()))
    assert pfi.post(content_type, body.replace(b"cid:d1@test", b"cid:d9@test")).errors == ["XDSMissingDocument"]


def test_a_part_without_its_entry_is_refused(pfi):
    content_type, body = pfi.feed_message(submission(document()))
    broken = body.replace(b'Document id="Document01"', b'Document id="Document99"')
    assert set(pfi.post(content_type, broken).errors) == {"XDSMissingDocument", "XDSMissingDocumentMetadata"}


def test_a_replacement_deprecates_the_old_version(pfi, dmp):
    old, new = document(), document()
    pfi.feed(old)
    entry = dmp.dmp.registry.latest(old.unique_id)
    assert pfi.feed(new, replaces={"Document01": entry.uuid}).accepted
    assert dmp.dmp.registry.latest(old.unique_id).status is Status.DEPRECATED
    assert dmp.dmp.registry.latest(new.unique_id).status is Status.APPROVED
    again = pfi.feed(document(), replaces={"Document01": entry.uuid})
    assert again.errors == ["XDSRegistryDeprecatedDocumentError"]


def test_a_replacement_names_an_entry_not_a_document(pfi):
    old = document()
    pfi.feed(old)
    assert pfi.feed(document(), replaces={"Document01": old.unique_id}).errors == ["XDSReplaceFailed"]


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda dmp: dmp.patients.clear(), "XDSUnknownPatientId"),
        (lambda dmp: setattr(dmp.patients["279035121518989"], "closed", "décès"), "DMPClosed"),
    ],
)
def test_a_missing_or_closed_dmp_is_fed_nothing(pfi, dmp, prepare, code):
    prepare(dmp.dmp)
    assert pfi.feed(document()).errors == [code]


def test_feeding_needs_no_authorisation_but_air_cannot_feed(pfi, doctor):
    assert pfi.feed(document()).accepted
    assert doctor.feed(document()).errors == ["SIM_DroitInsuffisant"]
    assert pfi.as_(mode=vihf.DIRECT).feed(document()).accepted
    assert pfi.as_(access=vihf.EMERGENCY).feed(document()).errors == ["SIM_DroitInsuffisant"]


def test_an_n3_alone_is_refused_only_when_the_pair_is_wanted(pfi, dmp):
    assert pfi.feed(document(format=N3)).accepted
    dmp.dmp.settings.n1_wanted = True
    assert pfi.feed(document(format=N3)).errors == ["SIM_N3SansN1"]
    assert pfi.feed(document()).accepted


def test_masking_and_hiding_together_is_a_parameter_of_the_dmp(pfi, dmp):
    dmp.dmp.settings.masked_and_invisible = True
    assert pfi.feed(document(confidentiality=("N", "MASQUE_PS", "INVISIBLE_PATIENT"))).accepted


def test_an_oid_that_a_submission_has_is_no_document_s(pfi):
    lot = oid()
    assert pfi.feed(document(), unique_id=lot).accepted
    assert pfi.feed(document(unique_id=lot)).errors == ["XDSDuplicateUniqueIdInRegistry"]


def test_in_a_secret_connection_every_document_is_hidden_from_the_parents(pfi):
    secret = pfi.as_(extra={"secret": True})
    assert secret.feed(document()).errors == ["SIM_ConnexionSecrete"]
    assert secret.feed(document(confidentiality=("N", "INVISIBLE_REPRESENTANTS_LEGAUX"))).accepted


def test_rules_that_are_lent_refuse_with_their_reasons(pfi, dmp):
    """What `rempart simulate dmp --strict` lends: our sample document is no CDA."""
    from rempart.cli.simulate_dmp import _errors

    dmp.dmp.judge = _errors
    answer = pfi.feed(document())
    assert set(answer.errors) == {"XDSRepositoryMetadataError"}
    assert any("XDS-" in e.context for e in answer.response.errors)
    assert dmp.dmp.registry.count() == 0
