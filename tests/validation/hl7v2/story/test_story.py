"""`validate_story`: sound stories stay sound, each state rule finds its fault where it is, holes accuse nobody."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from validation.hl7v2.story.stories import FLAGS, PROVISIONAL, QUALIFIED, Story, sound, written

from rempart.formats.hl7v2 import Message, write
from rempart.formats.hl7v2.cisis import Ins
from rempart.model.finding import Finding, Severity
from rempart.simulators import documents, pam
from rempart.validation.hl7v2.story import Judged, validate_story
from rempart.validation.report import STORY, Report

STATE = {
    "HL7-014", "HL7-052", "HL7-066", "HL7-067", "HL7-068", "HL7-101", "HL7-103", "HL7-104", "HL7-105", "HL7-106",
    "HL7-115", "HL7-116", "HL7-117", "HL7-118", "HL7-121", "HL7-122", "HL7-157", "HL7-158", "HL7-162", "HL7-167",
    "HL7-181", "HL7-195", "HL7-198", "HL7-199", "CDA-023", "STORY-001",
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


@dataclass(frozen=True)
class Fault:
    name: str
    spoil: Callable[[Story], None]
    file: str  # the message that shows it
    rule: str
    place: str
    severity: str = "error"
    also: tuple[str, ...] = ()  # rules that the same fault breaks elsewhere

    def __str__(self) -> str:
        return f"{self.rule} {self.name}"


def put(name: str, path: str, value: str) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        story.messages[name] = write.replace(story.messages[name], path, value)

    return change


def drop(*names: str) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        for name in names:
            del story.messages[name]
            story.messages.pop(f"{name}-ack", None)

    return change


def copy(name: str, path: str, other: str, source: str) -> Callable[[Story], None]:
    """The value of another message in the place of this one's."""

    def change(story: Story) -> None:
        put(name, path, Message.parse(story.messages[other]).get(source))(story)

    return change


def document(name: str, change: Callable[[bytes], bytes]) -> Callable[[Story], None]:
    """Another document in OBX-5.5."""

    def apply(story: Story) -> None:
        raw = base64.b64decode(Message.parse(story.messages[name]).get("OBX-5.5"))
        put(name, "OBX-5.5", base64.b64encode(change(raw)).decode())(story)

    return apply


def third_version(story: Story) -> None:
    """A second replacement that names the version already replaced."""
    versions = _versions(story)
    story.order("T10-bis", "replace", replace(documents.next_version(versions[0], QUALIFIED), number=2), flags={})


def _versions(story: Story) -> list[documents.Version]:
    first = documents.first_version(QUALIFIED)
    second = documents.next_version(first, QUALIFIED)
    story.messages.clear()
    story.order("T02", "initial", first, flags={})
    story.order("T10", "replace", second, flags={})
    return [first, second]


def delete_old(story: Story) -> None:
    first, _ = _versions(story)
    story.order("T04", "delete", first, flags={})


def delete_twice(story: Story) -> None:
    _, second = _versions(story)
    story.order("T04", "delete", second, flags={})
    story.order("T04-bis", "delete", second, flags={})


def same_id(story: Story) -> None:
    first, _ = _versions(story)
    other = documents.first_version(QUALIFIED, title="Autre")
    cda = other.document.cda.replace(other.document.unique_id.encode(), first.document.unique_id.encode())
    version = replace(other, document=replace(other.document, cda=cda, unique_id=first.document.unique_id))
    story.order("T02-bis", "initial", version, flags={})


def same_document(story: Story) -> None:
    first, _ = _versions(story)
    story.order("T10-bis", "replace", first, flags={})


def asked_again(story: Story) -> None:
    _, second = _versions(story)
    story.order("T10-bis", "replace", second, flags={})


def version_skipped(story: Story) -> None:
    _, second = _versions(story)
    story.order("T10-bis", "replace", documents.next_version(replace(second, number=5), QUALIFIED), flags={})


def other_set(story: Story) -> None:
    _, second = _versions(story)
    other = documents.next_version(replace(second, set_id="2.25.1"), QUALIFIED)
    story.order("T10-bis", "replace", other, flags={})


def wrong_parent(story: Story) -> None:
    """RPLC names a document that was never sent, though setId and versionNumber say that it follows."""
    _, second = _versions(story)
    stranger = replace(second, document=replace(second.document, unique_id="2.25.99"))
    story.order("T10-bis", "replace", documents.next_version(stranger, QUALIFIED), flags={})


def opposed(story: Story) -> None:
    story.order("T02-IO", "initial", documents.first_version(QUALIFIED), flags={"DESTDMP": True})
    story.messages = _moved(story.messages, "T02-IO", "A31-ack")


def _moved(messages: dict[str, bytes], name: str, behind: str) -> dict[str, bytes]:
    """A message, and its acknowledgement, behind another one."""
    taken = {n: messages[n] for n in (name, f"{name}-ack")}
    kept = {n: m for n, m in messages.items() if n not in taken}
    at = list(kept).index(behind) + 1
    return dict([*list(kept.items())[:at], *taken.items(), *list(kept.items())[at:]])


def without_ins(story: Story) -> None:
    person = replace(QUALIFIED, ins=None)
    story.order("T02-sans", "initial", documents.first_version(person), person=person, flags={})
    story.messages = _moved(story.messages, "T02-sans", "A31-ack")


def other_ins(story: Story) -> None:
    person = replace(QUALIFIED, ins=Ins(value="277076322082910"))
    story.order("T02-autre", "initial", documents.first_version(person), person=person, flags={})
    story.messages = _moved(story.messages, "T02-autre", "A31-ack")


def ins_after_deletion(story: Story) -> None:
    story.order("T02-INS", "initial", documents.first_version(QUALIFIED), flags={})


def second_z01(story: Story) -> None:
    story.zam("Z01-bis", story.messages["T02"])


def second_z02_otherwise(story: Story) -> None:
    story.zam("Z02-bis", story.messages["T02"], error="550")


def z03_twice(story: Story) -> None:
    asked = {**FLAGS, "DESTDMP": False, "ACK_LECTURE_MSS": True}
    order = story.order("T02-lu", "initial", documents.first_version(PROVISIONAL), person=PROVISIONAL, flags=asked)
    for name in ("Z02-lu", "Z03-lu", "Z03-lu-bis"):
        story.zam(name, order)


def read_not_received(story: Story) -> None:
    z03_twice(story)
    drop("Z02-lu", "Z03-lu-bis")(story)


def unasked(story: Story) -> None:
    story.zam("Z01-ORU", story.messages["ORU"])


def stranger_address(story: Story) -> None:
    story.zam("Z02-autre", story.messages["T02"], recipient="dpi@hopital-a.mssante.fr")


def zam_of_an_adt(story: Story) -> None:
    story.zam("Z01-adt", story.messages["A28"])


def a31_other_ipp(story: Story) -> None:
    person = replace(QUALIFIED, ipp="IPP2", account="DV1")
    envelope = story.envelope("GAM", "DPI")
    story.add("A31-bis", write.replace(pam.update(person, envelope), "PID-18.5", "AN"))


def a31_same_ins(story: Story) -> None:
    story.identity("A31-bis", replace(QUALIFIED, ipp="IPP2"))
    story.messages = _moved(story.messages, "A31-bis", "A31-ack")


def visit_again(story: Story) -> None:
    story.move("A01-encore", "M9", "V2")


def not_the_last(story: Story) -> None:
    story.move("A02-M7", "M7", "V3")
    story.move("Z99-M6", "M6", "V3", cancels="A01")


def twice_cancelled(story: Story) -> None:
    story.move("A11-bis", "M5", "V2", cancels="A01")


def wrong_category_back(story: Story) -> None:
    story.move("A04-V4", "M7", "V4", "O")
    at = story._minutes + 1
    story.move("A06-V4", "M8", "V4", "I")
    story.move("A07-V4", "M8", "V4", "E", cancels="A06", at=at)
    put("A07-V4", "ZBE-4", "CANCEL")(story)


def once_more(name: str) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        story.messages["resend"] = story.messages[name]

    return change


FAULTS = [
    Fault("movement created twice", put("A03", "ZBE-1.1", "M2"), "A03", "HL7-158", "ZBE-1.1", also=("HL7-158",)),
    Fault("cancel of another id", put("A11", "ZBE-1.1", "M99"), "A11", "HL7-158", "ZBE-1.1"),
    Fault("cancel of another id, by its date", put("A12", "ZBE-1.1", "M99"), "A12", "HL7-158", "ZBE-1.1"),
    Fault("correction of an unknown one", put("Z99", "ZBE-1.1", "M99"), "Z99", "HL7-158", "ZBE-1.1", "info"),
    Fault("cancelled twice", twice_cancelled, "A11-bis", "HL7-158", "ZBE-1.1"),
    Fault("not the last", not_the_last, "Z99-M6", "HL7-158", "ZBE-1.1"),
    Fault("cancel of another visit", put("A13", "PV1-19.1", "V9"), "A13", "HL7-158", "ZBE-1.1"),
    Fault("wrong origin", put("Z99", "ZBE-6", "A02"), "Z99", "HL7-157", "ZBE-6.1"),
    Fault("another time", put("A11", "EVN-6", "20260101000000+0100"), "A11", "HL7-198", "EVN-6"),
    Fault("no change", put("A04", "PV1-2", "I"), "A06", "HL7-162", "PV1-2"),
    Fault("back to another one", wrong_category_back, "A07-V4", "HL7-162", "PV1-2"),
    Fault("reuse", visit_again, "A01-encore", "HL7-167", "PV1-19.1"),
    Fault("account by Z99", put("Z99", "PID-18.1", "D9"), "Z99", "HL7-199", "PID-18.1"),
    Fault("visit by Z99", put("Z99", "PV1-19.1", "V9"), "Z99", "HL7-199", "PV1-19.1"),
    Fault("IPP by Z99", put("Z99", "PID-3.1", "IPP9"), "Z99", "HL7-199", "PID-3"),
    Fault("IPP by A31", a31_other_ipp, "A31-bis", "HL7-199", "PID-3"),
    Fault("IPP by A31, seen by the INS", a31_same_ins, "A31-bis", "HL7-199", "PID-3", "warning"),
    Fault("reuse", copy("A06", "MSH-10", "A04", "MSH-10"), "A06", "HL7-014", "MSH-10", also=("HL7-106",)),
    Fault("resend", once_more("A31"), "resend", "HL7-014", "MSH-10", "info"),
    Fault("resend of an order", once_more("T10"), "resend", "HL7-014", "MSH-10", "info"),
    Fault("wrong MSA-2", put("A06-ack", "MSA-2", "X"), "A06-ack", "HL7-106", "MSA-2"),
    Fault("not swapped", put("A06-ack", "MSH-5", "AUTRE"), "A06-ack", "HL7-103", "MSH-5"),
    Fault("another event", put("T02-ack", "MSH-9.2", "T04"), "T02-ack", "HL7-104", "MSH-9.2"),
    Fault("replaces a replaced one", third_version, "T10-bis", "HL7-068", "OBX-5.5", also=("HL7-052",)),
    Fault("replaces a replaced one, TXA", third_version, "T10-bis", "HL7-052", "TXA-13", also=("HL7-068",)),
    Fault("replaces a stranger", wrong_parent, "T10-bis", "HL7-068", "OBX-5.5", also=("HL7-052",)),
    Fault("version skipped", version_skipped, "T10-bis", "CDA-023", "OBX-5.5"),
    Fault("another set", other_set, "T10-bis", "CDA-023", "OBX-5.5"),
    Fault("one id, two contents", same_id, "T02-bis", "HL7-067", "OBX-5.5"),
    Fault("the same bytes", same_document, "T10-bis", "HL7-067", "OBX-5.5"),
    Fault("asked again", asked_again, "T10-bis", "HL7-067", "OBX-5.5", "warning"),
    Fault("deletes a replaced one", delete_old, "T04", "HL7-066", "OBX-5.5"),
    Fault("deletes twice", delete_twice, "T04-bis", "HL7-066", "OBX-5.5"),
    Fault(
        "not as it was", document("T04", lambda d: d + b"\n"), "T04", "HL7-066", "OBX-5.5", "warning"
    ),
    Fault("opposition", opposed, "T02-IO", "HL7-101", "OBX[7]-5.1"),
    Fault("INS left out", without_ins, "T02-sans", "HL7-195", "PID-3"),
    Fault("another INS", other_ins, "T02-autre", "HL7-195", "PID-3[2].1"),
    Fault("INS taken back", ins_after_deletion, "T02-INS", "HL7-181", "PID-3[2].1"),
    Fault("two Z01", second_z01, "Z01-bis", "HL7-116", "OBX-4"),
    Fault("two Z02 that differ", second_z02_otherwise, "Z02-bis", "HL7-117", "OBX-4", "warning"),
    Fault("two Z03", z03_twice, "Z03-lu-bis", "HL7-118", "OBX-4", "warning"),
    Fault("no Z01 yet", drop("Z01-T04"), "T04", "HL7-116", "MSH-10", "warning"),
    Fault("no Z01, and the next one has", drop("Z01-T02"), "T02", "HL7-116", "MSH-10"),
    Fault("no Z02 yet", drop("Z02-T02"), "T02", "HL7-117", "PRT[2]-15.4", "warning"),
    Fault("no Z02, but read", read_not_received, "T02-lu", "HL7-117", "PRT[2]-15.4"),
    Fault("not asked for", unasked, "Z01-ORU", "HL7-115", "MSH-9.2", "warning"),
    Fault("another address", stranger_address, "Z02-autre", "HL7-122", "OBX[2]-5.4"),
    Fault("of no order", zam_of_an_adt, "Z01-adt", "HL7-121", "OBX-4"),
]


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
    assert STATE - {f.rule for f in FAULTS} == {"HL7-105", "STORY-001"}  # alone; and what follows


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


