"""Messages of the DMP: of sound ones nothing is said, and one fault breaks its rule and those named with it."""

from __future__ import annotations

import copy
import fnmatch
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cda_samples import LETTER
from dmp_samples import (
    CONSULTING,
    FEEDING,
    FIND,
    INS,
    NOW,
    UUID,
    edited,
    envelope,
    feed,
    letter,
    replacing,
    search,
    sound,
    submission,
)
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rempart.formats import xdm
from rempart.formats.cda import build
from rempart.formats.dmp.habilitations import Authorisation, write_authorisation
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import StoredQuery, Wanted, quoted, write_query, write_retrieve
from rempart.formats.xds.provide import status_change
from rempart.formats.xds.transactions import AUTHORISATION, RETRIEVE, SEARCH, UPDATE
from rempart.model.finding import Finding, Severity
from rempart.resources import own_yaml, schemas_dir
from rempart.validation.document import validate_bytes
from rempart.validation.registry import load_yaml

FAULTS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "message_faults.yaml")
# The demonstration identities of our documents do not have their keys: what is said of that is a warning.
KEYS = {"La clé du RPPS n'est pas juste", "La clé du numéro de la structure n'est pas juste"}


def said_of(data: bytes, **declared: Any) -> list[Finding]:
    return [f for f in validate_bytes(data, packs=(), **declared).findings if f.message not in KEYS]


def rules_of(data: bytes, **declared: Any) -> set[str]:
    return {f.rule for f in said_of(data, **declared) if f.severity is Severity.ERROR}


@pytest.mark.parametrize("name", sorted(sound()))
def test_nothing_is_said_of_a_sound_message(name: str) -> None:
    report = validate_bytes(sound()[name], packs=())
    assert [(f.rule, f.location, f.message) for f in said_of(sound()[name])] == []
    assert report.verdict == "conforme"
    assert {"enveloppe SOAP", "règles DMP", "règles VIHF"} <= set(report.validators)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f['rule']} {f['base']} {f.get('new', '')[:40]}")
def test_one_fault_breaks_its_rule(fault: dict[str, Any]) -> None:
    data = sound()[fault["base"]]
    if "old" in fault:
        data = edited(data, fault["old"], fault["new"])
    declared = {k: fault[k] for k in ("environment", "requirements") if k in fault}
    found = said_of(data, **declared)
    own = {f.severity for f in found if f.rule == fault["rule"]}
    assert Severity(fault.get("severity", "error")) in own
    allowed = [fault["rule"], *fault.get("also", ())]
    others = {f.rule for f in found if f.severity is Severity.ERROR}
    assert [r for r in others if not any(fnmatch.fnmatch(r, a) for a in allowed)] == []


def test_each_document_is_judged_where_it_is() -> None:
    document = letter()
    spoilt = document.data.replace(b"<title>", b"<title/><title>", 1)
    changed = replace(document, data=spoilt)
    found = said_of(feed(changed))
    inside = [f for f in found if f.location.startswith("Document[@id='Document01']!/ClinicalDocument")]
    assert any(f.severity is Severity.ERROR for f in inside)
    assert "XDS-056" in {f.rule for f in found}


def test_a_signature_alone_hides_no_document() -> None:
    """A document that takes the codes of a signature is still judged as a document."""
    data = feed(letter(), signs=False)
    assert "XDS-068" in rules_of(data)
    disguised = edited(data, 'nodeRepresentation="11490-0"', 'nodeRepresentation="E1762"')
    assert {"XDS-039", "XDS-068"} <= rules_of(disguised)


def test_the_manifest_is_that_of_these_bytes() -> None:
    other = xdm.from_cda(build(replace(LETTER, title="Autre lettre")))
    first, second = feed(letter(), mtom=True), feed(other, mtom=True)
    mark = b"Content-Id: <Document02@rempart>"
    head, _, tail = first.partition(mark)
    boundary = tail[tail.rindex(b"\r\n--rempart-") :]
    signature = second.partition(mark)[2]
    signature = signature[: signature.rindex(b"\r\n--rempart-")]
    found = rules_of(head + mark + signature + boundary)
    assert {"XDS-070", "XDS-052"} <= found and "XDS-071" not in found


def test_a_touched_signature_no_longer_holds() -> None:
    oid = "urn:oid:1.2.250.1.213.1.1.9.4711.200"
    data = edited(sound()["feed-mtom"], f"{oid}.1", f"{oid}.2")
    assert {"XDS-070", "XDS-071", "XDS-052"} == rules_of(data)


def test_masked_and_invisible_is_refused_by_the_dmp() -> None:
    both = replace(letter(), confidentiality=("N", "MASQUE_PS", "INVISIBLE_PATIENT"))
    assert rules_of(feed(both)) == {"XDS-044"}


def test_sha1_is_a_warning() -> None:
    old, new = "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"
    data = sound()["feed-mtom"]
    at = data.index(b"Content-Id: <Document02@rempart>")
    found = said_of(data[:at] + edited(data[at:], old, new))
    assert {f.severity for f in found if f.rule == "XDS-072"} == {Severity.WARNING}


@pytest.mark.parametrize(("holder", "rule"), [
    (replace(FEEDING, structure="1750712184"), "XDS-064"),
    (replace(FEEDING, mode=vihf.DIRECT, context=vihf.CARD, user="899700427869"), "XDS-065"),
    (CONSULTING, "XDS-103"),
    (replace(FEEDING, patient="279035121518989^^^&1.2.250.1.213.1.4.11&ISO^NH"), "XDS-028"),
    (replace(FEEDING, secret=True), "XDS-046"),
    (replace(FEEDING, purpose=vihf.REGULATION), "XDS-089"),
])  # fmt: skip
def test_the_vihf_and_what_is_fed_tell_the_same(holder: Any, rule: str) -> None:
    assert rule in rules_of(feed(letter(), holder=holder))


def test_the_secret_of_an_adult_is_a_warning() -> None:
    hidden = replace(letter(), confidentiality=("N", vihf.HIDDEN_FROM_PARENTS))
    found = said_of(feed(hidden, holder=replace(FEEDING, secret=True)))
    assert [(f.rule, f.severity) for f in found] == [("XDS-092", Severity.WARNING)]


def test_indirect_authentication_only_feeds_deletes_and_reads_to_delete() -> None:
    wanted = write_retrieve([Wanted(repository=xds.DMP_REPOSITORY, unique_id="1.2.3.4")])
    authorise = write_authorisation(Authorisation(action="AJOUT"))
    archive = status_change(submission(), UUID, xds.APPROVED, xds.ARCHIVED)
    query = StoredQuery(id=FIND, parameters={"$XDSDocumentEntryStatus": (quoted(xds.APPROVED, listed=True),)})
    assert "XDS-103" in rules_of(envelope(RETRIEVE, wanted, FEEDING))
    assert "XDS-103" in rules_of(envelope(AUTHORISATION, authorise, FEEDING))
    assert rules_of(envelope(UPDATE, archive, FEEDING)) == {"XDS-103"}
    assert rules_of(envelope(SEARCH, write_query(query), FEEDING)) == {"XDS-103"}


def test_a_replacement_says_so_twice() -> None:
    assert "XDS-074" in rules_of(feed(replacing()))
    assert "XDS-073" in rules_of(feed(letter(), replaces={"Document01": UUID}))
    assert "XDS-073" in rules_of(feed(replacing(), replaces={"Document09": UUID}))


def test_the_search_is_about_the_patient_of_the_vihf() -> None:
    other = {
        "$XDSDocumentEntryPatientId": (quoted(INS.replace("4.10", "4.11")),),
        "$XDSDocumentEntryStatus": (quoted(xds.APPROVED, listed=True),),
    }
    assert rules_of(search(parameters=other)) == {"XDS-028"}
    assert rules_of(search(parameters={k: v for k, v in other.items() if "Status" in k})) == set()  # RG_3010


def test_no_assertion_or_two() -> None:
    data = sound()["search"]
    start, end = data.index(b"<saml:Assertion"), data.index(b"</saml:Assertion>") + len(b"</saml:Assertion>")
    assert rules_of(data[:start] + data[end:]) == {"XDS-005"}
    assert "XDS-005" in rules_of(data[:end] + data[start:end] + data[end:])
    moved = data[:start] + data[end:]
    at = moved.index(b"<wsse:Security")
    assert "XDS-005" in rules_of(moved[:at] + data[start:end] + moved[at:])


@pytest.mark.parametrize(("submitted", "spoken"), [("20260504101500", False), ("20260504121500", True)])
def test_the_instant_of_submission_is_judged_at_reception(submitted: str, spoken: bool) -> None:
    found = said_of(feed(letter(), submitted=submitted), received=NOW)
    assert (("XDS-013", Severity.ERROR) in {(f.rule, f.severity) for f in found}) is spoken


def test_hiding_is_not_for_the_document() -> None:
    spoilt = letter().data.replace(b'<confidentialityCode code="N"', b'<confidentialityCode code="MASQUE_PS"', 1)
    assert spoilt != letter().data
    assert "XDS-043" in rules_of(feed(replace(letter(), data=spoilt)))


def test_every_rule_of_messages_has_its_fault() -> None:
    """In a table, or in a test of its own that names it."""
    folder = Path(__file__).parent
    tables = (folder / "message_faults.yaml", folder.parent / "vihf" / "vihf_faults.yaml")
    tested = {f["rule"] for table in tables for f in own_yaml(table)}
    tested |= {r for table in folder.glob("sheet/faults-*.yaml") for r in own_yaml(table)}
    files = (*folder.glob("test_*.py"), *(folder.parent / "vihf").glob("test_*.py"))
    text = "".join(f.read_text("utf-8") for f in files)
    sheets = ("rules-messages.yaml", "rules-vihf.yaml")
    described = [r for s in sheets for r in load_yaml(schemas_dir() / "xds" / s)]
    assert [r for r in described if r not in tested and f'"{r}"' not in text] == []


@given(st.data())
def test_a_mutilated_message_is_judged_all_the_same(data: st.DataObject) -> None:
    """One element taken away, doubled or emptied: a verdict, and never a fault of ours."""
    name = data.draw(st.sampled_from(sorted(n for n in sound() if n != "feed-mtom")))
    root = etree.fromstring(sound()[name])
    elements = [e for e in root.iter() if e.getparent() is not None]
    chosen = data.draw(st.sampled_from(elements))
    match data.draw(st.sampled_from(["drop", "double", "empty"])):
        case "drop":
            chosen.getparent().remove(chosen)
        case "double":
            chosen.addnext(copy.deepcopy(chosen))
        case _:
            chosen.clear()
    report = validate_bytes(etree.tostring(root), packs=(), kind="xds")
    assert "erreur de Rempart" not in report.unreadable
    assert report.verdict in ("conforme", "non_conforme")
