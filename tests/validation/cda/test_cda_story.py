"""Several documents together: sound sets stay sound, each contradiction is told on the later document, at its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cda_samples import BIOLOGY, LETTER, PATIENT, REPLACEMENT, ROOT
from click.testing import CliRunner

from rempart.cli.validate import validate
from rempart.formats.cda import CdaDocument, InstanceId, build
from rempart.validation.cda.story import Told, judge_set

THIRD = replace(REPLACEMENT, id=InstanceId(f"{ROOT}.1.3"), version=3, replaces=REPLACEMENT.id)
# The same report twice: N1, then N3.
AS_N1 = replace(BIOLOGY, level="N1", id=InstanceId(f"{ROOT}.5.1"), set_id=InstanceId(f"{ROOT}.5"))
AS_N3 = replace(BIOLOGY, id=InstanceId(f"{ROOT}.6.1"), set_id=InstanceId(f"{ROOT}.6"))
OTHER = replace(PATIENT, ins=InstanceId("1.2.250.1.213.1.4.10", "277076322082910"), ipp=InstanceId("1.2.3", "OTHER"))


def told(*documents: CdaDocument | bytes, edition: str = "1.16") -> list[Told]:
    data = [d if isinstance(d, bytes) else build(d) for d in documents]
    return judge_set([(f"{n}.xml", d) for n, d in enumerate(data, start=1)], edition)


def xfrm(document: CdaDocument, parent: InstanceId) -> bytes:
    named = f'<parentDocument><id root="{parent.root}"/></parentDocument>'
    link = f'<relatedDocument typeCode="XFRM">{named}</relatedDocument>'
    return build(document).replace(b"<componentOf>", f"{link}<componentOf>".encode())


def test_a_chain_of_versions_and_unrelated_documents_are_sound() -> None:
    assert told(LETTER, REPLACEMENT, THIRD, AS_N1) == []
    assert told(THIRD, LETTER, REPLACEMENT) == []  # the order of files says nothing
    assert told() == told(b"rien") == []


def test_a_version_replaces_one_that_is_not_there() -> None:
    ((label, found),) = told(THIRD, LETTER)
    assert (label, found.rule, found.severity) == ("1.xml", "CDA-023", "info")


FAULTS = {
    "id used twice": (
        (LETTER, replace(AS_N1, id=LETTER.id)), "CDA-012", "id/@root", "error",
    ),
    "same file twice": ((LETTER, LETTER), "CDA-012", "id", "info"),
    "other setId": (
        (LETTER, replace(REPLACEMENT, set_id=InstanceId(f"{ROOT}.2"))), "CDA-023", "setId", "error",
    ),
    "version skipped": ((LETTER, replace(REPLACEMENT, version=3)), "CDA-023", "versionNumber/@value", "error"),
    "version twice": (
        (LETTER, replace(LETTER, id=InstanceId(f"{ROOT}.1.9"))), "CDA-023", "versionNumber/@value", "error",
    ),
    "other patient": (
        (LETTER, replace(REPLACEMENT, patient=OTHER)), "CDA-023", "recordTarget/patientRole/id[1]", "error",
    ),
    "replaced twice": (
        (LETTER, REPLACEMENT, replace(REPLACEMENT, id=InstanceId(f"{ROOT}.1.4"))),
        "CDA-023", "relatedDocument/parentDocument/id", "error",
    ),
    "N1 and N3": ((AS_N1, AS_N3), "CDA-098", "component", "warning"),
    "XFRM of an absent document": (
        (xfrm(AS_N1, AS_N3.id),), "CDA-099", "relatedDocument/parentDocument/id", "info",
    ),
    "XFRM of another patient": (
        (AS_N3, xfrm(replace(AS_N1, patient=OTHER), AS_N3.id)),
        "CDA-099", "relatedDocument/parentDocument/id", "warning",
    ),
    "XFRM both ways": (
        (xfrm(AS_N3, AS_N1.id), xfrm(AS_N1, AS_N3.id)), "CDA-099", "relatedDocument/parentDocument/id", "warning",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_contradiction_is_told_at_its_place(name: str) -> None:
    documents, rule, place, severity = FAULTS[name]
    found = [f for _, f in told(*documents)]
    own = [f for f in found if f.rule == rule and f.severity == severity]
    assert own, found
    assert own[0].location.split(" (")[0] == f"/ClinicalDocument/{place}"
    assert own[0].message and own[0].source


def test_the_edition_decides_whether_n1_and_n3_go_together() -> None:
    tied = (AS_N3, xfrm(AS_N1, AS_N3.id))
    assert told(*tied, edition="1.13") == []
    ((_, alone),) = told(AS_N1, AS_N3, edition="1.13")
    assert (alone.rule, alone.expected) == ("CDA-098", "relatedDocument XFRM")
    assert [f.rule for _, f in told(*tied)] == ["CDA-098"]


def test_other_contents_of_the_patient_are_no_pair() -> None:
    later = replace(AS_N3, act_start=AS_N3.act_start + timedelta(days=1))
    assert told(AS_N1, later) == []


def run(folder: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    result = CliRunner().invoke(validate, ["--story", str(folder), "--format", "json", *options])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def written(folder: Path, *documents: CdaDocument) -> Path:
    for number, document in enumerate(documents):
        (folder / f"{number}.xml").write_bytes(build(document))
    return folder


def test_a_folder_of_documents_is_a_story(tmp_path: Path) -> None:
    code, lines = run(written(tmp_path, LETTER, REPLACEMENT))
    assert (code, [line["kind"] for line in lines]) == (0, ["CDA R2 N1", "CDA R2 N1", "histoire"])
    assert lines[-1]["validators"] == ["règles d'ensemble (2 documents)"]


def test_a_contradiction_of_the_folder_is_an_exit_code(tmp_path: Path) -> None:
    code, lines = run(written(tmp_path, LETTER, replace(REPLACEMENT, version=3)))
    (found,) = lines[-1]["findings"]  # type: ignore[misc]
    assert (code, lines[-1]["verdict"]) == (1, "non_conforme")
    written_at = (tmp_path / "1.xml").read_bytes().split(b"<versionNumber")[0].count(b"\n") + 1
    assert found["location"] == f"1.xml, /ClinicalDocument/versionNumber/@value (ligne {written_at})"


def test_what_is_declared_reaches_the_documents(tmp_path: Path) -> None:
    long = replace(LETTER, id=InstanceId(LETTER.id.root, "7"))
    assert run(written(tmp_path, long))[0] == 0
    code, lines = run(tmp_path, "--destination", "dmp", "--requirement", "DOC/va1.06")
    assert code == 1
    assert {f["rule"] for f in lines[0]["findings"]} == {"CDA-011", "CDA-065"}  # type: ignore[index]


def test_a_requirement_that_no_rule_knows_is_a_wrong_usage(tmp_path: Path) -> None:
    file = written(tmp_path, LETTER) / "0.xml"
    result = CliRunner().invoke(validate, [str(file), "--requirement", "DOC/va9.99"])
    assert result.exit_code == 2 and "DOC/va1.04" in result.stderr
