"""What the simulator answers would itself pass the checks that judge a candidate, and the official schemas."""

from __future__ import annotations

import pytest
from dmp_client import document
from lxml import etree
from shared import SHARED

from rempart.formats.cda import Coded
from rempart.formats.soap import read_capture, read_envelope
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.model.exchange import Direction
from rempart.model.finding import Severity
from rempart.simulators.dmp import behaviours
from rempart.validation.xds.validate_message import validate_xds

OFFICIAL = SHARED / "schemas" / "xds" / "schema" / "xdsb-entry.xsd"
EBXML = ("RegistryResponse", "AdhocQueryResponse", "RetrieveDocumentSetResponse")


@pytest.fixture
def answers(pfi, authorised, dmp, ledger):
    """A session that goes through every transaction, good and bad."""
    sent = document()
    pfi.feed(sent)
    pfi.feed(sent)
    pfi.feed(document(class_code=Coded("")))
    pfi.reference(sent.unique_id)
    authorised.existence()
    authorised.patients()
    authorised.find()
    authorised.query("urn:uuid:0")
    authorised.query("urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3", XDSDocumentEntryStatus=[xds.APPROVED])
    authorised.retrieve(sent.unique_id, "1.2.3")
    authorised.retrieve("1.2.3")
    pfi.as_(mode=vihf.AIR).feed(document())
    pfi.set_status(dmp.dmp.registry.latest(sent.unique_id).uuid, xds.APPROVED, xds.DELETED)
    pfi.authorise()
    dmp.behaviour = behaviours.fault("DMPInvalidCertificate")
    pfi.find()
    return ledger.bytes(Direction.SENT)


def test_no_answer_breaks_a_rule(answers):
    reports = [validate_xds(data) for data in answers]
    assert len(reports) == 16
    assert [r.unreadable for r in reports if r.unreadable] == []
    assert [f for r in reports for f in r.findings if f.severity is Severity.ERROR] == []


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="official XDS schemas not found: put them in ../shared")
def test_every_answer_of_xds_is_valid_by_the_official_schemas(answers):
    schema = etree.XMLSchema(etree.parse(str(OFFICIAL)))
    bodies = [read_envelope(read_capture(data).root).content for data in answers]
    judged = [b for b in bodies if b is not None and etree.QName(b).localname in EBXML]
    assert len(judged) == 11
    for body in judged:
        _inline(body)
        alone = etree.fromstring(etree.tostring(body))
        schema.assertValid(alone)


def _inline(body):
    """The schema knows base64, not xop:Include."""
    for include in list(body.iter("{http://www.w3.org/2004/08/xop/include}Include")):
        holder = include.getparent()
        holder.remove(include)
        holder.text = "AAAA"
