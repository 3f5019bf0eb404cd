"""The screens of the DPI: what they show, what a form does, and what they say of a wrong address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import requests
from lxml import html
from reference.people import AUTHORITY, adt, someone, zfa
from reference.refproc import Reference, running

from rempart.formats.hl7v2.cisis import Patient


@pytest.fixture(scope="module")
def dpi() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def patient(dpi: Reference) -> Patient:
    person = someone()
    dpi.send(adt("A28", person, zfa(consultation="NA")))
    return person


def address(dpi: Reference, screen: str, person: Patient, **more: str) -> str:
    said = {"ipp": person.ipp, "autorite": AUTHORITY.id} | more
    return f"{dpi.ready['http']}/ecran/{screen}?{urlencode(said)}"


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=10)


def post(dpi: Reference, screen: str, person: Patient, **fields: str) -> html.HtmlElement:
    """Send a form, follow to the page that says what became of it."""
    said = {"ipp": person.ipp, "autorite": AUTHORITY.id} | fields
    answer = requests.post(f"{dpi.ready['http']}/ecran/{screen}", data=said, timeout=10)
    assert answer.status_code == 200 and answer.history[0].status_code == 303
    return html.fromstring(answer.text)


def one(page: html.HtmlElement, xpath: str) -> str:
    (found,) = page.xpath(xpath)
    return str(found).strip()


def test_a_record_shows_identity_choices_and_the_state_of_the_dmp(dpi: Reference, patient: Patient) -> None:
    page = html.fromstring(get(address(dpi, "dossier", patient)).text)
    assert one(page, "//*[@data-trait='birth_name']/text()") == "PAT-TROIS"
    assert one(page, "//*[@data-trait='birth_date']/text()") == "28/03/1979"
    assert one(page, "//*[@id='identity-status']/@data-code") == "VALI"
    assert one(page, "//*[@id='dmp']/@data-state") == "unknown"
    assert one(page, "//*[@id='choices']/@data-consultation") == "NA"


def test_a_form_records_a_choice_and_says_so(dpi: Reference, patient: Patient) -> None:
    page = post(dpi, "consentement", patient, consultation="INC", feeding="IO")
    assert one(page, "//*[@id='outcome']/@data-outcome") == "done"
    assert one(page, "//*[@id='choices']/@data-consultation") == "INC"
    assert one(page, "//*[@id='choices']/@data-feeding") == "IO"
    refused = post(dpi, "consultation", patient, access="normal")
    assert one(refused, "//*[@id='outcome']/@data-outcome") == "refused"
    assert "refuse" in one(refused, "//*[@id='reason']/text()")


def test_another_user_signs_in(dpi: Reference, patient: Patient) -> None:
    page = post(dpi, "session", patient, id="801234567897")
    assert one(page, "//*[@id='user']/@data-id") == "801234567897"
    post(dpi, "session", patient, id="801234567866")


def test_a_list_without_a_dmp_says_why_there_is_none(dpi: Reference, patient: Patient) -> None:
    page = html.fromstring(get(address(dpi, "dmp", patient, author="ADAM")).text)
    assert one(page, "//*[@id='outcome']/@data-outcome") == "refused"
    assert one(page, "//input[@name='author']/@value") == "ADAM"


def test_what_was_typed_is_shown_and_never_run(dpi: Reference) -> None:
    person = someone(birth_name="<script>alert(1)</script>")
    dpi.send(adt("A28", person))
    text = get(address(dpi, "dossier", person, dit="<img src=x>", issue="refused")).text
    assert "<script>alert" not in text and "<img src=x>" not in text
    assert "&lt;script&gt;" in text and "&lt;img" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("dossier", 422), ("dossier?ipp=1&autorite=2", 404), ("nulle-part", 404), ("dmp?ipp=1", 422),
        ("dmp?ipp=1&autorite=2&created_from=hier", 200),
        ("dossier?" + "&".join(f"a{n}=1" for n in range(300)), 400),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told(dpi: Reference, path: str, status: int) -> None:
    answer = get(f"{dpi.ready['http']}/ecran/{path}")
    assert answer.status_code == status and "Traceback" not in answer.text


def test_a_pfi_has_no_screen() -> None:
    with running("pfi") as pfi:
        assert get(f"{pfi.ready['http']}/ecran/dossier").status_code == 404
