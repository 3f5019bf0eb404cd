"""Bodies of the DMP: what is written is read again, requests and answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rempart.formats.dmp.existence import (
    ExistenceAnswer,
    ExistenceRequest,
    read_existence,
    read_existence_answer,
    write_existence,
    write_existence_answer,
)
from rempart.formats.dmp.habilitations import (
    Authorisation,
    ListedPatient,
    ListRequest,
    Outcome,
    read_authorisation,
    read_list,
    read_list_answer,
    read_outcome,
    write_authorisation,
    write_authorisation_answer,
    write_list,
    write_list_answer,
)
from rempart.formats.luhn import luhn
from rempart.formats.xds.messages import (
    FAILURE,
    SUCCESS,
    RegistryError,
    RegistryResponse,
    Retrieved,
    StoredQuery,
    Wanted,
    quoted,
    read_query,
    read_response,
    read_retrieve,
    write_query,
    write_query_response,
    write_response,
    write_retrieve,
    write_retrieve_response,
)
from rempart.formats.xds.model import RIM
from rempart.formats.xds.transactions import TRANSACTIONS, actions_of, of_body

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)


def again(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element))


def test_existence_asked_and_answered() -> None:
    asked = ExistenceRequest(
        ins="279035121518989", register="1.2.250.1.213.1.4.10", message_id="1.2.3", sender="1.2",
        created="20260504101500",
    )  # fmt: skip
    assert read_existence(again(write_existence(asked))) == asked
    answer = ExistenceAnswer(
        request_id="1.2.3", acknowledgement="AA", status="active", authorisation="NON_EXISTE", attending=True,
        ins=asked.ins, register=asked.register,
    )  # fmt: skip
    said = {"message_id": "1.2.4", "created": "20260504101501", "receiver": "1.2"}
    assert read_existence_answer(again(write_existence_answer(answer, **said))) == answer
    absent = ExistenceAnswer(request_id="1.2.3", acknowledgement="AE", response="NF")
    assert read_existence_answer(again(write_existence_answer(absent, **said))) == absent


def test_the_patient_of_an_answer_is_picked_by_its_register() -> None:
    answer = ExistenceAnswer(
        request_id="1", acknowledgement="AA", status="active", authorisation="VALIDE", ins="279035121518989",
        register="1.2.250.1.213.1.4.10",
    )  # fmt: skip
    written = write_existence_answer(answer, message_id="2", created="20260504101501", receiver="1.2")
    own = next(e for e in written.iter("{*}id") if e.get("extension"))
    own.addprevious(etree.Element(own.tag, root="1.2.250.1.213.1.4.2", extension="ancien"))
    assert read_existence_answer(again(written)).ins == "279035121518989"


def test_habilitations_and_lists() -> None:
    asked = Authorisation(action="AJOUT", role="MEDECIN_TRAITANT")
    assert read_authorisation(again(write_authorisation(asked))) == asked
    outcome = Outcome(status="DMPOk", context="Autorisation déjà présente")
    assert read_outcome(again(write_authorisation_answer(outcome))) == outcome
    wanted = ListRequest(since="20260401000000", date_type="LASTDOC", owner="899700427869")
    assert read_list(again(write_list(wanted))) == wanted
    ids = (("279035121518989", "NIR"),)
    patient = ListedPatient(identifiers=ids, family="PAT", given="DOMINIQUE", birth_date="1979")
    answer = again(write_list_answer(Outcome(status="DMPOk"), [patient]))
    assert read_list_answer(answer) == [patient] and read_outcome(answer).status == "DMPOk"


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_what_a_query_asks_for_survives_its_quotes(values: list[str]) -> None:
    query = StoredQuery(id="urn:uuid:1", parameters={"$x": (quoted(*values, listed=True),)})
    assert read_query(again(write_query(query))).values("$x") == values


def test_answers_keep_their_status_and_errors() -> None:
    error = RegistryError(code="XDSRegistryBusy", context="Réessayer", location="ici")
    response = RegistryResponse(status=FAILURE, errors=(error,))
    assert read_response(again(write_response(response))) == response
    done = RegistryResponse(status=SUCCESS)
    listed = write_query_response(etree.Element(f"{{{RIM}}}RegistryObjectList"), done, total=0)
    assert read_response(again(listed)) == done
    part = Retrieved(repository="1.2", unique_id="1.2.3", mime_type="text/xml", content_id="a@x")
    found = read_response(again(write_retrieve_response(done, [part])))
    assert found is not None and found.success
    assert read_response(etree.Element("autre")) is None


def test_documents_asked_for() -> None:
    other = Wanted(repository="1.2", unique_id="1.2.4", home="urn:oid:1")
    wanted = [Wanted(repository="1.2", unique_id="1.2.3"), other]
    read = read_retrieve(again(write_retrieve(wanted)))
    assert [(w.repository, w.unique_id, w.home) for w in read] == [(w.repository, w.unique_id, w.home) for w in wanted]


@pytest.mark.parametrize("transaction", TRANSACTIONS, ids=lambda t: t.id)
def test_each_transaction_is_found_by_its_body(transaction: object) -> None:
    found = of_body(transaction.body)  # type: ignore[attr-defined]
    assert found == (transaction, True)
    assert transaction.action in actions_of(transaction.body)  # type: ignore[attr-defined]


def test_the_update_answers_with_a_hyphen() -> None:
    assert "urn:ihe:iti:2010:UpdateDocumentSet-Response" in actions_of(TRANSACTIONS[3].answer_body)


@pytest.mark.parametrize("number", ["10002487055", "99700218896", "99700427869", "750712184", "380780080"])
def test_published_numbers_have_their_key(number: str) -> None:
    assert luhn(number)
    assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))
