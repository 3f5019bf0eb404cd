"""Pieces of messages: the VIHF, and the ebRIM of submissions, each a text that a message puts together."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr, unescape

from validation.xds.sheet.seal import ISSUER
from validation.xds.sheet.words import DS, INS, LINK, MEMBER, NOW, RIM, SAML, SCHEMES, SET_NODE, STABLE, XSI

DOCTOR = "810002487055"
INS_OF_A_MINOR = "109076322083489^^^&1.2.250.1.213.1.4.10&ISO^NH"  # born in 2009, says its matricule
LOINC, FACILITIES, PRACTICES = "2.16.840.1.113883.6.1", "1.2.250.1.71.4.2.4", "1.2.250.1.213.1.1.4.9"
IHE_FORMATS, LEVELS, FRENCH = "1.3.6.1.4.1.19376.1.2.3", "2.16.840.1.113883.5.25", "1.2.250.1.213.1.1.4.13"
PERSON = f"{DOCTOR}^CARDON^Bruno^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
STRUCTURE = "CH de Test^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750100125"
SPECIALITY = "G15_10/SM04^Médecin - Cardiologie et maladies vasculaires (SM)^1.2.250.1.213.1.1.4.5"
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
XSPA = "urn:oasis:names:tc:xspa:1.0"
ATTRIBUTES = {
    "subject-id": f"{XSPA}:subject:subject-id", "role": "urn:oasis:names:tc:xacml:2.0:subject:role",
    "purposeofuse": f"{XSPA}:subject:purposeofuse", "resource-id": "urn:oasis:names:tc:xacml:2.0:resource:resource-id",
    "confidentiality-code": f"{XSPA}:resource:patient:hl7:confidentiality-code",
}  # fmt: skip


def attribute(name: str, *values: str) -> str:
    inside = "".join(
        f"<saml:AttributeValue>{v}</saml:AttributeValue>" if v.startswith("<")
        else f'<saml:AttributeValue xsi:type="xs:string">{escape(v)}</saml:AttributeValue>'
        for v in values
    )  # fmt: skip
    return f'<saml:Attribute Name="{ATTRIBUTES.get(name, name)}">{inside}</saml:Attribute>'


def role(code: str, system: str, label: str) -> str:
    return f'<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="{code}" codeSystem="{system}" displayName={quoteattr(label)}/>'


def purpose(code: str = "normal", system: str = "1.2.250.1.213.1.1.4.248") -> str:
    return (
        f'<PurposeOfUse xmlns="urn:hl7-org:v3" xsi:type="CE" code="{code}" codeSystem="{system}" '
        f'codeSystemName="mode acces VIHF 2.0" displayName="{code}"/>'
    )


PHYSICIAN = (role("10", "1.2.250.1.71.1.2.7", "Médecin"), role("SM04", "1.2.250.1.71.4.2.5", "Cardiologie"))


def vihf(
    mode: str = "INDIRECTE", *, user: str = DOCTOR, roles: tuple[str, ...] = PHYSICIAN, version: str = "3.0",
    context: str = "Password", access: str = "normal", patient: str = INS, name: str = "Authentification_mode",
    extra: str = "", conditions: str = "", secret: str = "",
) -> str:  # fmt: skip
    """An assertion without its signature. AIR has its thirty seconds and its declaration."""
    air = mode == "INDIRECTE_RENFORCEE"
    life = f'<saml:Conditions NotBefore="{NOW}" NotOnOrAfter="2026-03-10T09:20:30Z"/>' if air else conditions
    declared = "<saml:AuthnContextDecl>CONF_EXI_PGSSIS</saml:AuthnContextDecl>" if air else ""
    said = [attribute("VIHF_Version", version), attribute(name, mode), attribute("Identifiant_Structure", "1750100125"),
            attribute("Secteur_Activite", f"SA01^{FACILITIES}")]  # fmt: skip
    said += [attribute("subject-id", "Bruno CARDON")] if mode != "DIRECTE" else []
    said += [
        attribute("role", *roles),
        attribute("purposeofuse", purpose(access)),
        attribute("Ressource_URN", "urn:dmp"),
    ]
    said += [attribute("resource-id", patient)] if patient else []
    said += [attribute("confidentiality-code", secret)] if secret else []
    said += [attribute("LPS_Nom", "Logiciel de test"), attribute("LPS_Version", "4.2"),
             attribute("LPS_ID_HOMOLOGATION_DMP", "HOMOLOGATION-TEST")]  # fmt: skip
    return (
        f'<saml:Assertion xmlns:saml="{SAML}" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="{XSI}" '
        f'ID="_6f1c8f0e-2f0a-4b43-9d0a-1b2c3d4e5f60" IssueInstant="{NOW}" Version="2.0">'
        f'<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">{ISSUER}</saml:Issuer>'
        f"<saml:Subject><saml:NameID>{user}</saml:NameID></saml:Subject>{life}"
        f'<saml:AuthnStatement AuthnInstant="2026-03-10T08:02:11Z"><saml:AuthnContext><saml:AuthnContextClassRef>'
        f"{CLASSES}{context}</saml:AuthnContextClassRef>{declared}</saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{''.join(said)}{extra}</saml:AttributeStatement></saml:Assertion>"
    )


def slot(name: str, *values: str) -> str:
    listed = "".join(f"<rim:Value>{escape(v)}</rim:Value>" for v in values)
    return f'<rim:Slot name="{name}"><rim:ValueList>{listed}</rim:ValueList></rim:Slot>'


def text(name: str, value: str) -> str:
    return f'<rim:{name}><rim:LocalizedString charset="UTF8" xml:lang="FR" value={quoteattr(value)}/></rim:{name}>'


def coded(of: str, owner: str, name: str, code: str, system: str, label: str, number: int = 1) -> str:
    return (
        f'<rim:Classification id="{owner}-{name}-{number}" classifiedObject="{owner}" nodeRepresentation="{code}" '
        f'classificationScheme="{SCHEMES[of][name]}">{slot("codingScheme", system)}{text("Name", label)}'
        "</rim:Classification>"
    )


def author(
    of: str,
    owner: str,
    person: str = PERSON,
    institution: str = STRUCTURE,
    speciality: str = SPECIALITY,
    number: int = 1,
) -> str:
    said = slot("authorPerson", person) if person else ""
    said += slot("authorInstitution", institution) if institution else ""
    said += slot("authorSpecialty", speciality) if speciality else ""
    return (
        f'<rim:Classification id="{owner}-author-{number}" classifiedObject="{owner}" nodeRepresentation="" '
        f'classificationScheme="{SCHEMES[of]["author"]}">{said}</rim:Classification>'
    )


def identifier(of: str, owner: str, name: str, value: str) -> str:
    kind = {"L": "XDSSubmissionSet", "E": "XDSDocumentEntry"}[of]
    return (
        f'<rim:ExternalIdentifier id="{owner}-{name}" registryObject="{owner}" identificationScheme='
        f'"{SCHEMES[of][name]}" value={quoteattr(value)}>{text("Name", f"{kind}.{name}")}</rim:ExternalIdentifier>'
    )


def lot(
    *, authors: str = "", content: tuple[str, str, str] = ("03", "1.2.250.1.213.2.2", "Hospitalisation complète (non compris hospitalisation de semaine)"),
    patient: str = INS, ident: str = "1.2.250.1.999.2.20260310.900", title: str = "Lot de soumission",
) -> str:  # fmt: skip
    return (
        f'<rim:RegistryPackage id="Lot">{slot("submissionTime", "20260310092000")}{text("Name", title)}'
        f'<rim:Classification id="Lot-noeud" classifiedObject="Lot" classificationNode="{SET_NODE}"/>'
        f"{authors or author('L', 'Lot')}{coded('L', 'Lot', 'contentTypeCode', *content)}"
        f"{identifier('L', 'Lot', 'patientId', patient)}{identifier('L', 'Lot', 'sourceId', '1.2.250.1.999.2')}"
        f"{identifier('L', 'Lot', 'uniqueId', ident)}</rim:RegistryPackage>"
    )


TYPE = ("34112-3", LOINC, "CR hospitalier (séjour)")
CLASS = ("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")
PDF = ("urn:ihe:iti:xds-sd:pdf:2008", IHE_FORMATS, "Document à corps non structuré en Pdf/A-1")
NORMAL = ("N", LEVELS, "Normal")
MASKED = ("MASQUE_PS", FRENCH, "Masqué aux professionnels de santé")
HIDDEN = ("INVISIBLE_PATIENT", FRENCH, "Non visible par le patient")
MINOR = ("INVISIBLE_REPRESENTANTS_LEGAUX", FRENCH, "Non visible par les représentants légaux du patient")
Code = tuple[str, str, str]


def fiche(
    name: str = "Doc01", *, ident: str = "1.2.250.1.999.2.20260310.1", kind: Code = TYPE, class_: Code = CLASS,
    format_: Code = PDF, levels: tuple[Code, ...] = (NORMAL,), facility: Code = ("SA01", FACILITIES, "Etablissement public de santé"),
    practice: Code = ("ETABLISSEMENT", PRACTICES, "Etablissement de santé"), authors: str = "", legal: str = PERSON,
    title: str = "Compte rendu d'hospitalisation", start: str = "202603100830", stop: str = "", language: str = "fr-FR",
    source: str = "IPP-0042^^^&1.2.250.1.999.1.1&ISO^PI", slots: str = "", events: tuple[Code, ...] = (), attributes: str = "",
    mime: str = "text/xml", patient: str = INS, created: str = "20260310091500",
) -> str:  # fmt: skip
    classes = [("classCode", class_), ("typeCode", kind), ("formatCode", format_), ("healthcareFacilityTypeCode", facility),
               ("practiceSettingCode", practice)]  # fmt: skip
    classes += [("confidentialityCode", level) for level in levels] + [("eventCodeList", e) for e in events]
    info = slot("sourcePatientInfo", "PID-5|PAT-TROIS^DOMINIQUE^^^^^L", "PID-7|19790328", "PID-8|F")
    return (
        f'<rim:ExtrinsicObject id="{name}" mimeType="{mime}" objectType="{STABLE}"{attributes}>'
        f"{slot('creationTime', created)}{slot('languageCode', language)}{slot('serviceStartTime', start)}"
        f"{slot('serviceStopTime', stop) if stop else ''}{slot('sourcePatientId', source)}{info}"
        f"{slot('legalAuthenticator', legal)}{slots}{text('Name', title)}{authors or author('E', name)}"
        f"{''.join(coded('E', name, n, *c, number=k) for k, (n, c) in enumerate(classes, 1))}"
        f"{identifier('E', name, 'patientId', patient)}{identifier('E', name, 'uniqueId', ident)}</rim:ExtrinsicObject>"
    )


def signature_fiche(name: str = "Signature", ident: str = "1.2.250.1.999.2.20260310.901", person: str = PERSON) -> str:
    """The entry of the signature: its own codes, hidden from everybody, by who sends."""
    return fiche(
        name, ident=ident, authors=author("E", name, person), kind=("E1762", "ASTM", "Full Document"),
        class_=("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature"), format_=(DS, "URN", "Default Signature Style"),
        levels=(NORMAL, MASKED, HIDDEN), title="Source", language="art", start="20260310091959",
        stop="20260310091959", events=(("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source"),), created="20260310091959",
    )  # fmt: skip


def link(kind: str, source: str, target: str, slots: str = "", number: int = 1) -> str:
    return (
        f'<rim:Association id="Lien{number:02d}" associationType="{kind}" sourceObject="{source}" '
        f'targetObject="{target}">{slots}</rim:Association>'
    )


def member(target: str, number: int, version: str = "") -> str:
    said = slot("SubmissionSetStatus", "Original") + (slot("PreviousVersion", version) if version else "")
    return link(MEMBER, "Lot", target, said, number)


def objects(*parts: str) -> str:
    return f'<rim:RegistryObjectList xmlns:rim="{RIM}">{"".join(parts)}</rim:RegistryObjectList>'


def submission(lot_: str, entries: tuple[str, ...], names: tuple[str, ...], *more: str) -> str:
    members = "".join(member(n, k) for k, n in enumerate((*names, "Signature"), 1))
    signs = link(f"{LINK}signs", "Signature", "Lot", number=80)
    sender = re.search(r'"authorPerson"><rim:ValueList><rim:Value>([^<]*)', lot_)
    person = unescape(sender[1]) if sender else PERSON
    return objects(lot_, *entries, signature_fiche(person=person), members, signs, *more)
