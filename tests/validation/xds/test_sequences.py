"""What a DPI asks of the DMP, call after call: each fault of the order gives exactly its rule."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from dmp_samples import CONSULTING, MATRICULE, REGISTER, UUID, envelope, sound, submission
from lxml import etree

from rempart.formats.dmp.existence import (
    EXPIRED,
    FORBIDDEN,
    NONE,
    VALID,
    ExistenceAnswer,
    write_existence_answer,
)
from rempart.formats.dmp.habilitations import (
    ListedPatient,
    Outcome,
    write_authorisation_answer,
    write_list_answer,
)
from rempart.formats.soap.envelope import Addressing, write_envelope
from rempart.formats.vihf import Holder
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import (
    SUCCESS,
    RegistryError,
    RegistryResponse,
    StoredQuery,
    quoted,
    write_query,
    write_response,
)
from rempart.formats.xds.provide import status_change
from rempart.formats.xds.transactions import AUTHORISATION, EXISTENCE, PATIENT_LIST, SEARCH, UPDATE
from rempart.validation.checks import run_check

TOKENS = iter(range(10_000))
OTHER = "801234567897"
ORDER = "1^^^&1.2&ISO^urn:ihe:iti:xds:2013:order"


def fresh(holder: Holder = CONSULTING) -> Holder:
    """A token of its own."""
    return replace(holder, id=f"_0000{next(TOKENS):04d}-8f3a-4a43-9b0e-0d5f1f6a7c10")


def asked(name: str, number: int, holder: Holder | None = None) -> bytes:
    """A sound request under an identifier of its own, in the name of `holder`."""
    body = next(iter(etree.fromstring(sound()[name]).find("{*}Body")))
    transaction = {"existence": EXISTENCE, "authorise": AUTHORISATION, "list": PATIENT_LIST}.get(name, SEARCH)
    transaction = UPDATE if name in ("delete", "mask", "archive") else transaction
    return envelope(transaction, body, holder or fresh()).replace(UUID.encode(), message(number).encode(), 1)


def message(number: int) -> str:
    return f"urn:uuid:7b1de0c2-5a4e-4d0b-9c58-0000000{number:05d}"


def answered(number: int, body: etree._Element) -> bytes:
    """The answer to the request of this number."""
    addressing = Addressing(action="x", message_id=message(number + 500), relates_to=message(number))
    return bytes(etree.tostring(write_envelope(body, addressing)))


def existing(number: int, authorisation: str = VALID, status: str = "active") -> bytes:
    answer = ExistenceAnswer(
        request_id="1.2", acknowledgement="AA" if status else "AE", status=status, authorisation=authorisation,
        ins=MATRICULE, register=REGISTER,
    )  # fmt: skip
    return answered(number, write_existence_answer(answer, message_id="1.3", created="20260504101500", receiver="1.4"))


def authorised(number: int, status: str = "DMPOk") -> bytes:
    return answered(number, write_authorisation_answer(Outcome(status=status)))


def rules(name: str, *evidence: bytes, **params: object) -> list[str]:
    return [f.rule for f in run_check(name, evidence, params)]


RIGHT = (asked("existence", 1), existing(1))
BLOCKED = (asked("existence", 1), existing(1, FORBIDDEN))
CLOSED = (asked("existence", 1), existing(1, VALID, "terminated"))
ABSENT = (asked("existence", 1), existing(1, "", ""))
MISSING = (asked("existence", 1), existing(1, NONE))
SEARCHED = asked("search", 9)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ((*RIGHT, SEARCHED), []),
        ((SEARCHED,), ["XDS-099"]),
        ((asked("existence", 1), SEARCHED), ["XDS-099"]),  # a TD0.2 that nobody answered gives no right
        ((*RIGHT, asked("search", 2, fresh(replace(CONSULTING, user=OTHER)))), ["XDS-099"]),
        ((*BLOCKED, SEARCHED), ["XDS-101"]),
        ((*CLOSED, SEARCHED), ["XDS-101"]),
        ((*ABSENT, SEARCHED), ["XDS-101"]),
        ((*BLOCKED, asked("authorise", 2)), ["XDS-101"]),
        ((*MISSING, SEARCHED), ["XDS-100"]),
        ((asked("existence", 1), existing(1, EXPIRED), SEARCHED), ["XDS-100"]),
        ((*MISSING, asked("authorise", 2), authorised(2), SEARCHED), []),
        ((*MISSING, asked("authorise", 2), authorised(2, "SIM_AccesInterdit"), SEARCHED), ["XDS-100"]),
        ((*MISSING, asked("search", 2, fresh(replace(CONSULTING, purpose="bris_de_glace", reason="urgence")))), []),
        ((asked("delete", 1),), []),  # one's own document needs no right
        ((b"<no envelope", *RIGHT), ["DMP-005"]),
    ],
)  # fmt: skip
def test_the_right_comes_before_the_documents(evidence: tuple[bytes, ...], expected: list[str]) -> None:
    assert rules("dmp.sequence", *evidence) == expected


def test_a_patient_of_the_list_may_be_consulted() -> None:
    listed = ListedPatient(identifiers=((MATRICULE, "NH"),), family="PAT-TROIS", given="DOMINIQUE", birth_date="")
    told = answered(1, write_list_answer(Outcome(status="DMPOk"), [listed]))
    asks = asked("list", 1, fresh(replace(CONSULTING, patient="")))
    assert rules("dmp.sequence", asks, told, SEARCHED) == []


def test_an_opposed_patient_is_left_alone() -> None:
    assert rules("dmp.sequence", *RIGHT, opposed=True) == []
    assert rules("dmp.sequence", *RIGHT, asked("authorise", 2), SEARCHED, opposed=True) == ["XDS-100", "XDS-100"]


def test_a_token_serves_once() -> None:
    token = fresh()
    assert rules("dmp.sequence", asked("existence", 1, token), existing(1), asked("search", 2, token)) == ["XDS-082"]


def test_each_call_names_its_user_and_why() -> None:
    hurry = fresh(replace(CONSULTING, purpose="bris_de_glace", reason="inconsciente"))
    told = {"user": CONSULTING.user, "access": "bris_de_glace", "reason": "inconsciente"}
    assert rules("dmp.caller", asked("existence", 1), asked("search", 2, hurry), **told) == []
    assert rules("dmp.caller", asked("existence", 1, hurry), user=OTHER) == ["XDS-084"]
    assert rules("dmp.caller", asked("search", 1), **told) == ["XDS-088", "XDS-090"]
    assert rules("dmp.caller", asked("existence", 1, hurry), **told) == ["XDS-088"]  # nothing was consulted


def test_a_change_is_of_what_the_user_chose_and_is_taken() -> None:
    taken = answered(1, write_response(RegistryResponse(status=SUCCESS)))
    wanted = {"kind": "TD3.3c", "targets": [UUID], "rule": "REM-134"}
    deletion = deleted(1, UUID)
    assert rules("dmp.changed", deletion, taken, **wanted) == []
    assert rules("dmp.changed", *RIGHT, **wanted) == ["REM-134"]
    assert rules("dmp.changed", deletion, **wanted) == ["REM-134"]
    failed = RegistryResponse(status="x", errors=(RegistryError(code="XDSMetadataVersionError", context=""),))
    assert rules("dmp.changed", deletion, answered(1, write_response(failed)), **wanted) == ["REM-134"]
    assert rules("dmp.changed", deleted(1, "urn:uuid:x"), taken, **wanted) == ["REM-134", "REM-134"]


def deleted(number: int, target: str) -> bytes:
    body = status_change(submission(), target, xds.APPROVED, xds.DELETED)
    return envelope(UPDATE, body, fresh()).replace(f">{UUID}<".encode(), f">{message(number)}<".encode(), 1)


def test_an_order_is_searched_by_its_number() -> None:
    query = StoredQuery(
        id="urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",
        parameters={"$XDSDocumentEntryReferenceIdList": (quoted(ORDER, listed=True),)},
    )
    by_number = envelope(SEARCH, write_query(query), fresh())
    assert rules("dmp.reference", by_number, number=ORDER) == []
    assert rules("dmp.reference", SEARCHED, number=ORDER) == ["XDS-127"]


def test_a_conflict_of_texts_is_told_and_blames_nobody() -> None:
    (told,) = run_check("dmp.conflict", [asked("authorise", 1)], {"rule": "CON-001"})
    assert (told.rule, str(told.severity), told.blocks) == ("CON-001", "info", False)
    assert rules("dmp.conflict", SEARCHED, rule="CON-001") == []


def test_silence_is_judged_on_what_was_watched() -> None:
    quiet = json.dumps({"calls": []}).encode()
    heard = json.dumps({"calls": [{"transaction": "TD0.3", "documents": []}]}).encode()
    assert rules("dmp.silence", quiet, rule="XDS-100") == []
    (found,) = run_check("dmp.silence", [heard], {"rule": "XDS-100"})
    assert found.actual == "TD0.3"
