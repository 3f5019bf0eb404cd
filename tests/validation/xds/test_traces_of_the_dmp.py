"""What several exchanges with the DMP show together: the sound sequence says nothing, one fault its own rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from dmp_samples import UUID, envelope, feed, letter, replacing, search, submission
from lxml import etree
from xdm_samples import ROOT

from rempart.formats.hl7v2.cisis import (
    Authority,
    Document,
    DocumentOrder,
    Envelope,
    Party,
    Patient,
    Visit,
    document_message,
)
from rempart.formats.soap.envelope import Addressing, write_envelope
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import SUCCESS, RegistryResponse, write_query_response
from rempart.formats.xds.provide import objects_of, status_change
from rempart.formats.xds.transactions import SEARCH, UPDATE
from rempart.validation.checks import run_check

OLD = f"{ROOT}.1.1"


def order(cda: bytes, not_before: datetime | None = None) -> bytes:
    """An order of the HL7v2 volet; only its document and its TQ1 are looked at."""
    us = Party(application="A", organisation="B")
    patient = Patient(ipp="1", ipp_authority=Authority(name="A", id="1.2"), birth_name="N", first_birth_name="P")
    document = Document(cda=cda, unique_id="1.2.3", type_code="11490-0", type_label="L")
    now = datetime(2026, 5, 4, 10, 15, tzinfo=UTC)
    return document_message(
        DocumentOrder(
            envelope=Envelope(sender=us, receiver=us, control_id="1", time=now), action="initial", patient=patient,
            visit=Visit(class_="N"), document=document, author=None, structure=None, not_before=not_before,
        )
    )  # fmt: skip


def answered(*uuids: str) -> bytes:
    """What the registry answers about the document OLD, under these entryUUIDs."""
    objects = objects_of(submission(*[letter()] * len(uuids)))
    for package in list(objects.iterchildren(f"{{{xds.RIM}}}RegistryPackage")):
        objects.remove(package)
    for entry, uuid in zip(objects.iterchildren(f"{{{xds.RIM}}}ExtrinsicObject"), uuids, strict=True):
        entry.set("id", uuid)
        for one in entry.iterchildren(f"{{{xds.RIM}}}ExternalIdentifier"):
            if one.get("identificationScheme") == xds.ENTRY_ID:
                one.set("value", OLD)
    body = write_query_response(objects, RegistryResponse(status=SUCCESS))
    addressing = Addressing(action=SEARCH.answer_action, message_id=UUID, relates_to=UUID)
    return etree.tostring(write_envelope(body, addressing))


def calls(*transactions: str) -> bytes:
    told = [{"transaction": t, "documents": [], "errors": []} for t in transactions]
    return json.dumps({"calls": told, "seconds": 5}).encode()


def inventory(*held: tuple[str, str, str]) -> bytes:
    """(uniqueId, status, local identifier of the patient)."""
    documents = [{"unique_id": u, "status": s, "codes": [], "source_patient": f"{p}^^^&1.2&ISO^PI"} for u, s, p in held]
    return json.dumps({"documents": documents, "grants": {}}).encode()


FED, AGAIN = feed(letter()), feed(letter(), unique_id=f"{ROOT}.200.2")
OTHER = feed(replacing())
REPLACEMENT = feed(replacing(), replaces={"Document01": UUID})
DELETION = envelope(UPDATE, status_change(submission(), UUID, xds.APPROVED, xds.DELETED))
ARCHIVAL = envelope(UPDATE, status_change(submission(), UUID, xds.APPROVED, xds.ARCHIVED))
ANOTHER = "urn:uuid:00000000-0000-4000-8000-000000000000"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HELD: dict[str, Any] = {"patient": "1", "documents": {"2.25.1": "Approved", "2.25.2": "Deleted"}, "rule": "XDS-108"}
NOTHING_OF_IT: dict[str, Any] = {"transactions": ["TD0.3", "TD3.3"], "rule": "XDS-102"}

SOUND = [
    ("xds.fed", [order(letter().data), FED], {}),
    ("xds.resent", [FED], {}),
    ("xds.resent", [FED, AGAIN, FED], {}),
    ("xds.one_source", [FED, OTHER], {}),
    ("xds.replaced", [REPLACEMENT, answered(ANOTHER), answered(UUID)], {"unique_id": OLD}),
    ("xds.deleted", [DELETION, answered(UUID)], {"unique_id": OLD}),
    ("xds.deferred", [order(b"", NOON)], {"received": "2026-05-04T12:00:00+00:00"}),
    ("dmp.lacks", [calls("TD2.1", "TD3.1")], NOTHING_OF_IT),
    ("dmp.lacks", [calls("TD3.3c", "TD2.1", "TD3.1")], NOTHING_OF_IT | {"after": "TD2.1"}),
    ("dmp.silence", [calls()], {"rule": "REM-018"}),
    ("dmp.holds", [inventory(("2.25.1", "Approved", "1"), ("2.25.2", "Deleted", "1"), ("2.25.3", "Approved", "2"))],
     HELD),
]  # fmt: skip
WRONG = [
    ("DMP-010", "xds.fed", [order(letter().data + b"\n"), FED], {}),
    ("XDS-108", "xds.resent", [FED, OTHER], {}),
    ("DMP-005", "xds.resent", [FED, search()], {}),
    ("XDS-021", "xds.one_source", [FED, feed(letter(), source_id=f"{ROOT}.999")], {}),
    ("XDS-075", "xds.replaced", [REPLACEMENT, answered(ANOTHER)], {"unique_id": OLD}),
    ("XDS-075", "xds.replaced", [REPLACEMENT, answered(UUID)], {"unique_id": "2.25.9"}),
    ("XDS-075", "xds.replaced", [feed(replacing()), answered(UUID)], {"unique_id": OLD}),
    ("DMP-011", "xds.deleted", [DELETION, answered(ANOTHER)], {"unique_id": OLD}),
    ("DMP-011", "xds.deleted", [ARCHIVAL, answered(UUID)], {"unique_id": OLD}),
    ("DMP-005", "xds.deleted", [b"<html/>", answered(UUID)], {"unique_id": OLD}),
    ("DMP-012", "xds.deferred", [order(b"", NOON)], {"received": "2026-05-04T11:59:59+00:00"}),
    ("XDS-102", "dmp.lacks", [calls("TD0.3", "TD2.1")], NOTHING_OF_IT),
    ("XDS-102", "dmp.lacks", [calls("TD2.1", "TD3.3a")], NOTHING_OF_IT | {"after": "TD2.1"}),
    ("REM-018", "dmp.silence", [calls("TD2.1")], {"rule": "REM-018"}),
    ("XDS-108", "dmp.missing", [calls("TD3.1")], {"transaction": "TD2.1", "rule": "XDS-108"}),
    ("XDS-108", "dmp.missing", [calls()], {"transaction": "TD2.1", "rule": "XDS-108"}),
    ("XDS-108", "dmp.holds", [inventory(("2.25.1", "Approved", "1"))], HELD),
    ("XDS-108", "dmp.holds", [inventory(("2.25.1", "Approved", "1"), ("2.25.2", "Approved", "1"))], HELD),
    ("XDS-108", "dmp.holds",
     [inventory(("2.25.1", "Approved", "1"), ("2.25.2", "Deleted", "1"), ("2.25.3", "Approved", "1"))], HELD),
]  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "params"), SOUND)
def test_a_sound_sequence_says_nothing(check: str, evidence: list[bytes], params: dict[str, Any]) -> None:
    assert run_check(check, evidence, params) == []


@pytest.mark.parametrize(("rule", "check", "evidence", "params"), WRONG)
def test_a_fault_has_its_rule(rule: str, check: str, evidence: list[bytes], params: dict[str, Any]) -> None:
    assert [f.rule for f in run_check(check, evidence, params)] == [rule]
