"""Metadata of an archive: of sound ones nothing is said, and one fault breaks its rule and those named with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from shared import CORPUS_CDA, needs_shared
from xdm_samples import METADATA, archive, changed, files_of, sound

from rempart.formats import xdm
from rempart.formats.cda import CdaError
from rempart.resources import own_yaml
from rempart.validation.registry import rules
from rempart.validation.xdm.validate import validate_archive

FAULTS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "xdm_faults.yaml")


def _flat(text: str) -> str:
    """Metadata without white space between elements; `<V>` stands for the first value of a slot."""
    return re.sub(r">\s+<", "><", text)


def _wanted(text: str) -> str:
    return text.replace("<V>", "<rim:ValueList><rim:Value>")


def spoilt(fault: dict[str, Any]) -> bytes:
    def edit(files: dict[str, bytes]) -> None:
        text = _flat(files[METADATA].decode())
        old, new = _wanted(fault["old"]), _wanted(fault["new"])
        if fault.get("hash"):  # any hash: the bytes of our own documents change with the tools that write them
            old = re.search(r">[0-9a-f]{40}<", text)[0]  # type: ignore[index]
        parts = text.split(old)
        nth = fault.get("nth", 1)
        assert len(parts) > nth, old
        text = old.join(parts[:nth]) + new + old.join(parts[nth:])
        if fault.get("drop"):
            text = text.replace(f"<rim:Value>{fault['drop']}</rim:Value>", "")
        files[METADATA] = text.encode()

    base = sound()[fault.get("base", "n1")]
    return changed(base, edit) if "old" in fault else base


@pytest.mark.parametrize("name", list(sound()))
def test_a_sound_archive_conforms_and_says_nothing(name: str) -> None:
    report = validate_archive(sound()[name])
    assert [(f.rule, f.message) for f in report.findings] == []
    assert report.verdict == "conforme" and "métadonnées XDS" in report.validators


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f['rule']} {f.get('base', 'n1')} {f.get('new', '')[:50]}")
def test_one_fault_breaks_its_rule(fault: dict[str, Any]) -> None:
    report = validate_archive(spoilt(fault), environment=fault.get("environment", "test"))
    found = [f for f in report.findings if not f.location.split("!")[-1].startswith("/ClinicalDocument")]
    own = [f for f in found if f.rule == fault["rule"]]
    assert own, [(f.rule, f.message) for f in found]
    assert {str(f.severity) for f in own} == {fault.get("severity", "error")}
    assert {f.rule for f in found} <= {fault["rule"], *fault.get("also", [])}, [(f.rule, f.message) for f in found]
    assert all(f.message and f.location for f in found)


def test_a_finding_names_the_file_the_element_and_its_line() -> None:
    (found,) = validate_archive(spoilt(FAULTS[1])).findings
    assert re.fullmatch(
        r"IHE_XDM/SUBSET01/METADATA\.XML!/RegistryObjectList/RegistryPackage\[1\]/Slot\[@name='submissionTime'\]"
        r" \(ligne \d+\)",
        found.location,
    )


def test_every_rule_of_metadata_has_its_fault() -> None:
    described = {r for r, info in rules().items() if r.startswith("XDS-") and "XDM" in info.applies}
    # test_xdm_archive, test_times, test_messages, test_xdm_sheet
    elsewhere = {"XDS-129", "XDS-037", "XDS-043", "XDS-073"}
    assert described - {f["rule"] for f in FAULTS} == elsewhere


@needs_shared
@pytest.mark.parametrize("file", sorted(CORPUS_CDA.glob("*.xml")), ids=lambda f: f.name)
def test_the_archive_of_a_published_document_agrees_with_it(file: Path) -> None:
    """Only what the published document itself lacks or has wrong may be said of the metadata made from it."""
    try:
        entry = xdm.from_cda(file.read_bytes())
    except CdaError as error:
        pytest.skip(f"not read as a CDA: {error}")
    found = validate_archive(archive(entry)).findings
    metadata = {f.rule for f in found if "METADATA.XML!" in f.location}
    compared = {f"XDS-0{n}" for n in (26, 28, 32, 33, 34, 35, 36, 37, 41, 42, 50, 51, 52, 61, 62, 63)}
    assert not metadata & compared, [(f.rule, f.message, f.expected, f.actual) for f in found if f.rule in compared]
    assert METADATA in files_of(archive(entry))
