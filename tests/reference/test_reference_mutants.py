"""The mutants: each is known by its name, deviates in one place of the code, and starts."""

import re
from pathlib import Path

import pytest
from reference.people import DOMINIQUE, document, envelope
from reference.refproc import ack, running

import rempart.reference
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    BusinessAck,
    Document,
    DocumentOrder,
    Error,
    LpsDelivery,
    MailRecipient,
    Professional,
    Structure,
    Visit,
    business_acknowledgement,
    document_message,
    lps_message,
)
from rempart.reference.__main__ import build
from rempart.reference.deviations import ACKS, ORDERS, RESENDINGS, Deviation, deviate
from rempart.reference.mutation import Mutants, catalogue
from rempart.reference.settings import DPI, PFI, Settings

SOURCES = [p.read_text("utf-8") for p in Path(rempart.reference.__file__).parent.rglob("*.py")]
ADAM = Professional(id="801234567897", family="ADAM", given="Hoda")
HODA = MailRecipient(address="adam.hoda@test-ci-sis.mssante.fr", professional=ADAM)
CHU = Structure(name="CHU-X", id="120456789")


def messages() -> dict[str, bytes]:
    cda, unique_id, _ = document(DOMINIQUE)
    made = Document(cda=cda, unique_id=unique_id, type_code="11490-0", type_label="L", replaced_id="1.2.3")
    flags = {"DESTDMP": True, "DESTMSSANTEPS": True, "INVISIBLE_PATIENT": True}
    order = DocumentOrder(
        envelope=envelope("DPI", "PFI"), action="initial", patient=DOMINIQUE, visit=Visit(class_="N"), document=made,
        author=ADAM, structure=CHU, recipients=(HODA,), flags=flags,
    )  # fmt: skip
    delivery = LpsDelivery(
        envelope=envelope("PFI", "DPI"), action="initial", patient=DOMINIQUE, document=made, message_id="<1@x>",
        subject="XDM/1.0/DDM+L", body="Bonjour", mail_sender=HODA.address, author=ADAM, structure=CHU,
    )  # fmt: skip
    zams = {
        f"ZAM {kind}": business_acknowledgement(
            BusinessAck(
                envelope=envelope("PFI", "DPI"),
                kind=kind,
                order_control_id="1",
                recipient=HODA.address,
                error_code="550",
                error_label="inconnue",
            )
        )
        for kind in ("Z01", "Z02")
    }
    sound = {"MDM": document_message(order), "LPS": lps_message(delivery)} | zams
    read = {n: Message.parse(m) for n, m in sound.items()}
    acks = {f"AA {n}": ack(m) for n, m in read.items()}
    return sound | acks | {f"AE {n}": ack(m, "AE", Error(condition="101", location="PID^1^3")) for n, m in read.items()}


def test_there_are_enough_of_them_on_both_sides() -> None:
    by_dispositif = {d: [m for m in catalogue().values() if m.dispositif == d] for d in (DPI, PFI)}
    assert len(by_dispositif[DPI]) >= 20 and len(by_dispositif[PFI]) >= 12
    assert len(catalogue()) == sum(len(m) for m in by_dispositif.values())


@pytest.mark.parametrize("name", catalogue())
def test_each_is_asked_for_in_the_code_and_says_what_it_is(name: str) -> None:
    mutant = catalogue()[name]
    assert sum(source.count(f'"{name}"') for source in SOURCES) >= 1
    assert mutant.description[0].isupper() and mutant.caught_by
    assert all(re.fullmatch(r"(HL7|CDA|REM|XDS|DMP|MSS)-\d{3}", rule) for rule in mutant.rules)


def test_no_other_name_is_asked_for() -> None:
    asked = {name for source in SOURCES for name in re.findall(r'mutants\.on\(\s*"([^"]+)"', source)}
    deviating = {*ORDERS, *RESENDINGS, *ACKS}
    assert asked | deviating <= set(catalogue())
    assert not asked & deviating


def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Mutants(frozenset({"nothing"}))
    with pytest.raises(KeyError):
        Mutants().on("nothing")


@pytest.mark.parametrize(("name", "table"), [(n, t) for t in (ORDERS, RESENDINGS, ACKS) for n in t])
def test_each_outgoing_deviation_changes_a_message_and_leaves_it_readable(
    name: str, table: dict[str, Deviation]
) -> None:
    changed = 0
    for message in messages().values():
        assert deviate(message, Mutants(), table) == message
        deviated = deviate(message, Mutants(frozenset({name})), table)
        assert Message.parse(deviated).kind == Message.parse(message).kind
        changed += deviated != message
    assert changed


@pytest.mark.parametrize("name", catalogue())
def test_each_one_is_wired(name: str) -> None:
    node = build(Settings(dispositif=catalogue()[name].dispositif, mutants=(name,)))
    try:
        assert node.description["dispositif"] == catalogue()[name].dispositif
    finally:
        node.store.close()


def test_one_starts_and_deviates() -> None:
    from reference.people import adt, named, someone

    patient = someone()
    with running("dpi", "--mutant", "ins-affichee-sans-cle") as dpi:
        assert dpi.send(adt("A28", patient)).get("MSA-1") == "AA"
        assert dpi.act("open_patient_record", patient=named(patient))["ins"]["value"] == "2790351215189"
