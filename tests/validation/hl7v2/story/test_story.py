"""`validate_story`: sound stories stay sound, each state rule finds its fault where it is, holes accuse nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from validation.hl7v2.pam_messages import message as pam_message
from validation.hl7v2.pam_messages import spoiled
from validation.hl7v2.story.stories import QUALIFIED, Story, sound, written
from validation.hl7v2.story.story_faults import FAULTS, Fault, not_the_last, put, visit_again

from rempart.formats import ins
from rempart.formats.hl7v2 import Message, write
from rempart.formats.hl7v2.cisis import Ins
from rempart.model.finding import Finding, Severity
from rempart.simulators import documents, pam
from rempart.validation.hl7v2.story import Judged, validate_story
from rempart.validation.report import STORY, Report

STATE = {
    "HL7-014", "HL7-052", "HL7-066", "HL7-067", "HL7-068", "HL7-101", "HL7-103", "HL7-104", "HL7-105", "HL7-106",
    "HL7-115", "HL7-116", "HL7-117", "HL7-118", "HL7-121", "HL7-122", "HL7-157", "HL7-158", "HL7-162", "HL7-167",
    "HL7-181", "HL7-182", "HL7-195", "HL7-198", "HL7-199", "CDA-023", "STORY-001",
}  # fmt: skip


def judged(folder: Path, messages: dict[str, bytes], *, numbered: bool = True) -> list[Judged]:
    return list(validate_story(written(folder / "captures", messages, numbered=numbered)))


def story_of(found: list[Judged]) -> Report:
    (report,) = found[-1].reports
    assert report.kind == STORY and found[-1].label == ""
    return report


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.rule, f.location, str(f.severity)) for f in findings]


@pytest.mark.parametrize("acknowledged", [True, False])
@pytest.mark.parametrize("numbered", [True, False])
def test_a_sound_story_is_sound(tmp_path: Path, acknowledged: bool, numbered: bool) -> None:
    messages = sound(acknowledged).messages
    found = judged(tmp_path, messages, numbered=numbered)
    assert len(found) == len(messages) + 1
    assert told(story_of(found).findings) == []
    assert {r.verdict for one in found for r in one.reports} == {"conforme"}
    kinds = [one.reports[0].kind for one in found[:-1]]
    assert kinds == [Message.parse(m).kind for m in messages.values()]  # in the order they were sent


@pytest.mark.parametrize("gone", [name for name in sound().messages if not name.endswith("-ack")])
def test_a_message_that_was_not_captured_accuses_nobody(tmp_path: Path, gone: str) -> None:
    left = {name: data for name, data in sound().messages.items() if name != gone}
    report = story_of(judged(tmp_path, left, numbered=False))
    assert [f for f in report.findings if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize("start", [9, 24, 31])
def test_a_capture_that_starts_late_or_stops_early_accuses_nobody(tmp_path: Path, start: int) -> None:
    for name, part in (("late", slice(start, None)), ("early", slice(start))):
        messages = dict(list(sound().messages.items())[part])
        (tmp_path / name).mkdir()
        report = story_of(judged(tmp_path / name, messages, numbered=False))
        assert [f for f in report.findings if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_one_fault(tmp_path: Path, fault: Fault) -> None:
    story = sound()
    fault.spoil(story)
    found = judged(tmp_path, story.messages)
    report = story_of(found)
    number = list(story.messages).index(fault.file) + 1
    label = f"{number:03}-{fault.file}.er7"
    expected = (fault.rule, f"{label}, {fault.place}", fault.severity)
    assert expected in told(report.findings)
    others = [f for f in report.findings if told([f]) != [expected]]
    assert {f.rule for f in others if f.severity is not Severity.INFO} <= set(fault.also)
    assert report.verdict == ("non_conforme" if fault.severity == "error" else "conforme")


def test_every_state_rule_has_its_fault() -> None:
    assert STATE - {f.rule for f in FAULTS} == {"HL7-105", "HL7-182", "STORY-001"}  # tests of their own


def test_a_finding_is_with_its_message_too_and_names_what_it_contradicts(tmp_path: Path) -> None:
    story = sound()
    visit_again(story)
    found = judged(tmp_path, story.messages)
    (one,) = [j for j in found if j.label.endswith("A01-encore.er7")]
    (finding,) = [f for f in one.reports[0].findings if f.rule == "HL7-167"]
    assert finding.location == "PV1-19.1" and "(fichier 019-A11.er7, PV1-19.1)" in finding.message
    assert finding.offset is not None and one.data[finding.offset :].startswith(b"V2")
    assert one.reports[0].verdict == "non_conforme"


def test_a_refused_message_changes_nothing(tmp_path: Path) -> None:
    story = Story()
    first = documents.first_version(QUALIFIED)
    story.order("T02", "initial", first, code="AE")
    story.order("T02-bis", "initial", replace(first, document=replace(first.document, cda=first.document.cda + b"\n")))
    report = story_of(judged(tmp_path, story.messages))
    assert [f for f in report.findings if f.rule == "HL7-067"] == []
    assert {f.location.split(",")[0] for f in report.findings} == {"003-T02-bis.er7"}  # its ZAMs; none for the first


@pytest.mark.parametrize(("choice", "asked"), [("NA", True), ("INO", True), ("IO", False), ("", True)])
def test_the_last_choice_counts_and_only_opposition_forbids(tmp_path: Path, choice: str, asked: bool) -> None:
    story = Story()
    story.identity("A28", feeding="INO" if choice == "IO" else "")
    story.identity("A31", feeding=choice)
    story.order("T02", "initial", documents.first_version(QUALIFIED), flags={"DESTDMP": True})
    rules = [f.rule for f in story_of(judged(tmp_path, story.messages)).findings]
    assert rules == ([] if asked else ["HL7-101"])


def test_a_deletion_is_no_publication(tmp_path: Path) -> None:
    story, version = Story(), documents.first_version(QUALIFIED)
    story.order("T02", "initial", version, flags={"DESTDMP": True})
    story.identity("A31", feeding="IO")
    story.order("T04", "delete", version, flags={"DESTDMP": True})
    assert story_of(judged(tmp_path, story.messages)).findings == []


def test_a_document_handed_back_to_a_dpi_is_another_life(tmp_path: Path) -> None:
    story, version = Story(), documents.first_version(QUALIFIED)
    story.order("T02", "initial", version, flags={})
    story.delivery("LPS-T02", "initial", version)
    story.delivery("LPS-T04", "delete", version)
    assert story_of(judged(tmp_path, story.messages)).findings == []


def test_two_receivers_are_two_stories(tmp_path: Path) -> None:
    story, version = Story(), documents.first_version(QUALIFIED)
    at = story._minutes + 1
    story.move("A01", "M1", "V1")
    story.move("A11", "M1", "V1", cancels="A01", at=at)
    story.order("T02", "initial", version, flags={})
    story.order("T04", "delete", version, flags={})
    for name, data in list(story.messages.items()):
        if not name.endswith("-ack"):
            other = write.replace(write.replace(data, "MSH-5.1", "AUTRE"), "MSH-10", f"{name}-2")
            story.messages[f"{name}-autre"] = other
    assert story_of(judged(tmp_path, story.messages)).findings == []


def test_a_resent_order_keeps_its_answers(tmp_path: Path) -> None:
    story = Story()
    order = story.order("T02", "initial", documents.first_version(QUALIFIED), code="AR")
    story.add("T02-encore", order)
    story.zam("Z01", order)
    story.zam("Z02", order)
    assert told(story_of(judged(tmp_path, story.messages)).findings) == [
        ("HL7-014", "003-T02-encore.er7, MSH-10", "info")
    ]


def test_one_authority_written_in_two_ways_is_one_patient(tmp_path: Path) -> None:
    story = Story()
    story.move("A01", "M1", "V1")
    story.move("Z99", "M1", "V1", cancels="A01")
    put("Z99", "PID-3[1].4", "AUTRE-NOM")(story)
    assert story_of(judged(tmp_path, story.messages)).findings == []


def test_a_merge_and_a_new_account_number_are_followed(tmp_path: Path) -> None:
    story = Story()
    story.move("A01", "M1", "V1")
    kept = replace(QUALIFIED, ipp="IPP2")
    story.add("A40", pam.merge(kept, QUALIFIED, story.envelope("GAM", "DPI")))
    places = (("MSH-10", "A49"), ("MSH-7", "20260105080330"), ("PID-18.1", "D2"), ("MRG-3.1", "DV1"))
    story.add("A49", spoiled(pam_message("A49"), *places))
    story.move("Z99", "M1", "V1", cancels="A01")
    put("Z99", "PID-3[1].1", "IPP2")(story)
    put("Z99", "PID-18.1", "D2")(story)
    assert story_of(judged(tmp_path, story.messages)).findings == []


def test_a_hole_lowers_what_a_lost_message_would_explain(tmp_path: Path) -> None:
    story = sound()
    not_the_last(story)
    folder = written(tmp_path / "captures", story.messages)
    between = list(story.messages).index("A02-M7-ack") + 1
    (folder / f"{between:03}-A02-M7-ack.er7").write_bytes(b"\x00bruit")
    *found, last = validate_story(folder)
    (finding,) = [f for f in last.reports[0].findings if f.rule == "HL7-158"]
    assert finding.severity is Severity.WARNING and "un message manque" in finding.message
    assert [j.label for j in found if j.reports[0].verdict == "erreur"] == [f"{between:03}-A02-M7-ack.er7"]


def test_what_an_unsure_order_shows_is_a_warning(tmp_path: Path) -> None:
    story = Story()
    story.identity("A28")
    story.delete_ins("A47")
    story.order("T02", "initial", documents.first_version(QUALIFIED), flags={})
    when = Message.parse(story.messages["A47"]).get("MSH-7")
    put("T02", "MSH-7", when)(story)
    named = {f"{n}{'b' * 40}": data for n, (name, data) in enumerate(story.messages.items()) if "-ack" not in name}
    folder = written(tmp_path / "captures", {name[::-1]: data for name, data in named.items()}, numbered=False)
    *_, last = validate_story(folder)
    assert [(f.rule, f.severity) for f in last.reports[0].findings] == [("HL7-181", Severity.WARNING)]


def test_a_skipped_number_is_told(tmp_path: Path) -> None:
    messages = {n: m for n, m in sound().messages.items() if not n.endswith("-ack")}
    folder = written(tmp_path / "captures", messages)
    (folder / "008-A13.er7").unlink()
    *_, last = validate_story(folder)
    assert told(last.reports[0].findings) == [("STORY-001", "dossier", "info")]
    assert last.reports[0].findings[0].actual == "8"


def test_a_folder_with_nothing_to_judge_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (last,) = validate_story(tmp_path / "vide")
    assert last.reports[0].verdict == "erreur" and last.reports[0].unreadable == "le dossier est vide"
    (tmp_path / "bruit").mkdir()
    (tmp_path / "bruit" / "notes.txt").write_text("rien", "utf-8")
    note, last = validate_story(tmp_path / "bruit")
    assert note.reports[0].verdict == "erreur" and "aucun message" in last.reports[0].unreadable




@pytest.mark.parametrize(
    ("absorbed", "kept", "later", "expected"),
    [
        ("IO", "", "", [("HL7-101", "T02")]),  # carried over
        ("IO", "INO", "", [("HL7-101", "T02")]),  # recorded later than what the kept identity had
        ("INO", "IO", "", []),  # the later of the two is not opposed
        ("IO", "", "INO", []),  # the patient has changed their mind since
        ("", "IO", "", [("HL7-101", "T02")]),
    ],
)
def test_a_choice_about_the_dmp_follows_a_merge(
    tmp_path: Path, absorbed: str, kept: str, later: str, expected: list[tuple[str, str]]
) -> None:
    """The kept identity speaks first, the absorbed one after it, then they are one."""
    story, other = Story(), replace(QUALIFIED, ipp="IPP2")
    story.identity("A28-kept", other, feeding=kept)
    story.identity("A28-absorbed", QUALIFIED, feeding=absorbed)
    story.add("A40", pam.merge(other, QUALIFIED, story.envelope("GAM", "DPI")))
    if later:
        story.identity("A31", other, feeding=later)
    story.order("T02", "initial", documents.first_version(other), person=other, flags={"DESTDMP": True})
    found = [(f.rule, f.location.split("-", 1)[1][:3]) for f in story_of(judged(tmp_path, story.messages)).findings]
    assert [f for f in found if f[0] == "HL7-101"] == expected


def test_after_a_nia_and_a_nir_the_nir_is_sent(tmp_path: Path) -> None:
    """HL7-182. The authorities of production tell them apart, on files: nothing of it is sent to anybody."""
    matricule = "109076322088835"
    assert QUALIFIED.ins is not None
    nir = replace(QUALIFIED, ins=replace(QUALIFIED.ins, oid=ins.NIR))
    outdated = replace(QUALIFIED, ins=Ins(value=matricule, oid=ins.NIA))
    story = Story()
    story.identity("A31", nir)
    one = f"&{ins.NIR}&ISO^INS".encode()
    both = one + f"~{matricule}^^^ASIP-SANTE-INS-NIA&{ins.NIA}&ISO^INS".encode()
    story.messages["A31"] = story.messages["A31"].replace(one, both, 1)
    story.order("T02-nir", "initial", documents.first_version(nir), person=nir, flags={})
    story.order("T02-nia", "initial", documents.first_version(outdated), person=outdated, flags={})
    folder = written(tmp_path / "captures", story.messages)
    *_, last = validate_story(folder, environment="production")
    found = [(f.rule, f.location.rpartition(", ")[2]) for f in last.reports[0].findings if "T02" in f.location]
    assert found == [("HL7-182", "PID-3[2].1")]
