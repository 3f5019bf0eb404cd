"""Pieces of documents: types, actors, contexts, envelopes."""

from __future__ import annotations

import re

from validation.cda.sheet.templates import (
    DECLARATION,
    DOCTOR,
    LOINC,
    NAME_PS,
    ORDER,
    RPPS,
    STRUCTURE,
    WHERE_PS,
    code,
    device,
    element,
    event,
    model,
    n3,
    pdf_copy,
    section,
)

# Types of N1: what hospitals send without a model, or with one that they do not use.
N1_TYPES = {
    "11490-0": "Lettre de liaison à la sortie d'un établissement de soins",
    "18761-7": "Note de transfert (dont lettre de liaison à l'entrée en établissement de soins)",
    "34112-3": "CR hospitalier (séjour)",
    "34874-8": "CR opératoire",
    "11502-2": "CR d'examens biologiques",
    "60568-3": "CR d'anatomie et de cytologie pathologiques",
    "15507-7": "CR de passage aux urgences",
    "77436-4": "CR d'anesthésie",
    "34749-2": "CR de consultation pré-anesthésique",
    "11488-4": "CR ou fiche de consultation ou de visite",
    "57833-6": "Prescription de produits de santé",
    "57832-8": "Prescription de soins",
    "57828-6": "Prescription (autre)",
    "60593-1": "Dispensation médicamenteuse",
    "80820-4": "Formulaire de conciliation médicamenteuse (Hôpital)",
    "60591-5": "Synthèse médicale",
    "74207-2": "Document de liaison d'urgence",
    "11369-6": "Historique des vaccinations",
    "87273-9": "Note de vaccination",
    "34794-8": "CR de réunion de concertation pluridisciplinaire",
    "28653-4": "Document du secteur social / médico-social",
    "70004-7": "CR d'acte diagnostique (autre)",
}
N1_OTHER = {"PRESC-BIO": "Prescription d'actes de biologie médicale", "PRESC-KINE": "Prescription d'actes de kinésithérapie",
            "PRESC-INF": "Prescription d'actes infirmiers", "SYNTH": "Synthèse"}

STUDY = '<id root="1.2.840.113619.2.5.1762583153.215519.978957063.78"/>'
IMAGING_CODE = (
    f'<code code="36643-5" codeSystem="{LOINC}" displayName="Radiographie du thorax 2 incidences">'
    '<translation code="DX" codeSystem="1.2.840.10008.2.16.4" displayName="Radiographie numérique">'
    '<qualifier><name code="121139" codeSystem="1.2.840.10008.2.16.4" displayName="Modalité d\'acquisition"/></qualifier>'
    '</translation><translation code="67734004" codeSystem="2.16.840.1.113883.6.96" displayName="segment thoracique du tronc">'
    f'<qualifier><name code="39111-0" codeSystem="{LOINC}" displayName="Localisation anatomique"/></qualifier>'
    "</translation></code>"
)
IMAGING = {
    "code": code("18748-4", "CR d'imagerie médicale"),
    "order": '<inFulfillmentOf><order><id root="1.2.250.1.999.4" extension="DEM-77"/>'
    '<ps3-20:accessionNumber root="1.2.250.1.999.5" extension="ACC-77"/></order></inFulfillmentOf>',
    "event": event(code=IMAGING_CODE, ids=STUDY),
}

MANUFACTURER = device("DISPOSITIF", '<id root="1.2.250.1.71.4.2.1" extension="3750100125/88"/>', "Moniteur X", "Releve 2.1")
AUTOMATON = device("AUTOMATE", '<id root="1.2.250.1.71.4.2.1" extension="3750100125/7"/>', "Automate Y", "Bio 5")
SNR_ORG = '<representedOrganization><id root="1.3.2" extension="552100554"/><name>Editeur SNR</name></representedOrganization>'
SNR = device("SNR", '<id root="1.2.250.1.999.9" extension="1.2.250.1.999.9.1"/>', "Plateforme", "Suivi 3", SNR_ORG)
SNR_SIGNS = (
    '<id root="1.2.250.1.999.9" extension="1.2.250.1.999.9.1"/>'
    '<code code="SNR" codeSystem="1.2.250.1.213.1.1.4.6" displayName="Service numérique référencé"/>' + SNR_ORG
)
PATIENT_ACTOR = (
    '<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/><addr nullFlavor="UNK"/><telecom nullFlavor="UNK"/>'
    "<assignedPerson><name><family>PAT-TROIS</family><given>DOMINIQUE</given></name></assignedPerson>"
)
ADELI = '<id root="1.2.250.1.71.4.2.1" extension="0759900072"/>'
INTERNAL = '<id root="1.2.250.1.71.4.2.1" extension="3750100125/1453"/>'
NURSE = '<code code="G15_60" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Infirmier"/>'
SECRETARY = '<code code="SECRETARIAT_MEDICAL" codeSystem="1.2.250.1.213.1.1.4.6" displayName="Secrétariat médical"/>'
CARE = '<functionCode code="PCP" displayName="Médecin traitant" codeSystem="2.16.840.1.113883.5.88"/>'
ATTENDING = (
    f'<participant typeCode="INF">{CARE}<time nullFlavor="NAV"/><associatedEntity classCode="PROV">{RPPS}{DOCTOR}{WHERE_PS}'
    f"<associatedPerson>{NAME_PS}</associatedPerson></associatedEntity></participant>"
)
PRESCRIBER = (
    f'<participant typeCode="REF"><time><high value="20260309"/></time><associatedEntity classCode="PROV">{RPPS}{DOCTOR}'
    f"{WHERE_PS}<associatedPerson>{NAME_PS}</associatedPerson><scopingOrganization>{STRUCTURE}</scopingOrganization>"
    "</associatedEntity></participant>"
)
RECIPIENT = (
    '<informationRecipient typeCode="PRCP"><intendedRecipient><id root="1.2.250.1.71.4.2.1" extension="810000000018"/>'
    '<addr nullFlavor="NAV"/><telecom value="mailto:dr.adam@test.mssante.fr" use="WP"/><informationRecipient><name>'
    "<prefix>MME</prefix><given>Anne</given><family>ADAM</family><suffix>DR</suffix></name></informationRecipient>"
    f"<receivedOrganization>{STRUCTURE}</receivedOrganization></intendedRecipient></informationRecipient>"
)
RECIPIENT_ORG = (
    f"<informationRecipient><intendedRecipient><receivedOrganization>{STRUCTURE}</receivedOrganization></intendedRecipient>"
    "</informationRecipient>"
)


def related(kind: str, parent: str = '<id root="1.2.250.1.999.2.20260309.9"/>') -> str:
    return f'<relatedDocument typeCode="{kind}"><parentDocument>{parent}</parentDocument></relatedDocument>'


def relative(kind: str, relation: str = '<code code="DAU" displayName="Fille biologique" codeSystem="2.16.840.1.113883.5.111"/>') -> str:
    return (
        f'<informant><relatedEntity classCode="{kind}">{relation}<addr nullFlavor="UNK"/>'
        '<telecom value="tel:+33612345678" use="MC"/><relatedPerson><name><family>PAT</family><given>ALICE</given></name>'
        "</relatedPerson></relatedEntity></informant>"
    )


def loinc_sections(*roots: str) -> str:
    return "".join(section(root) for root in roots)


LDL = ("1.2.250.1.213.1.1.2.35.1", "1.3.6.1.4.1.19376.1.5.3.1.3.1", "1.3.6.1.4.1.19376.1.7.3.1.1.13.7", "1.3.6.1.4.1.19376.1.5.3.1.3.22")
EES = ("1.3.6.1.4.1.19376.1.5.3.1.3.1", "1.3.6.1.4.1.19376.1.5.3.1.3.20", "1.3.6.1.4.1.19376.1.5.3.1.3.13", "1.3.6.1.4.1.19376.1.4.1.2.16")
XD_LAB = '<templateId root="1.3.6.1.4.1.19376.1.3.3"/>'
BIO = {"model": XD_LAB + model("55", "2024.01"), "code": code("11502-2", "CR d'examens biologiques"), "order": ORDER,
       "body": n3(section("1.3.6.1.4.1.19376.1.3.3.2.1", code="18725-2"), pdf_copy())}
MEDS = {"model": model("39", "2024.01"), "code": code("57833-6", "Prescription de produits de santé"),
        "body": n3(section("1.2.250.1.213.1.1.2.171"), pdf_copy())}
DEATH = '<sdtc:deceasedInd value="true"/><sdtc:deceasedTime value="20260309"/>'
TWIN = '<sdtc:multipleBirthInd value="true"/><sdtc:multipleBirthOrderNumber value="2"/>'
NO_INS = '<id root="1.2.250.1.999.1.1" extension="IPP-0042"/>'
PLAIN_NAMES = '<family qualifier="BR">INCONNU</family><given>X</given>'


def ins(root: str, value: str) -> str:
    return f'<id root="1.2.250.1.213.1.4.{root}" extension="{value}"/>'


def wrapped(**parts: str) -> bytes:
    style = "http://www.w3.org/1999/XSL/Transform"
    return (
        DECLARATION + '<?xml-stylesheet type="text/xsl" href="#"?>\n'
        f'<xsl:stylesheet version="1.0" xmlns:xsl="{style}" xmlns:data="urn:asip-sante:ci-sis"><data:Contenu>'
        + element(**parts) + '</data:Contenu><xsl:template match="/"><html/></xsl:template></xsl:stylesheet>'
    ).encode()  # fmt: skip


def signed(**parts: str) -> bytes:
    space = "http://www.w3.org/2000/09/xmldsig#"
    return (DECLARATION + f'<ds:Signature xmlns:ds="{space}"><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue>'
            "<ds:Object>" + element(**parts) + "</ds:Object></ds:Signature>").encode()  # fmt: skip


def prefixed() -> bytes:
    text = element()
    text = re.sub(r"<(/?)(?=[a-zA-Z]+[\s/>])", r"<\1c:", text).replace('xmlns="urn:hl7-org:v3"', 'xmlns:c="urn:hl7-org:v3"')
    return (DECLARATION + text).encode()
