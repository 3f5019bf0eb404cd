"""METADATA.XML written: a SubmitObjectsRequest (ebRS 3.0) with the submission set and one entry per document."""

from __future__ import annotations

from lxml import etree

from rempart.formats.xdm.model import Submission
from rempart.formats.xds import model as xds
from rempart.formats.xds import write as ebrim  # the module, for it imports our model: whichever comes first


def write_metadata(submission: Submission) -> bytes:
    """Hash and size are computed; every document needs its `uri`."""
    root = etree.Element(f"{{{xds.LCM}}}SubmitObjectsRequest", nsmap={"lcm": xds.LCM, "rim": xds.RIM})
    objects = ebrim.add(root, "RegistryObjectList")
    ebrim.add_package(objects, submission)
    for n, document in enumerate(submission.documents, 1):
        ebrim.add_entry(objects, document, f"Document{n:02d}")
    for n, _ in enumerate(submission.documents, 1):
        ebrim.add_member(objects, f"HasMember{n:02d}", f"Document{n:02d}")
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data
