"""The archive itself: layout, names, hostile ZIPs. Each has its finding, and none its traceback."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cda_samples import LETTER, PATIENT, ROOT, SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import SHARED, needs_shared
from xdm_samples import DOC1, DOC2, METADATA, archive, changed, entries, files_of, sound, zipped

from rempart.formats import xdm
from rempart.formats.cda import InstanceId, build
from rempart.formats.xdm import archive as archives
from rempart.validation.document import validate_bytes
from rempart.validation.packs.catalogue import catalogue
from rempart.validation.packs.install import install
from rempart.validation.registry import rules
from rempart.validation.report import Report

Change = Callable[[dict[str, bytes]], object]


def judged(change: Change, base: str = "n1") -> Report:
    return validate_bytes(changed(sound()[base], change))


def rules_of(report: Report) -> set[str]:
    return {f.rule for f in report.findings}


LAYOUT: list[tuple[str, str, str, Change, set[str]]] = [
    ("no index", "XDS-129", "error", lambda f: f.pop("INDEX.HTM"), set()),
    ("no readme", "XDS-129", "error", lambda f: f.pop("README.TXT"), set()),
    ("lower case", "XDS-129", "warning", lambda f: f.update({"index.htm": f.pop("INDEX.HTM")}), set()),
    ("no metadata", "XDS-129", "error", lambda f: f.pop(METADATA), set()),
    ("metadata elsewhere", "XDS-129", "error", lambda f: _move(f, "IHE_XDM/SUBSET01", "DOCS"), {"XDM-011"}),
    ("subset without metadata", "XDS-129", "error", lambda f: f.update({"IHE_XDM/SUBSET02/A.TXT": b"x"}), set()),
    ("nested archive", "XDM-007", "warning", lambda f: f.update({"IHE_XDM/AUTRE.ZIP": zipped({"a": b"x"})}), set()),
    ("second document without entry", "XDM-010", "error", lambda f: f.update({DOC2: f[DOC1]}), set()),
    ("no document", "XDM-009", "error", lambda f: f.pop(DOC1), {"XDS-130", "XDM-011"}),
    ("dead link", "XDM-011", "warning", lambda f: _page(f, b'<a href="IHE_XDM/SUBSET01/X.XML">x</a>'), set()),
    ("accent in a name", "XDM-006", "warning", lambda f: f.update({"IHE_XDM/été.txt": b"x"}), set()),
    ("case twin", "XDM-004", "error", lambda f: f.update({"readme.txt": b"x"}), {"XDS-129"}),
]  # fmt: skip


def _move(files: dict[str, bytes], old: str, new: str) -> None:
    for name in [n for n in files if n.startswith(old)]:
        files[name.replace(old, new, 1)] = files.pop(name)


def _page(files: dict[str, bytes], more: bytes) -> None:
    files["INDEX.HTM"] = files["INDEX.HTM"].replace(b"</body>", more + b"</body>")


@pytest.mark.parametrize(("rule", "severity", "change", "also"), [c[1:] for c in LAYOUT], ids=[c[0] for c in LAYOUT])
def test_layout(rule: str, severity: str, change: Change, also: set[str]) -> None:
    report = judged(change)
    own = [f for f in report.findings if f.rule == rule]
    assert own and {str(f.severity) for f in own} <= {severity, "warning"}
    assert severity in {str(f.severity) for f in own}
    assert rules_of(report) <= {rule, *also}, [(f.rule, f.message) for f in report.findings]
    assert report.verdict == ("non_conforme" if severity == "error" else "conforme")


def test_a_link_out_of_the_archive_is_left_alone() -> None:
    links = b'<a href="https://esante.gouv.fr/">a</a><a href="mailto:a@b">b</a><a href="#x">c</a><a href="//[">d</a>'
    assert judged(lambda f: _page(f, links)).findings == []


def test_a_document_of_the_archive_is_judged_as_it_would_be_alone() -> None:
    def spoil(files: dict[str, bytes]) -> None:
        files[DOC1] = files[DOC1].replace(b'<realmCode code="FR"/>', b'<realmCode code="US"/>')

    report = judged(spoil)
    (found,) = [f for f in report.findings if f.rule == "CDA-005"]
    assert found.location.startswith(f"{DOC1}!/ClinicalDocument/realmCode/@code (ligne ")
    assert rules_of(report) == {"CDA-005", "XDS-052"}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"<a/>", b"<ClinicalDocument", b"<!DOCTYPE a><a/>"])
def test_what_calls_itself_a_document_and_is_none_is_said(data: bytes) -> None:
    report = judged(lambda f: f.update({DOC1: data}))
    (found,) = [f for f in report.findings if f.rule == "CDA-001"]
    assert found.location.startswith(f"{DOC1}!") and report.verdict == "non_conforme"


OTHER_PATIENT = replace(
    LETTER, id=InstanceId(f"{ROOT}.7.1"),
    patient=replace(PATIENT, ins=None, ipp=InstanceId("1.2.250.1.213.1.1.9.1", "PAT0009")),
)  # fmt: skip


def test_two_patients_in_one_archive() -> None:
    report = validate_bytes(archive(entries()["n1"], xdm.from_cda(build(OTHER_PATIENT))))
    assert rules_of(report) == {"MSS-022", "XDS-028"}


def test_the_metadata_cannot_hide_a_second_patient() -> None:
    """Even when both entries name the same one."""
    entry = replace(xdm.from_cda(build(OTHER_PATIENT)), patient_id=entries()["n1"].patient_id)
    assert {"MSS-022", "XDS-032"} <= rules_of(validate_bytes(archive(entries()["n1"], entry)))


def test_a_document_from_before_the_ins_is_of_the_same_patient() -> None:
    """By their number in the establishment: only the metadata then disagree, the lot naming the INS."""
    before = replace(LETTER, id=InstanceId(f"{ROOT}.7.1"), patient=replace(PATIENT, ins=None))
    assert "MSS-022" not in rules_of(validate_bytes(archive(entries()["n1"], xdm.from_cda(build(before)))))


def test_the_pair_of_wave_1_is_a_warning() -> None:
    n1 = xdm.from_cda(build(replace(SAMPLES["cr-bio"], level="N1")))
    report = validate_bytes(archive(n1, entries()["n3"]))
    assert [str(f.severity) for f in report.findings if f.rule == "XDS-077"] == ["warning"]
    assert report.verdict == "conforme", [(f.rule, f.message) for f in report.findings]


def test_a_style_sheet_travels_with_its_document() -> None:
    instruction = b'<?xml-stylesheet type="text/xsl" href="vue.xsl"?><ClinicalDocument'
    entry = xdm.from_cda(entries()["n1"].data.replace(b"<ClinicalDocument", instruction, 1))
    alone = archive(entry)
    assert "XDM-012" in rules_of(validate_bytes(alone))
    together = changed(alone, lambda f: f.update({"IHE_XDM/SUBSET01/vue.xsl": b"<x/>"}))
    assert "XDM-012" not in rules_of(validate_bytes(together))


# -- hostile archives


def _refused(data: bytes) -> tuple[str, str]:
    report = validate_bytes(data)
    (found,) = report.findings
    assert report.verdict == "erreur" and report.unreadable and found.message
    return found.rule, report.unreadable


def test_bombs_are_refused() -> None:
    bomb = changed(sound()["n1"], lambda f: f.update({"IHE_XDM/SUBSET01/B.XML": b"0" * 30_000_000}))
    assert _refused(bomb)[0] == "XDM-002"


def test_another_kind_of_zip_is_no_archive_of_documents() -> None:
    rule, reason = _refused(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}))
    assert rule == "XDS-129" and "IHE_XDM" in reason


def test_other_files_beside_the_documents_are_left_alone() -> None:
    sheet = b'<xsl:stylesheet xmlns:xsl="x"><xsl:template match="n1:ClinicalDocument"/></xsl:stylesheet>'
    report = judged(lambda f: f.update({"IHE_XDM/SUBSET01/VUE.XSL": sheet, "IHE_XDM/SUBSET01/NOTE.XML": b"<note/>"}))
    assert report.verdict == "conforme" and report.findings == []


def test_huge_counts_are_refused() -> None:
    rule, reason = _refused(zipped({f"f{n}": b"" for n in range(archives.MAX_ENTRIES + 1)}))
    assert rule == "XDM-002" and "entrées" in reason


@pytest.mark.parametrize("cut", [10, 40, 2000])
def test_a_truncated_archive_says_so(cut: int) -> None:
    rule, reason = _refused(sound()["n1"][:-cut])
    assert rule == "XDM-001" and "tronquée" in reason


@pytest.mark.parametrize("name", ["../x.xml", "/etc/passwd", "C:/x.xml", "IHE_XDM\\x.xml", "a/../../b"])
def test_names_that_leave_the_archive(name: str) -> None:
    report = judged(lambda f: f.update({name: b"x"}))
    assert rules_of(report) == {"XDM-003"} and report.verdict == "non_conforme"


def test_a_name_twice() -> None:
    out = io.BytesIO(sound()["n1"])
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as opened:
        opened.writestr(DOC1, b"<other/>")
    assert rules_of(validate_bytes(out.getvalue())) == {"XDM-004"}


def _flagged(data: bytes, name: str, *, local: int, central: int, value: int) -> bytes:
    """Both headers of an entry with two bytes set at these offsets."""
    out = bytearray(data)
    for signature, name_at, at in ((b"PK\x03\x04", 30, local), (b"PK\x01\x02", 46, central)):
        start = -1
        while (start := out.find(signature, start + 1)) >= 0:
            if out[start + name_at : start + name_at + len(name)] == name.encode():
                struct.pack_into("<H", out, start + at, value)
    return bytes(out)


def test_an_encrypted_entry() -> None:
    report = validate_bytes(_flagged(sound()["n1"], "README.TXT", local=6, central=8, value=1))
    assert rules_of(report) == {"XDM-005"}


def test_an_unknown_compression() -> None:
    report = validate_bytes(_flagged(sound()["n1"], "README.TXT", local=8, central=10, value=12))
    assert rules_of(report) == {"XDM-005"}


def test_a_damaged_entry_does_not_hide_the_others() -> None:
    data = bytearray(sound()["two"])
    at = data.find(b"DOC0002.XML") + len("DOC0002.XML") + 200
    data[at] ^= 0xFF
    report = validate_bytes(bytes(data))
    assert "XDM-001" in rules_of(report) and report.kind == "XDM (1 document)"


def test_every_rule_of_the_archive_has_its_test() -> None:
    here = Path(__file__)
    source = here.read_text("utf-8") + (here.parent / "xdm_faults.yaml").read_text("utf-8")
    assert [r for r in rules() if r.startswith(("XDM-", "MSS-022")) and r not in source] == []


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_archives_have_a_verdict(data: st.DataObject) -> None:
    good = bytearray(sound()["n1"])
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(4, len(good) - 1))] = data.draw(st.integers(0, 255))
    report = validate_bytes(bytes(good))
    assert report.kind.startswith("XDM") and "erreur de Rempart" not in report.unreadable


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_metadata_have_a_verdict(data: st.DataObject) -> None:
    files = files_of(sound()["n1"])
    text = bytearray(files[METADATA])
    for _ in range(data.draw(st.integers(1, 8))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    report = validate_bytes(zipped({**files, METADATA: bytes(text)}))
    assert "erreur de Rempart" not in report.unreadable


@needs_shared
def test_the_installed_pack_judges_the_metadata_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path))
    edition = catalogue()["xds"].latest
    install("xds", edition, SHARED / "schemas" / "xds", "essai")
    pack = f"xds@{edition}"
    report = validate_bytes(sound()["n1"], packs=(pack,))
    assert report.verdict == "conforme" and f"XSD officiel ({pack})" in report.validators
    files = files_of(sound()["n1"])
    spoilt = zipped({**files, METADATA: files[METADATA].replace(b' registryObject="', b' autre="', 1)})
    (found,) = [f for f in validate_bytes(spoilt, packs=(pack,)).findings if f.rule == "OFF-006"][:1]
    assert found.location.startswith(f"{METADATA}!/SubmitObjectsRequest (ligne") and pack in found.source
    assert "OFF-006" not in {f.rule for f in validate_bytes(spoilt, packs=()).findings}
