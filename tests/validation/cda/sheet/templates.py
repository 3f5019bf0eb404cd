"""Documents written from the texts (Structuration minimale and volets), by hand: no writer of ours has a part in them.

A document is its parts in the order of the header, each a piece of XML; `document(part=…)` changes some of them.
"""

from __future__ import annotations

import base64

LOINC = "2.16.840.1.113883.6.1"
TRE_A05 = "1.2.250.1.213.1.1.4.12"
CONTENTS = {
    "application/pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Metadata>>stream\n<pdfaid:part>1</pdfaid:part>\n%%EOF\n",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\xff\xd9",
    "image/tiff": b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00",
    "text/rtf": rb"{\rtf1\ansi Compte rendu op\'e9ratoire}",
    "text/plain": "Compte rendu : patient revu ce jour, sans fièvre.\r\n".encode(),
}

NAME_PS = "<name><prefix>M</prefix><given>Bruno</given><family>CARDON</family><suffix>DR</suffix></name>"
WHERE_PS = '<addr nullFlavor="NASK"/><telecom value="tel:0147000001" use="WP"/>'
CLASS = (
    '<standardIndustryClassCode code="ETABLISSEMENT" displayName="Etablissement de santé" '
    'codeSystem="1.2.250.1.213.1.1.4.9"/>'
)
STRUCTURE = '<id root="1.2.250.1.71.4.2.2" extension="1750100125"/><name>CH de Test</name>'
ORGANIZATION = f"<representedOrganization>{STRUCTURE}</representedOrganization>"
DOCTOR = (
    '<code code="G15_10/SM04" codeSystem="1.2.250.1.213.1.1.4.5" '
    'displayName="Médecin - Cardiologie et maladies vasculaires (SM)"/>'
)
RPPS = '<id root="1.2.250.1.71.4.2.1" extension="810002487055"/>'
SECOND = "20260310101500+0100"


def actor(
    ids: str = RPPS, code: str = DOCTOR, where: str = WHERE_PS, person: str = NAME_PS, structure: str = ORGANIZATION
) -> str:
    """The content of an assignedAuthor or assignedEntity."""
    return ids + code + where + (f"<assignedPerson>{person}</assignedPerson>" if person else "") + structure


def author(content: str = "", function: str = "", time: str = SECOND) -> str:
    return f'<author>{function}<time value="{time}"/><assignedAuthor>{content or actor()}</assignedAuthor></author>'


def signer(content: str = "", time: str = SECOND) -> str:
    entity = f"<assignedEntity>{content or actor()}</assignedEntity>"
    return f'<legalAuthenticator><time value="{time}"/><signatureCode code="S"/>{entity}</legalAuthenticator>'


def device(code: str, ident: str, model: str, software: str, organization: str = ORGANIZATION) -> str:
    label = {"DISPOSITIF": "Dispositif", "AUTOMATE": "Automate", "SNR": "Service numérique référencé"}[code]
    return (
        f'{ident}<code code="{code}" codeSystem="1.2.250.1.213.1.1.4.6" displayName="{label}"/>'
        f"<assignedAuthoringDevice><manufacturerModelName>{model}</manufacturerModelName>"
        f"<softwareName>{software}</softwareName></assignedAuthoringDevice>{organization}"
    )


def patient(
    ids: str = '<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>'
    '<id root="1.2.250.1.999.1.1" extension="IPP-0042"/>',
    around: str = '<addr use="H"><houseNumber>12</houseNumber><streetName>rue des Lilas</streetName>'
    '<postalCode>75012</postalCode><city>PARIS</city></addr><telecom value="tel:0612345678" use="MC"/>',
    names: str = '<family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE MARIE-LOUISE</given>'
    '<given qualifier="BR">DOMINIQUE</given>',
    sex: str = '<administrativeGenderCode code="F" displayName="Féminin" codeSystem="2.16.840.1.113883.5.1"/>',
    birth: str = '<birthTime value="19790328"/>',
    extra: str = "",
    guardian: str = "",
    place: str = "<birthplace><place><addr><county>51215</county></addr></place></birthplace>",
) -> str:
    return (
        f"<recordTarget><patientRole>{ids}{around}<patient><name>{names}</name>{sex}{birth}{extra}{guardian}{place}"
        "</patient></patientRole></recordTarget>"
    )


def event(
    code: str = "",
    ids: str = "",
    low: str = "202603100930+0100",
    high: str = "",
    performer: str = "",
    structure: str = STRUCTURE + CLASS,
) -> str:
    end = f'<high value="{high}"/>' if high else ""
    organization = f"<representedOrganization>{structure}</representedOrganization>"
    by = performer or (
        f'<performer typeCode="PRF"><assignedEntity>{actor(structure=organization)}</assignedEntity></performer>'
    )
    return (
        f"<documentationOf><serviceEvent>{ids}{code}<effectiveTime><low value=\"{low}\"/>{end}</effectiveTime>{by}"
        "</serviceEvent></documentationOf>"
    )


def stay(times: str = '<effectiveTime><low value="202603080800+0100"/></effectiveTime>', facility: str = "SA01", **more: str) -> str:
    label = {"SA01": "Etablissement public de santé", "SA07": "Cabinet individuel"}[facility]
    return (
        f"<componentOf><encompassingEncounter>{more.get('ids', '')}{more.get('code', '')}{times}{more.get('people', '')}"
        f'<location><healthCareFacility><code code="{facility}" displayName="{label}" codeSystem="1.2.250.1.71.4.2.4"/>'
        f"{more.get('place', '')}</healthCareFacility></location></encompassingEncounter></componentOf>"
    )


def n1(media: str = "application/pdf", content: bytes | None = None, language: str = "") -> str:
    text = base64.encodebytes(CONTENTS[media] if content is None else content).decode()
    return (
        f'<component><nonXMLBody><text mediaType="{media}" representation="B64">{text}</text>{language}</nonXMLBody>'
        "</component>"
    )


def section(*templates: str, code: str = "51848-0", title: str = "Section", text: str = "<paragraph>Texte.</paragraph>", entries: str = "") -> str:
    declared = "".join(f'<templateId root="{t}"/>' for t in templates)
    label = f'<code code="{code}" codeSystem="{LOINC}" displayName="Rubrique"/>'
    return f"<component><section>{declared}{label}<title>{title}</title><text>{text}</text>{entries}</section></component>"


def pdf_copy(ident: str = "PDF1") -> str:
    pdf = base64.b64encode(CONTENTS["application/pdf"]).decode()
    copy = f'code="55108-5" codeSystem="{LOINC}" displayName="Copie de document"'
    return (
        '<component><section><templateId root="1.2.250.1.213.1.1.2.243"/>'
        f"<code {copy}/><title>Copie du document</title>"
        f'<text><renderMultiMedia referencedObject="{ident}"/></text>'
        '<entry><organizer classCode="CLUSTER" moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.18"/>'
        f'<id root="1.2.250.1.999.3.{ident[-1]}"/>'
        f'<code code="55107-7" codeSystem="{LOINC}" displayName="Document attaché"/><statusCode code="completed"/>'
        '<component><observation classCode="OBS" moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.13"/>'
        '<templateId root="1.2.250.1.213.1.1.3.48"/><templateId root="1.2.250.1.213.1.1.3.48.18"/>'
        '<id root="1.2.250.1.999.3.7.1"/>'
        f'<code code="69764-9" codeSystem="{LOINC}" displayName="Type de document"/><statusCode code="completed"/>'
        f'<effectiveTime value="20260310101500+0100"/><value xsi:type="CD" {copy}/></observation></component>'
        f'<component><observationMedia classCode="OBS" moodCode="EVN" ID="{ident}">'
        f'<value mediaType="application/pdf" representation="B64">{pdf}</value></observationMedia></component>'
        "</organizer></entry></section></component>"
    )


def n3(*sections: str) -> str:
    return f"<component><structuredBody>{''.join(sections)}</structuredBody></component>"


def code(code: str, label: str, system: str = LOINC) -> str:
    return f'<code code="{code}" displayName="{label}" codeSystem="{system}"/>'


def model(root: str, version: str = "") -> str:
    extension = f' extension="{version}"' if version else ""
    return f'<templateId root="1.2.250.1.213.1.1.1.{root}"{extension}/>'


XDS_SD = '<templateId root="1.3.6.1.4.1.19376.1.2.20"/>'
ORDER = '<inFulfillmentOf><order><id root="1.2.250.1.999.4" extension="DEM-12"/></order></inFulfillmentOf>'
PARTS = {
    "realm": '<realmCode code="FR"/>',
    "type": '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>',
    "templates": '<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/>',
    "model": XDS_SD,
    "id": '<id root="1.2.250.1.999.2.20260310.1"/>',
    "code": code("34112-3", "CR hospitalier (séjour)"),
    "title": "<title>Compte rendu d'hospitalisation</title>",
    "time": f'<effectiveTime value="{SECOND}"/>',
    "confidentiality": '<confidentialityCode code="N" displayName="Normal" codeSystem="2.16.840.1.113883.5.25"/>',
    "language": '<languageCode code="fr-FR"/>',
    "set": '<setId root="1.2.250.1.999.2.20260310.1"/>',
    "version": '<versionNumber value="1"/>',
    "patient": patient(),
    "author": author(),
    "enterer": "",
    "informant": "",
    "custodian": "<custodian><assignedCustodian><representedCustodianOrganization>"
    f"{STRUCTURE}</representedCustodianOrganization></assignedCustodian></custodian>",
    "recipient": "",
    "legal": signer(),
    "authenticator": "",
    "participant": "",
    "order": "",
    "event": event(),
    "related": "",
    "authorization": "",
    "stay": stay(),
    "body": n1(),
}
OPENING = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:ps3-20="urn:dicom-org:ps3-20" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(**parts: str) -> str:
    """ClinicalDocument without declaration, one part a line."""
    unknown = set(parts) - set(PARTS)
    assert not unknown, unknown
    return OPENING + "\n".join(p for p in (PARTS | parts).values() if p) + "\n</ClinicalDocument>\n"


def document(**parts: str) -> bytes:
    return (DECLARATION + element(**parts)).encode()
