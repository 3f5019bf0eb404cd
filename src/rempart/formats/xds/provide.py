"""Submissions: the body of ITI-41 (TD2.1), its documents, and that of ITI-57 (TD3.3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from rempart.formats.soap.capture import INCLUDE, Capture, content_of
from rempart.formats.soap.model import XOP
from rempart.formats.xdm.model import Submission
from rempart.formats.xds import model as xds
from rempart.formats.xds.read import rim
from rempart.formats.xds.transactions import XDSB
from rempart.formats.xds.write import (
    SET,
    add_association,
    add_code,
    add_entry,
    add_member,
    add_package,
    confidentiality,
)

DOCUMENT = f"{{{XDSB}}}Document"


@dataclass(frozen=True, slots=True)
class Attached:
    """One xdsb:Document: the entry that it belongs to, and its bytes (None when they cannot be reached)."""

    entry: str
    content: bytes | None
    line: int = 0


def read_documents(request: etree._Element, capture: Capture) -> list[Attached]:
    """Documents of a ProvideAndRegisterDocumentSetRequest, inlined or attached."""
    return [
        Attached(d.get("id", ""), content_of(d, capture), _line(d)) for d in request.iterchildren(DOCUMENT)
    ]  # fmt: skip


def request_of(list_: etree._Element) -> etree._Element:
    """A SubmitObjectsRequest around a RegistryObjectList: the body of ITI-57."""
    root = etree.Element(f"{{{xds.LCM}}}SubmitObjectsRequest", nsmap={"lcm": xds.LCM, "rim": xds.RIM})
    root.append(list_)
    return root


def objects_of(submission: Submission, replaces: Mapping[str, str] | None = None) -> etree._Element:
    """The RegistryObjectList of a submission: `Document01`… are its entries; `replaces` gives, by entry, the entryUUID
    of the document that it replaces."""
    root = etree.Element(f"{{{xds.RIM}}}RegistryObjectList", nsmap={"rim": xds.RIM})
    add_package(root, submission)
    names = [f"Document{n:02d}" for n, _ in enumerate(submission.documents, 1)]
    for name, document in zip(names, submission.documents, strict=True):
        add_entry(root, document, name)
    for n, name in enumerate(names, 1):
        add_member(root, f"HasMember{n:02d}", name)
    for n, (name, target) in enumerate((replaces or {}).items(), 1):
        add_association(root, f"Replaces{n:02d}", xds.RPLC, name, target)
    return root


def status_change(submission: Submission, entry_uuid: str, before: str, after: str) -> etree._Element:
    """TD3.3c and TD3.3d: a document deleted, archived or unarchived. `before` and `after` are statuses."""
    root = add_objects(submission)
    slots = {"OriginalStatus": before, "NewStatus": after}
    add_association(root, "Status01", xds.UPDATE_STATUS, SET, entry_uuid, slots)
    return request_of(root)


def resubmitted(submission: Submission, entry: etree._Element, codes: Sequence[str]) -> etree._Element:
    """TD3.3a and TD3.3b: an ExtrinsicObject as a query returned it, whose confidentiality codes alone change.

    It takes a symbolic id, keeps its lid, and its version goes to the association (PreviousVersion).
    """
    root, anew, name = add_objects(submission), deepcopy(entry), "Document01"
    version = anew.find(rim("VersionInfo"))
    before = "1" if version is None else version.get("versionName", "1")
    if version is not None:
        anew.remove(version)
    anew.set("id", name)
    anew.attrib.pop("status", "")
    for child in anew.iterchildren(rim("Classification"), rim("ExternalIdentifier")):
        child.set("classifiedObject" if child.tag == rim("Classification") else "registryObject", name)
    old = [c for c in anew.iterchildren(rim("Classification")) if c.get("classificationScheme") == xds.CONFIDENTIALITY]
    for n, code in enumerate(codes, 1):
        add_code(anew, name, f"{name}-conf{n:02d}", xds.CONFIDENTIALITY, confidentiality(code))
        if old:  # ebRIM wants classifications before identifiers
            old[0].addprevious(anew[-1])
    for one in old:
        anew.remove(one)
    root.append(anew)
    add_member(root, "HasMember01", name, {"PreviousVersion": before})
    return request_of(root)


def add_objects(submission: Submission) -> etree._Element:
    """A RegistryObjectList with the submission set alone."""
    root = etree.Element(f"{{{xds.RIM}}}RegistryObjectList", nsmap={"rim": xds.RIM})
    add_package(root, submission)
    return root


def provide(objects: etree._Element, documents: Mapping[str, bytes | str]) -> etree._Element:
    """A ProvideAndRegisterDocumentSetRequest. `documents`, by entry: bytes are inlined in base64, a text is the
    Content-ID of the part that holds them."""
    root = etree.Element(f"{{{XDSB}}}ProvideAndRegisterDocumentSetRequest", nsmap={"xdsb": XDSB, "xop": XOP})
    root.append(request_of(objects))
    for entry, content in documents.items():
        holder = etree.SubElement(root, DOCUMENT, id=entry)
        if isinstance(content, bytes):
            holder.text = base64.b64encode(content).decode()
        else:
            etree.SubElement(holder, INCLUDE, href=f"cid:{content}")
    return root


def _line(e: etree._Element) -> int:
    line: int | None = e.sourceline  # type: ignore[assignment]  # lxml-stubs does not say
    return line or 0
