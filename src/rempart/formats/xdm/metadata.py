"""METADATA.XML read as the hostile input that it is, and the submission that it describes."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xdm.model import Submission, XdmDocument, XdmError, XdsAuthor
from rempart.formats.xds import model as xds
from rempart.formats.xds.model import Classification, RegistryObject
from rempart.formats.xds.read import read_objects

_LIMIT = 8 * 1024 * 1024


def parse_metadata(data: bytes) -> etree._Element:
    """The root of METADATA.XML. XdmError when it is too big, not well-formed, or has a DOCTYPE."""
    if len(data) > _LIMIT:
        raise XdmError(f"METADATA.XML fait {len(data)} octets, au-delà de la limite de {_LIMIT}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XdmError(f"METADATA.XML n'est pas un XML bien formé: {error.msg}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs does not say
        raise XdmError("METADATA.XML contient une déclaration DOCTYPE, refusée")
    return root


def read_metadata(data: bytes, files: dict[str, bytes]) -> Submission:
    """The submission, each entry with the file that its URI names.

    Raises XdmError when the metadata cannot be read safely, or when an entry has no file.
    """
    objects = read_objects(parse_metadata(data))
    if not objects.packages:
        raise XdmError("METADATA.XML ne décrit aucun lot de soumission (RegistryPackage)")
    package = objects.packages[0]
    author = next(iter(package.coded(xds.SUBMISSION_AUTHOR)), None)
    return Submission(
        documents=tuple(_document(e, files, package.action) for e in objects.entries),
        unique_id=package.identifier(xds.SUBMISSION_ID),
        source_id=package.identifier(xds.SUBMISSION_SOURCE),
        submitted=package.value("submissionTime"),
        author_person=author.value("authorPerson") if author else "",
        author_institution=author.value("authorInstitution") if author else "",
        patient_id=package.identifier(xds.SUBMISSION_PATIENT),
        content_type=_coded(package, xds.CONTENT_TYPE),
    )


def meant(uri: str, files: Container[str]) -> str:
    """The file that a URI names: as written, or once `./` and percent-escapes are resolved (RFC 3986, 6.2.2); the URI
    itself when there is none."""
    plain = str(PurePosixPath(unquote(uri)))
    return plain if uri not in files and plain in files else uri


def _document(entry: RegistryObject, files: dict[str, bytes], action: str) -> XdmDocument:
    uri = meant(entry.value("URI"), files)
    if uri not in files:
        raise XdmError(f"METADATA.XML annonce le fichier « {uri} », absent de l'archive")
    return XdmDocument(
        data=files[uri],
        unique_id=entry.identifier(xds.ENTRY_ID),
        patient_id=entry.identifier(xds.ENTRY_PATIENT),
        type=_coded(entry, xds.TYPE_CODE),
        title=entry.title,
        created=entry.value("creationTime"),
        confidentiality=tuple(c.code for c in entry.coded(xds.CONFIDENTIALITY)),
        action=entry.action or action,
        uri=uri,
        hash=entry.value("hash"),
        size=declared_size(entry),
        class_code=_coded(entry, xds.CLASS_CODE),
        format=_coded(entry, xds.FORMAT_CODE),
        facility=_coded(entry, xds.FACILITY),
        practice=_coded(entry, xds.PRACTICE),
        authors=tuple(_author(c) for c in entry.coded(xds.ENTRY_AUTHOR)),
        legal_authenticator=entry.value("legalAuthenticator"),
        start=entry.value("serviceStartTime"),
        stop=entry.value("serviceStopTime"),
        source_patient_id=entry.value("sourcePatientId"),
        source_patient_info=entry.values("sourcePatientInfo"),
        language=entry.value("languageCode"),
        mime_type=entry.mime_type,
    )


def declared_size(entry: RegistryObject) -> int:
    """Bytes; -1 when it is absent or no number."""
    size = entry.value("size")
    return int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else -1


def _coded(of: RegistryObject, scheme: str) -> Coded:
    found = next(iter(of.coded(scheme)), None)
    return Coded(found.code, found.system, found.label) if found else Coded("")


def _author(found: Classification) -> XdsAuthor:
    return XdsAuthor(
        person=found.value("authorPerson"),
        institution=found.value("authorInstitution"),
        role=found.value("authorRole"),
        specialty=found.value("authorSpecialty"),
    )
