"""TD0.2 to TD0.9, the VIHF, and the rights matrix itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from dmp_client import DOCTOR, INS, STRUCTURE, document, oid

from rempart.formats.cda import Coded
from rempart.formats.dmp import habilitations, person_search
from rempart.formats.vihf import model as vihf
from rempart.formats.xds.transactions import PERSON_SEARCH
from rempart.simulators.dmp import Grant, rights
from rempart.simulators.dmp.patients import published_patients
from rempart.simulators.dmp.refusals import Refused, texts

SECRETARY = (Coded("SEC", vihf.PROFESSIONS, "Secrétaire"),)


def test_the_four_states_of_a_dmp(doctor, dmp):
    patient = dmp.dmp.patients[INS]
    answer = doctor.existence()
    assert (answer.status, answer.authorisation, answer.acknowledgement) == ("active", "NON_EXISTE", "AA")
    doctor.authorise()
    assert doctor.existence().authorisation == "VALIDE"
    patient.closed = "demande du patient"
    assert doctor.existence().status == "terminated"
    dmp.dmp.patients.clear()
    absent = doctor.existence()
    assert (absent.status, absent.acknowledgement, absent.response) == ("", "AE", "NF")


def test_the_existence_of_another_s_dmp_is_not_said(doctor, dmp):
    refused = doctor.as_(patient="277076322082910^^^&1.2.250.1.213.1.4.10&ISO^NH")
    assert refused.existence().status == ""
    assert dmp.next_call("TD0.2", timeout=2).errors == ("XDSPatientIdDoesNotMatch",)


def test_an_authorisation_is_given_taken_away_and_told(doctor):
    def outcome(answer):
        return habilitations.read_outcome(answer.content)

    assert outcome(doctor.authorise()).status == "DMPOk"
    assert "déjà" in outcome(doctor.authorise()).context
    assert outcome(doctor.authorise(habilitations.REMOVE)).status == "DMPOk"
    assert doctor.existence().authorisation == "NON_EXISTE"


def test_who_is_blocked_or_comes_to_a_closed_dmp_is_not_authorised(doctor, dmp):
    dmp.dmp.patients[INS].grants[DOCTOR] = Grant.BLOCKED
    assert habilitations.read_outcome(doctor.authorise().content).status == "SIM_AccesInterdit"
    dmp.dmp.patients[INS].closed = "décès"
    assert habilitations.read_outcome(doctor.authorise().content).status == "DMPClosed"


def test_the_establishment_authorises_nobody(pfi):
    answer = pfi.authorise()
    assert answer.status == 400
    assert answer.errors == ["Sender", "SIM_DroitInsuffisant"]


def test_the_list_of_patients_is_that_of_the_caller(doctor, pfi):
    def listed(client, **request):
        return [p.identifiers[0][0] for p in habilitations.read_list_answer(client.patients(**request).content)]

    assert listed(doctor) == []
    doctor.authorise()
    assert listed(doctor) == [INS]
    assert listed(doctor, since="29990101000000") == []
    assert listed(doctor, kind="LASTDOC") == []
    pfi.feed(document())
    assert listed(doctor, kind="LASTDOC", since="20260101000000") == [INS]


def test_a_search_by_traits_is_for_the_regulation_centre(doctor):
    wanted = person_search.PersonSearch(message_id=oid(), sender="1.2.3", family="pat-trois", birth_date="19790328")
    body = person_search.write_person_search
    centre = doctor.as_(access=vihf.REGULATION, patient="")
    found = person_search.read_person_answer(centre.post(*centre.message(body(wanted), PERSON_SEARCH.action)).content)
    assert [p.ins for p in found] == [INS]
    refused = doctor.post(*doctor.message(body(wanted), PERSON_SEARCH.action))
    assert refused.errors == ["Sender", "SIM_DroitInsuffisant"]


# -- the VIHF


def test_in_air_an_assertion_serves_once_and_for_thirty_seconds(doctor):
    once = doctor.as_(assertion_id="_une-fois")
    assert once.existence().status == "active"
    assert once.find().errors == ["Sender", "SIM_VihfRejoue"]
    assert doctor.as_(age=timedelta(minutes=2)).find().errors == ["Sender", "SIM_VihfExpire"]
    assert doctor.as_(age=-timedelta(minutes=2)).find().errors == ["Sender", "SIM_VihfExpire"]


def test_outside_of_air_an_assertion_may_serve_again(pfi):
    again = pfi.as_(assertion_id="_encore", age=timedelta(minutes=2))
    assert again.feed(document()).accepted
    assert again.feed(document()).accepted


def test_an_assertion_that_was_changed_after_its_signature_is_refused(doctor):
    content_type, body = doctor.message(habilitations.write_authorisation(_add()), "x")
    answer = doctor.post(content_type, body.replace(DOCTOR.encode(), b"801234567897"))
    assert answer.errors == ["Sender", "DMPInvalidCertificate"]


def test_an_assertion_signed_by_the_certificate_of_the_connection_is_refused(pfi, certificates):
    answer = pfi.as_(sign=certificates.org_auth_cli).feed(document())
    assert answer.errors == ["Sender", "DMPInvalidCertificate"]
    assert "TLS" in answer.envelope.fault.reason


def test_an_assertion_without_signature_is_refused(doctor):
    assertion = doctor.assertion()
    assertion.remove(next(c for c in assertion if c.tag.endswith("Signature")))
    message = doctor.message(habilitations.write_authorisation(_add()), "x", assertion=assertion)
    assert doctor.post(*message).errors == ["Sender", "DMPInvalidCertificate"]


@pytest.mark.parametrize("changes", [{"user": ""}, {"structure": ""}, {"mode": "AUTRE"}, {"patient": ""}])
def test_an_assertion_that_does_not_say_who_calls_is_refused(doctor, changes):
    assert doctor.as_(**changes).find().errors == ["Sender", "SIM_VihfIllisible"]


def _add():
    return habilitations.Authorisation(action=habilitations.ADD)


# -- TD0.9


def test_the_pages_of_the_dmp_open_on_the_patient_and_are_told(pfi, dmp):
    status, kind, page = pfi.http("GET", f"/AccesDirect/DossierPatient/{INS}")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert INS in page.decode()
    call = dmp.next_call("TD0.9", timeout=2)
    assert call.patient == INS
    assert b"PAT-TROIS" not in page


@pytest.mark.parametrize(
    "target",
    ["/AccesDirect/Autre", "/AccesDirect/DossierPatient", "/AccesDirect/Parametrages/1", "/AccesDirect/Documents/12"],
)
def test_an_address_that_is_none_of_the_dmp_s_is_not_found(pfi, target):
    assert pfi.http("GET", target)[0] == 404


def test_what_an_address_says_is_not_taken_for_html(pfi):
    _, _, page = pfi.http("GET", "/AccesDirect/Documents/%3Cscript%3E")
    assert b"<script>" not in page


# -- the matrix


def caller(mode, profession="10", access="normal"):
    return rights.Caller(user=DOCTOR, structure=STRUCTURE, mode=mode, profession=profession, access=access)


@pytest.mark.parametrize(
    ("mode", "profession", "expected"),
    [
        ("DIRECTE", "10", "medecin"), ("DIRECTE", "60", "ps"), ("DIRECTE", "SEC", "cpe"),
        ("INDIRECTE", "10", "indirect"),
        ("INDIRECTE_RENFORCEE", "10", "air_medecin"), ("INDIRECTE_RENFORCEE", "60", "air"),
        ("INDIRECTE_RENFORCEE", "SEC", "air_cpe"), ("?", "10", ""),
    ],
)  # fmt: skip
def test_the_column_of_a_caller(mode, profession, expected):
    assert rights.column(caller(mode, profession), None) == expected


def test_the_attending_doctor_has_a_column_of_its_own_but_at_the_regulation_centre():
    patient = published_patients()[INS]
    patient.attending.add(DOCTOR)
    assert rights.column(caller("DIRECTE"), patient) == "mt"
    assert rights.column(caller("DIRECTE", access="centre_15"), patient) == "medecin"


FORBIDDEN = {
    "INDIRECTE": {"TD0.3", "TD3.1", "TD3.2", "TD3.3a-mask", "TD3.3a-unmask", "TD3.3b", "TD3.3d", "TD0.5"},
    "INDIRECTE_RENFORCEE": {"TD2.1", "TD0.5"},
}


@pytest.mark.parametrize("mode", FORBIDDEN)
def test_what_each_channel_may_not_do(mode):
    """The two limits that the requirements rest on: AIR feeds nothing, a PFI consults nothing."""
    refused = set()
    for transaction in rights._data()["transactions"]:
        try:
            rights.check_transaction(transaction, caller(mode), None)
        except Refused:
            refused.add(transaction)
    assert refused == FORBIDDEN[mode]


def test_the_tables_say_only_what_is_known():
    data = yaml.safe_load(rights._FILE.read_text())
    columns = {"ps", "medecin", "mt", "cpe", "indirect", "air", "air_medecin", "air_mt", "air_cpe"}
    for row in data["transactions"].values():
        assert set(row) <= columns
        for cell in row.values():
            assert set(cell["modes"]) <= {"normal", "centre_15", "bris_de_glace"}
            assert cell.get("scope", "any") in ("any", "own", "structure")
    assert all(t and not t.endswith(".") for t in texts().values())
