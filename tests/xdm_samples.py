"""The archives that tests start from: sound ones of our own documents, and what changes one thing in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from cda_samples import LETTER, PATIENT, REPLACEMENT, ROOT, SAMPLES

from rempart.formats import xdm
from rempart.formats.cda import Coded, InstanceId, build

METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
DOC1, DOC2 = (f"IHE_XDM/SUBSET01/DOC000{n}.XML" for n in (1, 2))
SENDER = xdm.XdsAuthor(
    person="801234567866^DIAZ^Thierry^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
    institution="Hôpital de démonstration^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750000001",
)
CONSULTATION = Coded("07", "1.2.250.1.213.2.2", "Consultations soins externes")


def archive(*documents: xdm.XdmDocument, **changes: object) -> bytes:
    """A sound archive of these entries; `changes` are those of its Submission."""
    submission = xdm.Submission(
        documents=documents,
        unique_id=f"{ROOT}.100.1",
        source_id=f"{ROOT}.100",
        submitted="20260504101500",
        author_person=SENDER.person,
        author_institution=SENDER.institution,
        patient_id=documents[0].patient_id if documents else "",
        content_type=CONSULTATION,
    )
    return xdm.write(replace(submission, **changes))  # type: ignore[arg-type]


@cache
def entries() -> dict[str, xdm.XdmDocument]:
    """Entries of our own documents, by the shape that the rules tell apart."""
    no_ins = replace(LETTER, id=InstanceId(f"{ROOT}.6.1"), patient=replace(PATIENT, ins=None))
    biology = replace(SAMPLES["cr-bio"], id=InstanceId(f"{ROOT}.5.1"), set_id=InstanceId(f"{ROOT}.5"))
    return {
        "n1": xdm.from_cda(build(LETTER)),
        "n3": xdm.from_cda(build(biology)),
        "replacement": xdm.from_cda(build(REPLACEMENT), action="C"),
        "deletion": xdm.from_cda(build(LETTER), action="D"),
        "hidden": xdm.from_cda(build(LETTER), hidden=("INVISIBLE_PATIENT",)),
        "no-ins": xdm.from_cda(build(no_ins)),
    }


@cache
def sound() -> dict[str, bytes]:
    """Archives that conform."""
    found = {name: archive(entry) for name, entry in entries().items()}
    return {**found, "two": archive(entries()["n1"], entries()["n3"])}


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive after one change of its files."""
    files = files_of(data)
    change(files)
    return zipped(files)


def metadata_edited(data: bytes, old: str, new: str) -> bytes:
    """The archive with one text of METADATA.XML replaced, once. AssertionError when it is not there."""

    def edit(files: dict[str, bytes]) -> None:
        assert old.encode() in files[METADATA], old
        files[METADATA] = files[METADATA].replace(old.encode(), new.encode(), 1)

    return changed(data, edit)
