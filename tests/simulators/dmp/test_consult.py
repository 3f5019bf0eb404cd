"""TD3.1, TD3.2 and TD3.3: what each caller finds, reads, masks and deletes."""

from __future__ import annotations

import pytest
from dmp_client import DOCTOR, FIND, INS, OTHER_DOCTOR, PATIENT, document, institution, oid, person, submission
from lxml import etree

from rempart.formats.soap.capture import content_of
from rempart.formats.vihf import model as vihf
from rempart.formats.xdm.model import XdsAuthor
from rempart.formats.xds import model as xds
from rempart.formats.xds import read_objects
from rempart.formats.xds.messages import FAILURE, PARTIAL
from rempart.formats.xds.provide import request_of
from rempart.formats.xds.read import rim
from rempart.formats.xds.transactions import XDSB
from rempart.formats.xds.write import add_member, add_package
from rempart.simulators.dmp import Grant, Status

OTHERS = (XdsAuthor(person=person(OTHER_DOCTOR), institution=institution("1120456789")),)
CONFIDENTIALITY = xds.CONFIDENTIALITY


def found(answer) -> list[str]:
    assert answer.accepted, answer.errors
    return [e.identifier(xds.ENTRY_ID) for e in read_objects(answer.content).entries]


# -- TD3.1


def test_a_search_gives_what_the_registry_added(pfi, authorised):
    sent = document()
    pfi.feed(sent)
    (entry,) = read_objects(authorised.find().content).entries
    assert entry.identifier(xds.ENTRY_ID) == sent.unique_id
    assert entry.id.startswith("urn:uuid:")
    assert (entry.lid, entry.version, entry.status) == (entry.id, "1", xds.APPROVED)
    assert entry.value("size") == str(len(sent.data))
    assert len(entry.value("hash")) == 40
    assert entry.value("repositoryUniqueId") == xds.DMP_REPOSITORY
    assert {i.owner for i in entry.identifiers} == {entry.id}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"XDSDocumentEntryTypeCode": ["34112-3^^2.16.840.1.113883.6.1"]}, True),
        ({"XDSDocumentEntryTypeCode": ["11502-2^^2.16.840.1.113883.6.1"]}, False),
        ({"XDSDocumentEntryClassCode": ["90", "11"]}, True),
        ({"XDSDocumentEntryAuthorPerson": ["%DIAZ%"]}, True),
        ({"XDSDocumentEntryAuthorPerson": ["%ADAM%"]}, False),
        ({"XDSDocumentEntryServiceStartTimeFrom": "20260301080000"}, True),
        ({"XDSDocumentEntryServiceStartTimeTo": "20260301080000"}, False),
        ({"XDSDocumentEntryCreationTimeFrom": "2026", "XDSDocumentEntryCreationTimeTo": "2027"}, True),
    ],
)
def test_criteria_choose(pfi, authorised, parameters, expected):
    pfi.feed(document())
    assert bool(found(authorised.find(**parameters))) is expected


def test_the_status_chooses(pfi, authorised, dmp):
    old, new = document(), document()
    pfi.feed(old)
    pfi.feed(new, replaces={"Document01": dmp.dmp.registry.latest(old.unique_id).uuid})
    assert found(authorised.find()) == [new.unique_id]
    assert found(authorised.find([Status.DEPRECATED.value])) == [old.unique_id]


def test_a_search_that_is_wrong_is_refused_with_its_code(authorised):
    assert authorised.query("urn:uuid:0").errors == ["XDSUnknownStoredQuery"]
    assert authorised.query(FIND).errors == ["XDSStoredQueryMissingParam"]
    assert authorised.find(XDSDocumentEntryCreationTimeFrom="hier").errors == ["XDSStoredQueryParamNumber"]
    another = PATIENT.replace(INS, "277076322082910")
    answer = authorised.query(FIND, XDSDocumentEntryPatientId=another, XDSDocumentEntryStatus=[xds.APPROVED])
    assert answer.errors == ["XDSPatientIdDoesNotMatch"]


def test_too_many_results_are_said(pfi, authorised, dmp):
    pfi.feed(document(), document())
    dmp.dmp.settings.max_results = 1
    assert authorised.find().errors == ["XDSTooManyResults"]


def test_the_establishment_looks_up_a_reference_and_searches_nothing_else(pfi):
    sent = document()
    pfi.feed(sent)
    assert found(pfi.reference(sent.unique_id)) == [sent.unique_id]
    assert pfi.find().errors == ["SIM_DroitInsuffisant"]
    assert pfi.retrieve(sent.unique_id).errors == ["SIM_DroitInsuffisant"]


def test_submissions_then_associations_then_documents(pfi, authorised, dmp):
    """The way to find what is new: there is no filter on the time of submission of a document."""
    sent = document()
    pfi.feed(sent)
    sets = authorised.query(
        "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9", XDSSubmissionSetPatientId=PATIENT,
        XDSSubmissionSetStatus=[xds.APPROVED], XDSSubmissionSetSubmissionTimeFrom="20260101",
    )  # fmt: skip
    (lot,) = read_objects(sets.content).packages
    links = authorised.query("urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155", uuid=[lot.id])
    (member,) = read_objects(links.content).associations
    assert (member.type, member.source) == (xds.HAS_MEMBER, lot.id)
    both = authorised.query("urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a", XDSDocumentEntryEntryUUID=[member.target])
    assert found(both) == [sent.unique_id]


# -- access


def test_consulting_needs_an_authorisation(pfi, doctor, dmp):
    pfi.feed(document())
    assert doctor.find().errors == ["SIM_AutorisationAbsente"]
    dmp.dmp.patients[INS].grants[DOCTOR] = Grant.EXPIRED
    assert doctor.find().errors == ["SIM_AutorisationAbsente"]
    dmp.dmp.patients[INS].grants[DOCTOR] = Grant.BLOCKED
    assert doctor.find().errors == ["SIM_AccesInterdit"]
    assert doctor.as_(access=vihf.EMERGENCY).find().errors == ["SIM_AccesInterdit"]


def test_an_emergency_needs_none_and_sees_what_is_masked_if_the_patient_allowed(pfi, doctor, dmp):
    shown, masked = document(), document(authors=OTHERS, confidentiality=("N", "MASQUE_PS"), legal_authenticator="")
    pfi.feed(shown, masked)
    emergency = doctor.as_(access=vihf.EMERGENCY)
    assert found(emergency.find()) == [shown.unique_id]
    dmp.dmp.patients[INS].masked_in_emergency = True
    assert found(emergency.find()) == [shown.unique_id, masked.unique_id]


def test_a_masked_document_is_for_its_author_and_the_attending_doctor(pfi, authorised, dmp):
    masked = document(authors=OTHERS, confidentiality=("N", "MASQUE_PS"), legal_authenticator="")
    pfi.feed(masked)
    assert found(authorised.find()) == []
    assert authorised.retrieve(masked.unique_id).errors == ["XDSDocumentUniqueIdError"]
    author = authorised.as_(user=OTHER_DOCTOR)
    author.authorise()
    assert found(author.find()) == [masked.unique_id]
    authorised.authorise(role="MEDECIN_TRAITANT")
    assert found(authorised.find()) == [masked.unique_id]


# -- TD3.2


def test_the_bytes_come_back_as_they_were_fed(pfi, authorised):
    sent = [document(), document()]
    pfi.feed(*sent)
    answer = authorised.retrieve(*(d.unique_id for d in sent))
    assert answer.accepted
    assert answer.capture.multipart
    got = [content_of(d, answer.capture) for d in answer.content.iter(f"{{{XDSB}}}Document")]
    assert got == [d.data for d in sent]


def test_what_cannot_be_read_is_said_and_the_rest_comes(pfi, authorised, dmp):
    sent = document()
    pfi.feed(sent)
    answer = authorised.retrieve(sent.unique_id, "1.2.3")
    assert (answer.response.status, answer.errors) == (PARTIAL, ["XDSDocumentUniqueIdError"])
    assert len(answer.capture.parts) == 1
    by_entry = authorised.retrieve(dmp.dmp.registry.latest(sent.unique_id).uuid)
    assert (by_entry.response.status, by_entry.errors) == (FAILURE, ["XDSDocumentUniqueIdError"])
    assert authorised.retrieve(sent.unique_id, repository="1.2.3").errors == ["XDSUnknownRepositoryId"]


# -- TD3.3


def entry_of(dmp, sent):
    return dmp.dmp.registry.latest(sent.unique_id)


def test_the_structure_deletes_its_own_document_and_no_other(pfi, dmp, authorised):
    sent = document()
    pfi.feed(sent)
    entry = entry_of(dmp, sent)
    stranger = pfi.as_(structure="1750000001")
    assert stranger.set_status(entry.uuid, xds.APPROVED, xds.DELETED).errors == ["SIM_DocumentDAutrui"]
    assert pfi.set_status(entry.uuid, xds.APPROVED, xds.DELETED).accepted
    assert entry_of(dmp, sent).status is Status.DELETED
    assert found(authorised.find()) == []
    assert authorised.retrieve(sent.unique_id).errors == ["XDSDocumentUniqueIdError"]
    deleted = dmp.next_call("TD3.3c", timeout=2, where=lambda c: c.accepted)
    assert deleted.documents == (sent.unique_id,)


def test_the_establishment_neither_archives_nor_masks(pfi, dmp):
    sent = document()
    pfi.feed(sent)
    uuid = entry_of(dmp, sent).uuid
    assert pfi.set_status(uuid, xds.APPROVED, xds.ARCHIVED).errors == ["SIM_DroitInsuffisant"]
    assert pfi.update(masking(dmp, sent, "N", "MASQUE_PS")).errors == ["SIM_DroitInsuffisant"]


def test_a_doctor_archives_and_takes_out_again(pfi, authorised, dmp):
    sent = document()
    pfi.feed(sent)
    uuid = entry_of(dmp, sent).uuid
    assert authorised.set_status(uuid, xds.APPROVED, xds.ARCHIVED).accepted
    assert found(authorised.find()) == []
    assert authorised.set_status(uuid, xds.APPROVED, xds.ARCHIVED).errors == ["XDSMetadataUpdateError"]
    assert authorised.set_status(uuid, xds.ARCHIVED, xds.APPROVED).accepted
    assert found(authorised.find()) == [sent.unique_id]


def masking(dmp, sent, *codes, version="1", **changes):
    """TD3.3a/b: the whole entry again, its confidentiality codes apart."""
    entry = entry_of(dmp, sent)
    from rempart.simulators.dmp.entries import element_of

    root = etree.Element(rim("RegistryObjectList"))
    add_package(root, submission())
    element = element_of(entry)
    element.set("id", "Document01")
    del element.attrib["status"]
    kept = [c for c in element.iterchildren(rim("Classification")) if c.get("classificationScheme") == CONFIDENTIALITY]
    model = kept[0]
    for code in codes:
        copy = etree.fromstring(etree.tostring(model))
        copy.set("nodeRepresentation", code)
        model.addprevious(copy)
    for old in kept:
        element.remove(old)
    for name, value in changes.items():
        element.set(name, value)
    root.append(element)
    add_member(root, "m1", "Document01", {"PreviousVersion": version})
    return request_of(root)


def test_a_doctor_masks_and_unmasks_an_own_document(pfi, authorised, dmp):
    sent = document()
    pfi.feed(sent)
    first = entry_of(dmp, sent)
    assert authorised.update(masking(dmp, sent, "N", "MASQUE_PS")).accepted
    second = entry_of(dmp, sent)
    assert (second.version, second.lid, second.codes) == (2, first.lid, ("N", "MASQUE_PS"))
    assert second.uuid != first.uuid
    assert authorised.update(masking(dmp, sent, "N", version="1")).errors == ["XDSMetadataVersionError"]
    assert authorised.update(masking(dmp, sent, "N", version="2")).accepted
    assert [c.transaction for c in dmp.received()][-3:] == ["TD3.3a", "TD3.3", "TD3.3a"]


def test_unmasking_another_s_document_is_for_the_attending_doctor(pfi, authorised, dmp):
    sent = document(authors=OTHERS, legal_authenticator="", confidentiality=("N", "MASQUE_PS"))
    pfi.feed(sent)
    assert authorised.update(masking(dmp, sent, "N")).errors == ["XDSMetadataUpdateError"]  # not even seen
    authorised.authorise(role="MEDECIN_TRAITANT")
    assert authorised.update(masking(dmp, sent, "N")).accepted


def test_making_visible_to_the_patient_cannot_be_undone(pfi, authorised, dmp):
    sent = document(confidentiality=("N", "INVISIBLE_PATIENT"))
    pfi.feed(sent)
    assert authorised.update(masking(dmp, sent, "N")).accepted
    assert dmp.next_call("TD3.3b", timeout=2).accepted
    answer = authorised.update(masking(dmp, sent, "N", "INVISIBLE_PATIENT", version="2"))
    assert answer.errors == ["UnmodifiableMetadataError"]


def test_nothing_else_may_change_with_the_visibility(pfi, authorised, dmp):
    sent = document()
    pfi.feed(sent)
    answer = authorised.update(masking(dmp, sent, "N", "MASQUE_PS", mimeType="text/plain"))
    assert answer.errors == ["UnmodifiableMetadataError"]
    assert authorised.update(masking(dmp, sent, "N")).errors == ["XDSMetadataUpdateError"]


def test_an_update_of_what_does_not_exist(pfi, authorised):
    assert authorised.set_status(f"urn:uuid:{oid()}", xds.APPROVED, xds.DELETED).errors == ["XDSMetadataUpdateError"]
