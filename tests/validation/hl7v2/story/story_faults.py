"""One-fault stories: how each is spoiled, and the message, rule and place that show it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace

from validation.hl7v2.story.stories import FLAGS, PROVISIONAL, QUALIFIED, Story

from rempart.formats.hl7v2 import Message, write
from rempart.formats.hl7v2.cisis import Ins
from rempart.simulators import documents, pam


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
