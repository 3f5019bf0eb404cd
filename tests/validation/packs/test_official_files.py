"""The official pack on published examples: what each layer says of a few of them, and of one defect at a time.

Loading the official schematrons costs some ten seconds: the pack is installed once, and a handful of documents judged.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from cda_edit import edit
from shared import CORPUS_CDA, OFFICIAL_CDA, needs_shared

from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.document import validate_bytes
from rempart.validation.packs.install import install
from rempart.validation.packs.store import Installed, find, installed_names
from rempart.validation.report import Report

pytestmark = needs_shared
LABEL = "ci-sis-cda@2025-02"
N1 = "IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml"


@pytest.fixture(scope="session")
def official(shared_folder: Path) -> Installed:
    """Installed by the first process that needs it."""
    fcntl = pytest.importorskip("fcntl")
    with pytest.MonkeyPatch.context() as patch, (shared_folder / "official.lock").open("w") as lock:
        patch.setenv("REMPART_DATA", str(shared_folder / "official"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        return find(LABEL) if LABEL in installed_names() else install("ci-sis-cda", "2025-02", OFFICIAL_CDA, "essai")


@pytest.fixture(autouse=True)
def installed(own_folders: None, official: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_DATA", str(official.folder.parent.parent))


def judged(name: str, *change: str) -> Report:
    data = (CORPUS_CDA / name).read_bytes()
    return validate_bytes(edit(data, change) if change else data)


def official_findings(report: Report) -> list[Finding]:
    return [f for f in report.findings if LABEL in f.source]


def test_an_n1_passes_the_official_chain(official: Installed) -> None:
    report = judged(N1)
    assert report.verdict == "conforme"
    assert report.validators[2:] == [
        f"XSD officiel ({LABEL})",
        f"schématron ModelesDeContenusCDA ({LABEL})",
        f"schématron StructurationMinimale ({LABEL})",
    ]
    told = {(f.rule, str(f.severity), f.origin) for f in official_findings(report)}
    assert told == {("REF-004", "info", Origin.REFERENCE), ("REF-008", "info", Origin.REFERENCE)}


def test_the_derived_value_set_lets_a_document_type_through(official: Installed) -> None:
    """The file that the snapshot lacks is made at installation: without it every document type would be refused."""
    assert not [f for f in judged(N1).findings if f.rule == "CDA-003"]
    wrong = judged(N1, "set", "code", "code", "00000-0")
    assert any("1.2.250.1.213.1.1.5.471" in f.message for f in wrong.findings if f.rule == "CDA-003")


def test_a_wrong_type_id_is_no_pass_of_structuration_minimale(official: Installed) -> None:
    """XSD-valid, and StructurationMinimale fires one rule, as a warning: it would pass."""
    report = judged(N1, "set", "typeId", "extension", "POCD_HD000041")
    few = [f for f in report.findings if f.rule == "REF-004" and "StrucMin" in f.source]
    assert [f.actual for f in few] == ["1"] and few[0].origin is Origin.REFERENCE
    assert report.verdict == "non_conforme" and not any("StructurationMinimale" in v for v in report.validators)


def test_what_structuration_minimale_refuses_is_placed(official: Installed) -> None:
    report = judged("eDISP-MED_2024.01.xml")
    (found,) = [f for f in report.findings if f.rule == "CDA-003"]
    assert found.severity is Severity.ERROR and "/recordTarget/patientRole/patient/name" in found.location
    assert "(ligne " in found.location and found.source.startswith("1.2.250.1.213.1.1.1.1-2017-12-13T103531")
    assert f"schématron eDISP-MED_2024.01 ({LABEL})" in report.validators


def test_an_author_code_outside_its_value_set_is_found_in_the_official_jdv(official: Installed) -> None:
    report = judged("CANCER-FRCP_2022.01_Appareil.xml")
    (found,) = [f for f in report.findings if f.rule == "OFF-003"]
    assert "SCH10" in found.message and found.source.endswith(f"pack {LABEL}")


def test_a_model_whose_files_were_never_published_is_said(official: Installed) -> None:
    """The document is refused anyway, by a date of its own: what could not conclude is then a warning."""
    report = judged("BIO-CR-BIO_2023.01_Electrophorese.xml")
    (found,) = [f for f in report.findings if f.rule == "REF-002"]
    assert "BIO-CR-BIO_2023.01" in found.message and found.severity is Severity.WARNING
    assert report.verdict == "non_conforme" and [f.rule for f in report.findings if f.blocks] == ["CDA-118"]
    dated = ["set", ".//{*}effectiveTime[@value='20092012081500+0100']", "value", "20091220081500+0100"]
    report = judged("BIO-CR-BIO_2023.01_Electrophorese.xml", *dated)
    assert report.verdict == "erreur"


@pytest.mark.parametrize("name", ["CARD-F-PRC-TAP_2022.01.xml", "CSE-CS8_2025.01.xml"])
def test_models_that_differ_by_case_from_their_files_run(official: Installed, name: str) -> None:
    assert not [
        p for p in Path(official.root).rglob("*") if p.name == "E_DM_CARD-F-PRC-TAP.sch" and "entrees" in p.parts
    ]
    report = judged(name)
    assert any(v.startswith(f"schématron {name.removesuffix('.xml')}") for v in report.validators)


def test_a_self_presented_document_is_judged_as_its_document(official: Installed) -> None:
    report = judged("CANCER-PPS_2022.01_Autopresentable.xml")
    assert len([v for v in report.validators if LABEL in v]) == 6
    assert not [f for f in official_findings(report) if f.origin is Origin.REFERENCE and f.rule != "REF-008"]
