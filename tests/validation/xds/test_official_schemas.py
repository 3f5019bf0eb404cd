"""Our schemas beside the official ones: they accept and refuse the same bodies; and what the installed pack adds."""

from __future__ import annotations

from pathlib import Path

import pytest
from dmp_samples import edited, sound
from lxml import etree
from shared import SHARED, needs_shared
from validation.xds.sheet.cases import FAULTS, VARIANTS, faulty, message, variant
from validation.xds.sheet.sound import SOUND, VIHF
from validation.xds.sheet.words import RIM

from rempart.formats.soap import read_capture, read_envelope
from rempart.resources import schemas_dir
from rempart.validation.document import validate_bytes
from rempart.validation.packs.catalogue import catalogue
from rempart.validation.packs.install import install

OFFICIAL = SHARED / "schemas" / "xds"
EBXML = ("feed", "feed-mtom", "replacement", "search", "known", "retrieve", "delete", "archive", "mask")
BREAKING = [
    ("feed", 'registryObject="SubmissionSet01" ', ""),
    ("feed", "</rim:Name>", '</rim:Name><rim:Slot name="tard"><rim:ValueList/></rim:Slot>'),
    ("feed", "<rim:Value>20260504101500", "<rim:Value>" + "2" * 257),
    ("feed", 'classifiedObject="SubmissionSet01" ', ""),
    ("feed", "<rim:ValueList>", "<rim:Values/><rim:ValueList>"),
    ("feed", 'associationType="', 'type="'),
    ("feed", '<rim:ExtrinsicObject id="Document01"', '<rim:ExtrinsicObject ident="Document01"'),
    ("search", 'returnType="LeafClass"', 'returnType="Leaf"'),
    ("search", 'returnComposedObjects="true"', 'returnComposedObjects="oui"'),
    ("search", "<rim:AdhocQuery id=", "<rim:AdhocQuery nom="),
    ("retrieve", "RepositoryUniqueId>", "Repository>"),
    ("retrieve", "<DocumentRequest>", "<DocumentRequest><NewDocumentUniqueId/>"),
]
HARMLESS = [
    ("feed", "<rim:Name>", '<rim:Name><rim:LocalizedString charset="UTF8" value="x"/>'),
    ("feed", '<rim:ExtrinsicObject id="Document01"', '<rim:ExtrinsicObject isOpaque="false" id="Document01"'),
    ("search", "<query:AdhocQueryRequest ", '<query:AdhocQueryRequest maxResults="10" '),
]


def _body(data: bytes) -> etree._Element:
    content = read_envelope(read_capture(data).root).content
    assert content is not None
    for include in list(content.iter("{http://www.w3.org/2004/08/xop/include}Include")):
        include.getparent().remove(include)
    return etree.fromstring(etree.tostring(content))


def _both() -> tuple[etree.XMLSchema, etree.XMLSchema]:
    files = (schemas_dir() / "xds" / "xdsb.xsd", OFFICIAL / "schema" / "xdsb-entry.xsd")
    ours, official = (etree.XMLSchema(etree.parse(f)) for f in files)
    return ours, official


@needs_shared
@pytest.mark.parametrize("name", EBXML)
def test_both_accept_a_sound_body(name: str) -> None:
    ours, official = _both()
    body = _body(sound()[name])
    assert ours.validate(body), ours.error_log
    assert official.validate(body), official.error_log


@needs_shared
@pytest.mark.parametrize(("name", "old", "new"), BREAKING)
def test_both_refuse_a_broken_body(name: str, old: str, new: str) -> None:
    data = sound()[name]
    spoilt = data.replace(old.encode(), new.encode()) if name == "retrieve" else edited(data, old, new)
    assert [schema.validate(_body(spoilt)) for schema in _both()] == [False, False]


@needs_shared
@pytest.mark.parametrize(("name", "old", "new"), HARMLESS)
def test_both_accept_what_the_schema_leaves_free(name: str, old: str, new: str) -> None:
    assert [schema.validate(_body(edited(sound()[name], old, new))) for schema in _both()] == [True, True]


@needs_shared
def test_both_say_the_same_of_every_body_of_the_sheet() -> None:
    """Sound, varied or faulty: what the official schemas accept, ours accept, and conversely."""
    ours, official = _both()
    varied = [variant(name) for name in VARIANTS] + [faulty(line) for _, line in FAULTS if line.get("of") not in VIHF]
    bodies = [m.body for m in (*map(message, SOUND), *varied) if f'="{RIM}"' in m.body]
    assert len(bodies) > 500
    for body in bodies:
        root = etree.fromstring(body)
        assert ours.validate(root) == official.validate(root), body


@needs_shared
def test_the_installed_pack_judges_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path))
    edition = catalogue()["xds"].latest
    install("xds", edition, OFFICIAL, "essai")
    pack = f"xds@{edition}"
    report = validate_bytes(sound()["feed"], packs=(pack,))
    assert f"XSD officiel ({pack})" in report.validators and report.verdict == "conforme"
    spoilt = edited(sound()["feed"], 'registryObject="SubmissionSet01" ', "")
    found = {f.rule: f.source for f in validate_bytes(spoilt, packs=(pack,)).findings}
    assert {"XDS-010", "OFF-006"} <= set(found) and pack in found["OFF-006"]
    assert "OFF-006" not in {f.rule for f in validate_bytes(spoilt, packs=()).findings}


def test_a_pack_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path))
    report = validate_bytes(sound()["search"], packs=("xds@2026-08",))
    assert report.verdict == "erreur" and "REF-006" in {f.rule for f in report.findings}
