"""IHE_XDM.ZIP: what is written is read back, and an archive that means harm is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from shared import SHARED, needs_shared

from rempart.formats import xdm
from rempart.formats.cda import Coded, InstanceId
from rempart.formats.xdm import archive as archives
from rempart.formats.xdm.model import utc

DOM = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
REPORT = xdm.XdmDocument(
    data=b"<ClinicalDocument/>",
    unique_id="2.25.1",
    patient_id=DOM,
    type=Coded("34112-3", "2.16.840.1.113883.6.1", "CR hospitalier (séjour)"),
    title="CR & suites <1>",
    created="20260306101112",
)
SUBMISSION = xdm.Submission(
    documents=(REPORT, replace(REPORT, unique_id="2.25.2", action="C", confidentiality=("R", "MASQUE_PS"))),
    unique_id="2.25.9",
    source_id="2.25.8",
    submitted="20260306111213",
    author_person="801234567866^DIAZ^Thierry",
    author_institution="CHU-X",
    patient_id=DOM,
)
METADATA = "IHE_XDM/SUBSET01/METADATA.XML"


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def altered(**files: bytes) -> bytes:
    """The sound archive with some files replaced; `metadata` is METADATA.XML."""
    named = {METADATA if name == "metadata" else name: data for name, data in files.items()}
    return zipped(unzipped(xdm.write(SUBMISSION)) | named)


def test_a_submission_comes_back_as_it_was():
    back = xdm.read(xdm.write(SUBMISSION))
    assert replace(back, documents=()) == replace(SUBMISSION, documents=())
    first, second = back.documents
    assert replace(first, uri="", hash="", size=-1) == SUBMISSION.documents[0]
    assert replace(second, uri="", hash="", size=-1) == SUBMISSION.documents[1]
    assert (first.uri, second.uri) == ("DOC0001.XML", "DOC0002.XML")
    assert first.intact and first.size == len(REPORT.data)
    assert back.patients == {DOM}


def test_the_archive_has_the_names_of_ihe_xdm_and_the_same_bytes_each_time():
    names = list(unzipped(xdm.write(SUBMISSION)))
    assert names == ["INDEX.HTM", "README.TXT", METADATA, *(f"IHE_XDM/SUBSET01/DOC000{n}.XML" for n in (1, 2))]
    assert xdm.write(SUBMISSION) == xdm.write(SUBMISSION)


@needs_shared
def test_the_metadata_are_valid_ebrs():
    schema = etree.XMLSchema(etree.parse(SHARED / "schemas" / "xds" / "schema" / "ebRS30" / "lcm.xsd"))
    metadata = etree.fromstring(unzipped(xdm.write(SUBMISSION))[METADATA])
    assert schema.validate(metadata), schema.error_log


def test_a_new_document_has_no_action():
    metadata = unzipped(xdm.write(replace(SUBMISSION, documents=(REPORT,))))[METADATA]
    assert b"action" not in metadata
    assert xdm.read(xdm.write(replace(SUBMISSION, documents=(REPORT,)))).documents[0].action == ""


def test_the_action_is_also_read_on_the_submission_set():
    metadata = unzipped(xdm.write(replace(SUBMISSION, documents=(REPORT,))))[METADATA]
    slot = b'<rim:Slot name="urn:x:action"><rim:ValueList><rim:Value>D</rim:Value></rim:ValueList></rim:Slot>'
    moved = metadata.replace(b'<rim:Slot name="submissionTime">', slot + b'<rim:Slot name="submissionTime">')
    assert xdm.read(altered(metadata=moved)).documents[0].action == "D"


def test_a_document_that_was_changed_is_not_intact():
    changed = xdm.read(altered(**{"IHE_XDM/SUBSET01/DOC0001.XML": b"<ClinicalDocument></ClinicalDocument>"}))
    assert [d.intact for d in changed.documents] == [False, True]


def test_two_patients_are_seen():
    other = replace(REPORT, patient_id="1^^^&1.2.3&ISO^PI")
    assert len(xdm.read(xdm.write(replace(SUBMISSION, documents=(REPORT, other)))).patients) == 2


def test_identifiers_are_typed_as_xds_types_them():
    assert xdm.patient_cx(InstanceId("1.2.250.1.213.1.4.10", "279035121518989"), ins=True) == DOM
    assert xdm.patient_cx(InstanceId("1.2.3", "7"), ins=False) == "7^^^&1.2.3&ISO^PI"


@pytest.mark.parametrize(
    ("cda", "xds"), [("20260306111213+0100", "20260306101213"), ("20260306", ""), ("", ""), ("demain", ""),
     ("202603061112+0100", "")],
)
def test_times_are_universal(cda, xds):
    assert utc(cda) == xds


# -- hostile archives


def refused(data: bytes) -> str:
    with pytest.raises(xdm.XdmError) as caught:
        xdm.read(data)
    return caught.value.reason


@pytest.mark.parametrize(
    "name", ["../x.xml", "IHE_XDM/../../x", "/etc/passwd", "C:/x.xml", "IHE_XDM\\..\\x.xml"], ids=lambda n: n
)
def test_paths_that_climb_are_refused(name):
    assert "chemin interdit" in refused(altered(**{name: b"x"}))


def test_a_bomb_is_stopped_before_it_is_inflated(monkeypatch):
    bomb = altered(**{"IHE_XDM/SUBSET01/B.XML": b"0" * 30_000_000})
    assert len(bomb) < 100_000
    assert "bombe" in refused(bomb)


def test_the_sizes_that_an_archive_declares_are_not_believed():
    bomb = bytearray(altered(**{"IHE_XDM/SUBSET01/B.XML": b"0" * 30_000_000}))
    at = bomb.find(b"PK\x01\x02", bomb.rfind(b"SUBSET01/DOC0002.XML") + 1)  # its directory entry
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(bomb))


def test_many_small_files_are_bounded_together(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL", 1000)
    assert "bombe" in refused(altered(a=b"x" * 600, b=b"y" * 600))


def test_too_many_entries_are_refused_without_reading_them():
    assert "entrées" in refused(zipped({f"f{n}": b"" for n in range(archives.MAX_ENTRIES + 1)}))


def test_an_archive_too_big_is_not_opened(monkeypatch):
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 10)
    assert "octets" in refused(xdm.write(SUBMISSION))


def test_two_entries_of_one_name_are_refused():
    out = io.BytesIO(xdm.write(SUBMISSION))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(METADATA, b"<other/>")
    assert "deux fois" in refused(out.getvalue())


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "DOCTYPE"),
        (b"<a", "bien formé"),
        (b"<a/>", "RegistryPackage"),
        (b"", "bien formé"),
    ],
    ids=["doctype", "not well-formed", "not ebRS", "empty"],
)
def test_metadata_that_cannot_be_trusted_are_refused(metadata, reason):
    assert reason in refused(altered(metadata=metadata))


def test_metadata_have_to_be_there_once():
    files = unzipped(xdm.write(SUBMISSION))
    del files[METADATA]
    assert "0 fichier" in refused(zipped(files))
    assert "2 fichier" in refused(altered(**{"IHE_XDM/SUBSET02/METADATA.XML": b"<a/>"}))


def test_a_document_that_is_announced_has_to_be_there():
    files = unzipped(xdm.write(SUBMISSION))
    del files["IHE_XDM/SUBSET01/DOC0002.XML"]
    assert "DOC0002.XML" in refused(zipped(files))


def test_other_bytes_are_no_archive():
    assert "pas une archive" in refused(b"%PDF-1.4")
    assert refused(xdm.write(SUBMISSION)[:-40])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_archives_are_refused_or_read_never_a_crash(data):
    good = bytearray(xdm.write(SUBMISSION))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert xdm.read(bytes(good)).documents is not None
    except xdm.XdmError as error:
        assert error.reason
