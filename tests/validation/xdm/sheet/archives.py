"""Archives written from the texts: a METADATA.XML by hand and `zipfile`, without any writer of ours."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable

from validation.cda.sheet.pieces import BIO, related
from validation.cda.sheet.templates import CONTENTS, document, n1

INS = "279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"
IPP = "IPP-0042^^^&amp;1.2.250.1.999.1.1&amp;ISO^PI"
PERSON = "810002487055^CARDON^Bruno^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"
STRUCTURE = "CH de Test^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1750100125"
SPECIALTY = "G15_10/SM04^Médecin - Cardiologie et maladies vasculaires (SM)^1.2.250.1.213.1.1.4.5"
METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
LABELS = {"34112-3": "CR hospitalier (séjour)", "11502-2": "CR d'examens biologiques"}
N1 = ("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF/A-1")
LAB = ("urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3", "CR d'examens biologiques")
_SCHEMES = {
    "class": "41a5887f-8865-4c09-adf7-e362475b143a",
    "type": "f0306f51-975f-434e-a61c-c59651d33983",
    "confidentiality": "f4f85eac-e6cb-4883-b524-f2705394840f",
    "format": "a09d5840-386c-46f2-b5ad-9c3699a4309d",
    "facility": "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1",
    "practice": "cccf5598-8b07-4b77-a05e-ae952c785ead",
    "event": "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
    "content": "aa543740-bdda-424e-8c96-df4873be8500",
}


def slot(name: str, *values: str) -> str:
    listed = "".join(f"<rim:Value>{value}</rim:Value>" for value in values)
    return f'<rim:Slot name="{name}"><rim:ValueList>{listed}</rim:ValueList></rim:Slot>'


def name(value: str) -> str:
    return f'<rim:Name><rim:LocalizedString charset="UTF8" xml:lang="FR" value="{value}"/></rim:Name>'


def coded(scheme: str, owner: str, code: str, system: str, label: str) -> str:
    return (
        f'<rim:Classification id="c-{scheme}-{owner}-{code.replace("/", "-")}" classifiedObject="{owner}" '
        f'classificationScheme="urn:uuid:{_SCHEMES[scheme]}" nodeRepresentation="{code}">'
        + slot("codingScheme", system)
        + name(label)
        + "</rim:Classification>"
    )


def author(scheme: str, owner: str) -> str:
    return (
        f'<rim:Classification id="a-{owner}" classifiedObject="{owner}" classificationScheme="urn:uuid:{scheme}" '
        'nodeRepresentation="">'
        + slot("authorPerson", PERSON)
        + slot("authorInstitution", STRUCTURE)
        + slot("authorSpecialty", SPECIALTY)
        + "</rim:Classification>"
    )


def identifier(scheme: str, owner: str, value: str, label: str) -> str:
    return (
        f'<rim:ExternalIdentifier id="i-{owner}-{label[-9:]}" registryObject="{owner}" value="{value}" '
        f'identificationScheme="urn:uuid:{scheme}">' + name(label) + "</rim:ExternalIdentifier>"
    )


def entry(
    number: int,
    data: bytes,
    *,
    unique: str = "1.2.250.1.999.2.20260310.1",
    kind: str = "34112-3",
    form: tuple[str, str, str] = N1,
    title: str = "Compte rendu d'hospitalisation",
    more: str = "",
) -> str:
    owner = f"Document{number:02d}"
    slots = [
        slot("creationTime", "20260310091500"), slot("languageCode", "fr-FR"), slot("serviceStartTime", "20260310083000"),
        slot("sourcePatientId", IPP),
        slot("sourcePatientInfo", "PID-5|PAT-TROIS^DOMINIQUE^^^^^L", "PID-7|19790328", "PID-8|F"),
        slot("legalAuthenticator", PERSON), slot("hash", hashlib.sha1(data).hexdigest()), slot("size", str(len(data))),
        slot("URI", f"DOC{number:04d}.XML"),
    ]  # fmt: skip
    classes = [
        author("93606bcf-9494-43ec-9b4e-a7748d1a838d", owner),
        coded("class", owner, "10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        coded("type", owner, kind, "2.16.840.1.113883.6.1", LABELS[kind]),
        coded("confidentiality", owner, "N", "2.16.840.1.113883.5.25", "Normal"),
        coded("format", owner, *form),
        coded("facility", owner, "SA01", "1.2.250.1.71.4.2.4", "Etablissement public de santé"),
        coded("practice", owner, "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé"),
        identifier("58a6f841-87b3-4a3e-92fd-a8ffeff98427", owner, INS, "XDSDocumentEntry.patientId"),
        identifier("2e82c1f6-a085-4c72-9da3-8640a32e42ab", owner, unique, "XDSDocumentEntry.uniqueId"),
    ]
    return (
        f'<rim:ExtrinsicObject id="{owner}" mimeType="text/xml" '
        'objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">'
        + "".join(slots)
        + more
        + name(title)
        + "".join(classes)
        + "</rim:ExtrinsicObject>"
    )


def package(*, more: str = "") -> str:
    owner = "SubmissionSet01"
    return (
        f'<rim:RegistryPackage id="{owner}">' + slot("submissionTime", "20260310092000") + more + name("Envoi")
        + '<rim:Classification id="node" classifiedObject="SubmissionSet01" '
        'classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>'
        + author("a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", owner)
        + coded("content", owner, "07", "1.2.250.1.213.2.2", "Consultations soins externes")
        + identifier("6b5aea1a-874d-4603-a4bc-96a0a7b38446", owner, INS, "XDSSubmissionSet.patientId")
        + identifier("554ac39e-e3fe-47fe-b233-965d2a147832", owner, "1.2.250.1.999.7", "XDSSubmissionSet.sourceId")
        + identifier("96fdda7c-d067-4183-912e-bf5ee74998a8", owner, "1.2.250.1.999.7.20260310.1", "XDSSubmissionSet.uniqueId")
        + "</rim:RegistryPackage>"
    )  # fmt: skip


def metadata(*entries: str, lot: str = "", links: str = "") -> bytes:
    members = "".join(
        f'<rim:Association id="as{n}" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" '
        f'sourceObject="SubmissionSet01" targetObject="Document{n:02d}">'
        + slot("SubmissionSetStatus", "Original")
        + "</rim:Association>"
        for n in range(1, len(entries) + 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" '
        'xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>\n'
        + "\n".join([lot or package(), *entries, members + links])
        + "\n</rim:RegistryObjectList></lcm:SubmitObjectsRequest>\n"
    ).encode()


def files(meta: bytes, *documents: bytes) -> dict[str, bytes]:
    """Names and contents, in order."""
    listed = {f"IHE_XDM/SUBSET01/DOC{n:04d}.XML": data for n, data in enumerate(documents, 1)}
    links = "".join(f'<a href="{n}">{n}</a>' for n in listed)
    return {
        "INDEX.HTM": f"<html><body>{links}</body></html>".encode(),
        "README.TXT": b"CH de Test, logiciel X 1.0\r\n",
        METADATA: meta,
        **listed,
    }


def zipped(named: dict[str, bytes] | Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for label, data in named.items() if isinstance(named, dict) else named:
            archive.writestr(label, data)
    return out.getvalue()


OTHER = "1.2.250.1.999.2.20260310.2"
N1_DOCUMENT = document()
SECOND_DOCUMENT = document(id=f'<id root="{OTHER}"/>', set=f'<setId root="{OTHER}"/>')
N3_DOCUMENT = document(id=f'<id root="{OTHER}"/>', set=f'<setId root="{OTHER}"/>', **BIO)
REPLACING = document(version='<versionNumber value="2"/>', related=related("RPLC"))
SECOND_ENTRY = entry(2, SECOND_DOCUMENT, unique=OTHER)
N3_ENTRY = entry(2, N3_DOCUMENT, unique=OTHER, kind="11502-2", form=LAB)


def one() -> dict[str, bytes]:
    return files(metadata(entry(1, N1_DOCUMENT)), N1_DOCUMENT)


def two() -> dict[str, bytes]:
    return files(metadata(entry(1, N1_DOCUMENT), SECOND_ENTRY), N1_DOCUMENT, SECOND_DOCUMENT)


def both_levels() -> dict[str, bytes]:
    return files(metadata(entry(1, N1_DOCUMENT), N3_ENTRY), N1_DOCUMENT, N3_DOCUMENT)


def replacement(action: str = slot("action", "C")) -> dict[str, bytes]:
    return files(metadata(entry(1, REPLACING, more=action)), REPLACING)


def changed_document(*changes: tuple[str, str], meta: tuple[str, str] = ("", ""), lot: tuple[str, str] = ("", "")) -> dict[str, bytes]:
    """One document with changes, and its entry that follows them."""
    text = N1_DOCUMENT.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    data = text.encode()
    return files(metadata(entry(1, data).replace(*meta), lot=package().replace(*lot)), data)


LAST = '<rim:ExternalIdentifier id="i-Document01-patientId"'  # the schema wants classifications before
TEXT = document(body=n1("text/plain"))
JPEG = document(body=n1("image/jpeg"))
SOUND: dict[str, bytes] = {
    "one": zipped(one()),
    "two": zipped(two()),
    "N1 and N3": zipped(both_levels()),
    "replacement": zipped(replacement()),
    "PDF beside": zipped(one() | {"IHE_XDM/SUBSET01/DOC0001.PDF": CONTENTS["application/pdf"]}),
    "PDF at the root": zipped(one() | {"CR.PDF": CONTENTS["application/pdf"]}),
    "stored": zipped(one(), zipfile.ZIP_STORED),
    "folders listed": zipped({"IHE_XDM/": b"", "IHE_XDM/SUBSET01/": b""} | one()),
    "metadata last": zipped(dict(reversed(one().items()))),
    "style sheet beside": zipped(one() | {"IHE_XDM/SUBSET01/CDA.XSL": b"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"}),
    "no hash nor size": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(slot("size", str(len(N1_DOCUMENT))), "").replace(slot("hash", hashlib.sha1(N1_DOCUMENT).hexdigest()), "")), N1_DOCUMENT)),
    "hash in capitals": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(hashlib.sha1(N1_DOCUMENT).hexdigest(), hashlib.sha1(N1_DOCUMENT).hexdigest().upper())), N1_DOCUMENT)),
    "hidden from the patient": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(LAST, coded("confidentiality", "Document01", "INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13", "Non visible par le patient") + LAST)), N1_DOCUMENT)),
    "no sourcePatientInfo": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(slot("sourcePatientInfo", "PID-5|PAT-TROIS^DOMINIQUE^^^^^L", "PID-7|19790328", "PID-8|F"), "")), N1_DOCUMENT)),
    "source patient is the INS": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(slot("sourcePatientId", IPP), slot("sourcePatientId", INS))), N1_DOCUMENT)),
    "default namespace": zipped(files(metadata(entry(1, N1_DOCUMENT)).replace(b"<rim:", b"<").replace(b"</rim:", b"</").replace(b"xmlns:rim", b"xmlns"), N1_DOCUMENT)),
    "document in a folder": zipped({("IHE_XDM/SUBSET01/DOCS/DOC0001.XML" if n.endswith("DOC0001.XML") else n): (d.replace(b">DOC0001.XML<", b">DOCS/DOC0001.XML<").replace(b"SUBSET01/DOC", b"SUBSET01/DOCS/DOC")) for n, d in one().items()}),
    "sex unknown": zipped(changed_document(('code="F" displayName="Féminin"', 'code="UN" displayName="Inconnu"'), meta=("PID-8|F", "PID-8|U"))),
    "fractions of a second": zipped(changed_document(('<effectiveTime value="20260310101500+0100"/>', '<effectiveTime value="20260310101500.25+0100"/>'))),
    "act to the day": zipped(changed_document(('low value="202603100930+0100"', 'low value="20260310"'), meta=(">20260310083000<", ">20260310<"))),
    "act to the minute": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(">20260310083000<", ">202603100830<")), N1_DOCUMENT)),
    "several identifiers of the author": zipped(changed_document(('<assignedAuthor><id ', '<assignedAuthor><id root="1.2.250.1.215.300.5" extension="123456789"/><id '))),
    "several identifiers of the structure": zipped(changed_document(('<representedOrganization><id ', '<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="326750012500011"/><id '))),
    "in summer": zipped(changed_document(("20260310101500+0100", "20260710101500+0200"), meta=(">20260310091500<", ">20260710081500<"))),
    "short association type": zipped(files(metadata(entry(1, N1_DOCUMENT)).replace(b"urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", b"HasMember"), N1_DOCUMENT)),
    "text N1": zipped(files(metadata(entry(1, TEXT, form=("urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3", "Texte"))), TEXT)),
    "JPEG N1": zipped(files(metadata(entry(1, JPEG, form=("urn:ihe:iti-fr:xds-sd:jpeg:2010", "1.3.6.1.4.1.19376.1.2.3", "JPEG"))), JPEG)),
    "without INS": zipped(changed_document(('<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>', ""), meta=(INS, IPP), lot=(INS, IPP))),
    "event codes": zipped(files(metadata(entry(1, N1_DOCUMENT).replace(LAST, coded("event", "Document01", "DEQP003", "1.2.250.1.213.2.5", "Electrocardiographie") + LAST)), N1_DOCUMENT)),
    "home community, repository, versions": zipped(files(metadata(entry(1, N1_DOCUMENT, more=slot("repositoryUniqueId", "1.2.250.1.999.8")).replace("<rim:ExtrinsicObject ", '<rim:ExtrinsicObject status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved" ')), N1_DOCUMENT)),
}
