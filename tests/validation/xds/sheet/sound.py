"""Sound messages, by name: every transaction and its answer, every kind of submission and of VIHF that the texts allow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from validation.cda.sheet import pieces as cp
from validation.cda.sheet.templates import actor, document, event, patient, signer, stay
from validation.cda.sheet.templates import author as cda_author
from validation.cda.sheet.templates import code as cda_code
from validation.xds.sheet import pieces as p
from validation.xds.sheet.messages import (
    AIR,
    OLD,
    SPACES,
    Message,
    answer,
    authorise,
    authorised,
    change,
    error,
    existence,
    fault,
    feed,
    patients,
    people,
    registry_response,
    replaced,
    retrieve,
    retrieved,
    search,
    status,
)
from validation.xds.sheet.words import APPROVED, ARCHIVED, DELETED, DEPRECATED, INS, LINK

Build = Callable[[], Message]
DOC, SECOND_DOC = "1.2.250.1.999.2.20260310.1", "1.2.250.1.999.2.20260310.2"
LETTER = ("11490-0", p.LOINC, "Lettre de liaison à la sortie d'un établissement de soins")
BIO_TYPE = ("11502-2", p.LOINC, "CR d'examens biologiques")
LAB = ("urn:ihe:lab:xd-lab:2008", p.IHE_FORMATS, "Compte rendu d'examens biologiques")
STEP = "urn:oasis:names:tc:ebxml-regrep:"


def with_cda(data: bytes, *more: str, lot: str = "", fiche: dict[str, object] | None = None, **said: object) -> Message:
    """A feed of this document, with this entry."""
    return feed((p.fiche(**(fiche or {})),), {"Doc01": (DOC, data)}, *more, lot=lot, **said)  # type: ignore[arg-type]


def levels(*more: p.Code, base: p.Code = p.NORMAL, cda: bytes | None = None, vihf: str = "") -> Message:
    return with_cda(cda or document(), fiche={"levels": (base, *more)}, vihf=vihf or p.vihf())


def replacement() -> Message:
    data = document(related=cp.related("RPLC"), set='<setId root="1.2.250.1.999.2.20260309.9"/>', version='<versionNumber value="2"/>')
    return with_cda(data, replaced())


def pair() -> Message:
    """N1 and N3 of one act, as in the first wave."""
    second = document(**(cp.BIO | {"id": f'<id root="{SECOND_DOC}"/>', "set": f'<setId root="{SECOND_DOC}"/>', "related": cp.related("XFRM", f'<id root="{DOC}"/>')}))
    first = document(code=cp.BIO["code"], order=cp.BIO["order"])
    entries = p.fiche(kind=BIO_TYPE), p.fiche("Doc02", ident=SECOND_DOC, kind=BIO_TYPE, format_=LAB)
    return feed(entries, {"Doc01": (DOC, first), "Doc02": (SECOND_DOC, second)}, p.link(f"{LINK}XFRM", "Doc02", "Doc01", number=91))


def several() -> Message:
    second = document(id=f'<id root="{SECOND_DOC}"/>', set=f'<setId root="{SECOND_DOC}"/>', code=cda_code(*LETTER[::2]), title="<title>Lettre de liaison</title>")
    entries = p.fiche(), p.fiche("Doc02", ident=SECOND_DOC, kind=LETTER, title="Lettre de liaison")
    return feed(entries, {"Doc01": (DOC, document()), "Doc02": (SECOND_DOC, second)}, form="mtom")


def by_device() -> Message:
    who = "3750100125/88^Moniteur X^Releve 2.1^^^^^^&1.2.250.1.71.4.2.1&ISO^U^^^RI"
    kind = "DISPOSITIF^Dispositif^1.2.250.1.213.1.1.4.6"
    return with_cda(document(author=cda_author(cp.MANUFACTURER)), fiche={"authors": p.author("E", "Doc01", who, p.STRUCTURE, kind)})


def by_patient() -> Message:
    who = "279035121518989^PAT-TROIS^DOMINIQUE^^^^^^&1.2.250.1.213.1.4.10&ISO^D^^^NH"
    data = document(author=cda_author(cp.PATIENT_ACTOR))
    both = p.author("E", "Doc01", who, "", "") + p.author("E", "Doc01", number=2)
    return with_cda(data.replace(b"<custodian>", cda_author().encode() + b"<custodian>"), fiche={"authors": both})


def history(author: bool = True) -> Message:
    """The professional left: the structure is an author more, of the submission and of the document."""
    who = "1750100125^CH de Test^DIM^^^^^^&1.2.250.1.71.4.2.1&ISO^U^^^RI"
    data = document(time='<effectiveTime value="20190310101500+0100"/>', event=event(low="201903100930+0100"), author=cda_author(time="20190310101500+0100"), legal=signer(time="20190310101500+0100"), stay=stay(times='<effectiveTime><low value="201903080800+0100"/></effectiveTime>'))
    more = p.author("E", "Doc01", who, p.STRUCTURE, "", 2) if author else ""
    lot = p.lot(authors=p.author("L", "Lot") + (p.author("L", "Lot", who, p.STRUCTURE, "", 2) if author else ""))
    return with_cda(data, lot=lot, fiche={"authors": p.author("E", "Doc01") + more, "start": "201903100830", "created": "20190310091500"})


def drimbox() -> Message:
    """A report of imaging, with its accession number and its order."""
    said = p.slot(
        "urn:ihe:iti:xds:2013:referenceIdList", "ACC-77^^^&1.2.250.1.999.5&ISO^urn:ihe:iti:xds:2013:accession",
        "DEM-77^^^&1.2.250.1.999.4&ISO^urn:ihe:iti:xds:2013:order",
        "1.2.840.113619.2.5.1762583153^^^&1.2.250.1.999.6&ISO^urn:ihe:iti:xds:2016:studyInstanceUID",
    )  # fmt: skip
    kind = ("18748-4", p.LOINC, "CR d'imagerie médicale")
    return with_cda(document(**cp.IMAGING), fiche={"kind": kind, "class_": ("31", "1.2.250.1.213.1.1.4.1", "Imagerie médicale"), "slots": said})


def n3() -> Message:
    return with_cda(document(**cp.BIO), fiche={"kind": BIO_TYPE, "format_": LAB})


def minor() -> Message:
    """A secret of a minor: connexion secrète and hidden from the parents."""
    secret = '<ConfidentialityCode xmlns="urn:hl7-org:v3" code="INVISIBLE_REPRESENTANTS_LEGAUX" codeSystem="1.2.250.1.213.1.1.4.13"/>'
    data = document(patient=patient(birth='<birthTime value="20090328"/>'))
    message = with_cda(data, fiche={"levels": (p.NORMAL, p.MINOR)}, vihf=p.vihf(secret=secret))
    return replace(message, body=message.body.replace("PID-7|19790328", "PID-7|20090328"))


def by_internal(user: str = "3750100125/1453") -> Message:
    who = "3750100125/1453^CARDON^Bruno^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    data = document(author=cda_author(actor(ids=cp.INTERNAL)), legal=signer(actor(ids=cp.INTERNAL)))
    return with_cda(data, lot=p.lot(authors=p.author("L", "Lot", who)), fiche={"authors": p.author("E", "Doc01", who), "legal": who}, vihf=p.vihf(user=user))


def by_service() -> Message:
    """A référencé digital service beside the professional: a vendor's OID, a structure by its SIREN."""
    who = "1.2.250.1.999.9.1^Plateforme^Suivi 3^^^^^^&1.2.250.1.999.9&ISO^U^^^RI"
    own = p.author("E", "Doc01", who, "Editeur SNR^^^^^&1.3.2&ISO^SIREN^^^552100554", "SNR^Service numérique référencé^1.2.250.1.213.1.1.4.6")
    return with_cda(document(author=cda_author(cp.SNR) + cda_author()), fiche={"authors": own + p.author("E", "Doc01", number=2)})


def by_nurse() -> Message:
    """Written by a nurse, answered for by the doctor who sends it with a card."""
    who = "0759900072^CARDON^Bruno^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    data = document(author=cda_author(actor(ids=cp.ADELI, code=cp.NURSE)))
    own = p.author("E", "Doc01", who, p.STRUCTURE, "G15_60^Infirmier^1.2.250.1.213.1.1.4.5")
    return with_cda(data, fiche={"authors": own}, lot=p.lot(authors=p.author("L", "Lot", who, speciality="")), vihf=p.vihf("DIRECTE", context="SmartcardPKI"))


def forty() -> Message:
    """As many documents as an establishment may send at once."""
    ids = [f"1.2.250.1.999.2.20260310.{n}" for n in range(1, 41)]
    files = {f"Doc{n:03}": (i, document(id=f'<id root="{i}"/>', set=f'<setId root="{i}"/>')) for n, i in enumerate(ids, 1)}
    return feed(tuple(p.fiche(name, ident=i) for name, (i, _) in files.items()), files, form="mtom")


SOUND: dict[str, Build] = {
    # TD2.1, a submission
    "feed": feed,
    "mtom": partial(feed, form="mtom"),
    "feed SHA-1": partial(feed, form="mtom", algorithm="sha1"),
    "feed SHA-512": partial(feed, form="mtom", algorithm="sha512"),
    "feed N3": n3,
    "feed replacement": replacement,
    "feed N1 and N3": pair,
    "feed several": several,
    "feed masked": partial(levels, p.MASKED),
    "feed hidden": partial(levels, p.HIDDEN),
    "feed hidden from parents": partial(levels, p.MINOR),
    "feed restricted": partial(levels, base=("R", p.LEVELS, "Restreint"), cda=document(confidentiality='<confidentialityCode code="R" displayName="Restreint" codeSystem="2.16.840.1.113883.5.25"/>')),
    "feed minor": minor,
    "feed device": by_device,
    "feed patient": by_patient,
    "feed history": history,
    "feed imaging": drimbox,
    "feed internal id": by_internal,
    "feed hash and size": lambda: with_cda(document(), fiche={"slots": p.slot("hash", hashlib.sha1(document()).hexdigest()) + p.slot("size", str(len(document())))}),
    "feed direct": partial(feed, vihf=p.vihf("DIRECTE", context="SmartcardPKI")),
    "feed digital service": by_service,
    "feed direct, signer": by_nurse,
    "feed of forty": forty,
    "feed two authors": lambda: with_cda(document(author=cda_author() + cda_author(actor(ids=cp.ADELI, code=cp.NURSE))), fiche={"authors": p.author("E", "Doc01") + p.author("E", "Doc01", "0759900072^CARDON^Bruno^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS", p.STRUCTURE, "G15_60^Infirmier^1.2.250.1.213.1.1.4.5", 2)}),
    "feed by role": lambda: with_cda(document(author=cda_author(function=cp.CARE)), fiche={"authors": p.author("E", "Doc01").replace("</rim:Classification>", p.slot("authorRole", "Médecin traitant") + "</rim:Classification>")}),
    "feed with an end": lambda: with_cda(document(event=event(high="202603101000+0100")), fiche={"stop": "202603100900"}),
    "feed with an INS as source": lambda: with_cda(document(patient=patient(ids='<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>')), fiche={"source": INS}),
    "feed of the day": lambda: with_cda(document(event=event(low="20260310")), fiche={"start": "20260310"}),
    "feed in summer": lambda: with_cda(document(event=event(low="202507100930+0200")), fiche={"start": "202507100730"}),
    "feed self-presentable": lambda: with_cda(cp.wrapped(), fiche={"mime": "application/xslt+xml"}),
    "feed of an office": lambda: with_cda(document(stay=stay(facility="SA07")), fiche={"facility": ("SA07", p.FACILITIES, "Cabinet individuel")}),
    # TD3.1, a search
    "search": partial(search, "14d4debf-8f97-4251-9a74-a90016b0af0d", ("$XDSDocumentEntryPatientId", f"'{INS}'"), ("$XDSDocumentEntryStatus", f"('{APPROVED}')")),
    "search filters": partial(
        search, "14d4debf-8f97-4251-9a74-a90016b0af0d", ("$XDSDocumentEntryPatientId", f"'{INS}'"),
        ("$XDSDocumentEntryStatus", f"('{APPROVED}','{ARCHIVED}')"), ("$XDSDocumentEntryStatus", f"('{DEPRECATED}')"),
        ("$XDSDocumentEntryClassCode", "('10^^1.2.250.1.213.1.1.4.1')"), ("$XDSDocumentEntryTypeCode", "('34112-3^^2.16.840.1.113883.6.1','11490-0^^2.16.840.1.113883.6.1')"),
        ("$XDSDocumentEntryPracticeSettingCode", "('ETABLISSEMENT^^1.2.250.1.213.1.1.4.9')"), ("$XDSDocumentEntryHealthcareFacilityTypeCode", "('SA01^^1.2.250.1.71.4.2.4')"),
        ("$XDSDocumentEntryFormatCode", "('urn:ihe:iti:xds-sd:pdf:2008^^1.3.6.1.4.1.19376.1.2.3')"), ("$XDSDocumentEntryConfidentialityCode", "('N^^2.16.840.1.113883.5.25')"),
        ("$XDSDocumentEntryEventCodeList", "('DX^^1.2.840.10008.2.16.4')"), ("$XDSDocumentEntryServiceStartTimeFrom", "'20240310000000'"), ("$XDSDocumentEntryServiceStartTimeTo", "20260310"),
        ("$XDSDocumentEntryCreationTimeFrom", "202401"), ("$XDSDocumentEntryServiceStopTimeTo", "'2026'"), ("$XDSDocumentEntryAuthorPerson", "('%CARDON%')"), ("$XDSDocumentEntryType", "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')"),
    ),
    "search without patient": partial(search, "14d4debf-8f97-4251-9a74-a90016b0af0d", ("$XDSDocumentEntryStatus", f"('{APPROVED}')")),
    "search archived": partial(search, "14d4debf-8f97-4251-9a74-a90016b0af0d", ("$XDSDocumentEntryStatus", f"('{ARCHIVED}')")),
    "search submissions": partial(search, "f26abbcb-ac74-4422-8a30-edb644bbc1a9", ("$XDSSubmissionSetPatientId", f"'{INS}'"), ("$XDSSubmissionSetStatus", f"('{APPROVED}')"), ("$XDSSubmissionSetSubmissionTimeFrom", "'20260301000000'"), ("$XDSSubmissionSetSubmissionTimeTo", "20260310000000"), ("$XDSSubmissionSetAuthorPerson", "'%CARDON%'"), ("$XDSSubmissionSetContentType", "('03^^1.2.250.1.213.2.2')")),
    "search order": partial(search, "12941a89-e02e-4be5-967c-ce4bfc8fe492", ("$XDSDocumentEntryPatientId", f"'{INS}'"), ("$XDSDocumentEntryStatus", f"('{APPROVED}')"), ("$XDSDocumentEntryReferenceIdList", "('DEM-77^^^&1.2.250.1.999.4&ISO^urn:ihe:iti:xds:2013:order')")),
    "search known": partial(search, "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", ("$XDSDocumentEntryUniqueId", f"('{DOC}')")),
    "search known, indirect": partial(search, "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", ("$XDSDocumentEntryUniqueId", f"('{DOC}')"), vihf=p.vihf()),
    "search entryUUID": partial(search, "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", ("$XDSDocumentEntryEntryUUID", f"('{OLD}','{OLD[:-1]}2')")),
    "search logical": partial(search, "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", ("$XDSDocumentEntryLogicalID", f"('{OLD}')"), ("$MetadataLevel", "2")),
    "search links": partial(search, "a7ae438b-4bc2-4642-93e9-be891f7bb155", ("$uuid", f"('{OLD}')")),
    "search documents and links": partial(search, "bab9529a-4a10-40b3-a01f-f68a615d247a", ("$XDSDocumentEntryEntryUUID", f"('{OLD}')")),
    "search sets": partial(search, "51224314-5390-4169-9b91-b1980040715a", ("$uuid", f"('{OLD}')")),
    "search contents": partial(search, "e8e3cb2c-e39c-46b9-99e4-c12f57260b83", ("$XDSSubmissionSetUniqueId", "'1.2.250.1.999.2.20260310.900'")),
    "search contents by UUID": partial(search, "e8e3cb2c-e39c-46b9-99e4-c12f57260b83", ("$XDSSubmissionSetEntryUUID", f"'{OLD}'")),
    "search related": partial(search, "d90e5407-b356-4d91-a89f-873917b4b0e6", ("$XDSDocumentEntryUniqueId", f"'{DOC}'"), ("$AssociationTypes", f"('{LINK}RPLC','{LINK}XFRM')")),
    "search all": partial(search, "10b545ea-725c-446d-9b95-8aeb444eddf3", ("$patientId", f"'{INS}'"), ("$XDSDocumentEntryStatus", f"('{APPROVED}')"), ("$XDSSubmissionSetStatus", f"('{APPROVED}')"), ("$XDSFolderStatus", f"('{APPROVED}')")),
    "search in an emergency": partial(search, "14d4debf-8f97-4251-9a74-a90016b0af0d", ("$XDSDocumentEntryStatus", f"('{APPROVED}')"), vihf=p.vihf(AIR, access="bris_de_glace", extra=p.attribute("Mode_Acces_Raison", "Patient inconscient"))),
    "search over HTTP": lambda: replace(SOUND["search"](), form="http"),
    # TD3.2, TD3.3
    "retrieve": partial(retrieve, DOC),
    "retrieve two": partial(retrieve, DOC, SECOND_DOC),
    "retrieve direct": lambda: replace(retrieve(DOC), vihf=p.vihf("DIRECTE", context="SmartcardPKI")),
    "delete": partial(status, APPROVED, DELETED),
    "delete, indirect": partial(status, APPROVED, DELETED, p.vihf()),
    "delete archived": partial(status, ARCHIVED, DELETED),
    "archive": partial(status, APPROVED, ARCHIVED),
    "unarchive": partial(status, ARCHIVED, APPROVED),
    "mask": partial(change, p.NORMAL, p.MASKED),
    "unmask": partial(change, p.NORMAL),
    "hide from parents": partial(change, p.NORMAL, p.MINOR),
    # TD0.2 to TD0.4
    "existence": existence,
    "existence, indirect": lambda: replace(existence(), vihf=p.vihf()),
    "existence, regulation centre": lambda: replace(existence(), vihf=p.vihf(access="centre_15")),
    "existence over HTTP": lambda: replace(existence(), form="http"),
    "administrative data": partial(existence, "CNSLT_DATA"),
    "existence in an emergency": lambda: replace(existence(), vihf=p.vihf(AIR, access="centre_15")),
    "authorise": authorise,
    "authorise removal": partial(authorise, "SUPPRESSION"),
    "authorise attending": partial(authorise, "AJOUT", "MEDECIN_TRAITANT"),
    "patients": patients,
    "patients by authorisation": partial(patients, "LASTAUTORIZATION"),
    "patients of another": partial(patients, "LASTDOC", f"<psOwnerId>{p.DOCTOR}</psOwnerId>"),
    "authorised list": authorised,
    "people": people,
    "people, indirect": lambda: replace(people(), vihf=p.vihf(access="centre_15", patient="")),
    # Answers
    "fed": lambda: answer("feed", registry_response("Success")),
    "not fed": lambda: answer("feed", registry_response("Failure", error("XDSRepositoryMetadataError", "uniqueId"))),
    "fed, warned": lambda: answer("feed", registry_response("Success", error("XDSRegistryBusy", "lent", "Warning")), "rest"),
    "updated": lambda: answer("update", registry_response("Success")),
    "not updated": lambda: answer("update", registry_response("Failure", error("XDSMetadataVersionError", "version"))),
    "found": lambda: answer("search", f'<query:AdhocQueryResponse {SPACES} status="{STEP}ResponseStatusType:Success" startIndex="0" totalResultCount="1">{p.objects(p.fiche("urn:uuid:7e1c4f2a-11aa-4bbb-8ccc-0123456789ab", attributes=" lid=" + chr(34) + OLD + chr(34) + " status=" + chr(34) + APPROVED + chr(34)))}</query:AdhocQueryResponse>'),
    "found nothing": lambda: answer("search", f'<query:AdhocQueryResponse {SPACES} status="{STEP}ResponseStatusType:Success">{p.objects()}</query:AdhocQueryResponse>'),
    "search refused": lambda: answer("search", f'<query:AdhocQueryResponse {SPACES} status="{STEP}ResponseStatusType:Failure"><rs:RegistryErrorList>{error("XDSStoredQueryMissingParam", "statut")}</rs:RegistryErrorList>{p.objects()}</query:AdhocQueryResponse>'),
    "retrieved": lambda: retrieved(document()),
    "retrieved in part": lambda: answer("retrieve", f'<xdsb:RetrieveDocumentSetResponse {SPACES}>{registry_response("PartialSuccess", error("XDSDocumentUniqueIdError", "inconnu"))}</xdsb:RetrieveDocumentSetResponse>'),
    "authorised": lambda: answer("authorise", '<setAuthorizationResponse xmlns="urn:si-dmp-habilitations"><output><status>DMPOk</status><context>fait</context></output></setAuthorizationResponse>'),
    "listed": lambda: answer("patients", '<patientListResponse xmlns="urn:si-dmp-patients"><output><status>DMPOk</status></output></patientListResponse>'),
    "fault": lambda: answer("feed", fault()),
    "fault of a query": lambda: answer("search", fault("Receiver", "DMPIndisponible", "Service indisponible"), "rest"),
}  # fmt: skip

# Assertions alone, or unsigned in the places where nothing else changes.
VIHF: dict[str, str] = {
    "indirect": p.vihf(),
    "indirect 4.0": p.vihf(version="4.0"),
    "indirect, numbered user": p.vihf(user="3750100125/USER1453"),
    "indirect, other case": p.vihf(name="Authentification_Mode"),
    "indirect, card": p.vihf(context="SmartcardPKI"),
    "indirect, conditions": p.vihf(conditions='<saml:Conditions NotBefore="2026-03-10T09:15:00Z" NotOnOrAfter="2026-03-10T10:20:00Z"/>'),
    "indirect, empty conditions": p.vihf(conditions="<saml:Conditions/>"),
    "indirect, milliseconds": p.vihf().replace('IssueInstant="2026-03-10T09:20:00Z"', 'IssueInstant="2026-03-10T09:20:00.125Z"'),
    "indirect, internal id": p.vihf(user="3750100125/1453"),
    "indirect, ADELI": p.vihf(user="0759900072", roles=(p.role("60", "1.2.250.1.71.1.2.7", "Infirmier"),)),
    "indirect, automaton": p.vihf(context="unspecified", roles=(p.role("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate"),)).replace("Bruno CARDON", "PFI de test 4.2"),
    "indirect, LPS_ID": p.vihf(extra=p.attribute("LPS_ID", "instance-1")),
    "indirect, NIA": p.vihf(patient="279035121518989^^^&1.2.250.1.213.1.4.9&ISO^NH"),
    "indirect, Corsica": p.vihf(patient="297022A02077878^^^&1.2.250.1.213.1.4.10&ISO^NH"),
    "direct": p.vihf("DIRECTE", context="SmartcardPKI"),
    "direct, pharmacist": p.vihf("DIRECTE", context="SmartcardPKI", roles=(p.role("21", "1.2.250.1.71.1.2.7", "Pharmacien"), p.role("A", "1.2.250.1.71.4.2.6", "Section A"))),
    "direct in an emergency": p.vihf("DIRECTE", context="SmartcardPKI", access="bris_de_glace", extra=p.attribute("Mode_Acces_Raison", "Urgence")),
    "direct for regulation": p.vihf("DIRECTE", context="SmartcardPKI", access="centre_15"),
    "AIR": p.vihf(AIR),
    "AIR 4.0": p.vihf(AIR, version="4.0", name="Authentification_Mode"),
    "AIR in an emergency": p.vihf(AIR, access="bris_de_glace", extra=p.attribute("Mode_Acces_Raison", "Urgence")),
    "AIR, shorter": p.vihf(AIR).replace("09:20:30Z", "09:20:10Z"),
    "AIR, nurse": p.vihf(AIR, roles=(p.role("60", "1.2.250.1.71.1.2.7", "Infirmier"),)),
    "AIR, secret": p.vihf(AIR, patient=p.INS_OF_A_MINOR, secret='<ConfidentialityCode xmlns="urn:hl7-org:v3" code="INVISIBLE_REPRESENTANTS_LEGAUX" codeSystem="1.2.250.1.213.1.1.4.13"/>'),
    "AIR, secret as text": p.vihf(AIR, patient=p.INS_OF_A_MINOR, secret="INVISIBLE_REPRESENTANTS_LEGAUX^1.2.250.1.213.1.1.4.13"),
}  # fmt: skip
