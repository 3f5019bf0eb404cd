"""A document entry, alone and beside the document that it describes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rempart.formats.cda.model import Coded
from rempart.formats.xds import model as xds
from rempart.formats.xds.cda_view import class_codes
from rempart.formats.xds.model import Classification
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.context import EntryContext, classified, identified, slot
from rempart.validation.xds.metadata import known
from rempart.validation.xds.times import agreement

ENTRY = ("xds-entry",)
_BASE = ("N", "R", "V")
_HIDING = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX", "INVISIBLE_REP_LEGAUX")
_AUTHOR_SCHEMES = (xds.ENTRY_AUTHOR, xds.SUBMISSION_AUTHOR)
_REFERENCE = re.compile(r"[^^]+\^\^\^&[\d.]+&ISO\^(urn:ihe:iti:[^^]+)", re.ASCII)
_CXI = "valeur^^^&OID&ISO^urn:ihe:iti:xds:2013:…"
_REFERENCES = "urn:ihe:iti:xds:2013:referenceIdList"


@rule("XDS-023", families=ENTRY)
def stable_document(context: EntryContext) -> Iterator[Finding]:
    """The entry of a document that is kept, not made on demand."""
    if context.entry.object_type != xds.STABLE_DOCUMENT:
        yield context.find(
            "XDS-023",
            "@objectType",
            "La fiche n'est pas celle d'un document conservé",
            expected=xds.STABLE_DOCUMENT,
            actual=context.entry.object_type,
        )


@rule("XDS-025", families=ENTRY)
def classifications(context: EntryContext) -> Iterator[Finding]:
    """A code without its system means nothing."""
    entry = context.entry
    for identifier in entry.identifiers:
        if identifier.owner and identifier.owner != entry.id:
            message = "L'identifiant externe ne désigne pas la fiche qui le porte"
            at = f"{identified(identifier)}/@registryObject"
            yield context.find(  # recalled: a warning
                "XDS-025", at, message, expected=entry.id, actual=identifier.owner, severity=Severity.WARNING,
                line=identifier.line,
            )  # fmt: skip
    for code in entry.classifications:
        place = classified(code)
        if code.owner != entry.id:
            message = "La classification ne désigne pas la fiche qui la porte"
            at = f"{place}/@classifiedObject"
            yield context.find("XDS-025", at, message, expected=entry.id, actual=code.owner, line=code.line)
        if code.scheme in _AUTHOR_SCHEMES or code.node:
            continue
        if not code.code:
            message = "La classification ne porte pas de code"
            yield context.find("XDS-025", f"{place}/@nodeRepresentation", message, line=code.line)
        systems = [s for s in code.slots.get("codingScheme", ()) if s]
        if len(systems) != 1:
            message = f"Le code {code.code} porte {len(systems) or 'aucun'} système de codage, un seul est attendu"
            yield context.find("XDS-025", f"{place}/{slot('codingScheme')}", message, line=code.line)
        if not code.label:
            message = f"Le code {code.code} n'a pas de libellé"
            # What is sent to the DMP carries it, as its examples do; of an archive, no text asks for it.
            severity = Severity.WARNING if context.xdm else None
            yield context.find("XDS-025", f"{place}/Name", message, severity=severity, line=code.line)


@rule("XDS-026", families=ENTRY)
def unique_id(context: EntryContext) -> Iterator[Finding]:
    """The id of the document, whatever archive it travels in."""
    value = context.entry.identifier(xds.ENTRY_ID)
    if context.cda and value and value != context.cda.header.unique_id:
        yield context.find(
            "XDS-026",
            _ID,
            "L'identifiant unique n'est pas celui du document CDA",
            expected=context.cda.header.unique_id,
            actual=value,
        )


_ID = f"ExternalIdentifier[@identificationScheme='{xds.ENTRY_ID}']"


@rule("XDS-035", "XDS-036", "XDS-037", families=ENTRY)
def times(context: EntryContext) -> Iterator[Finding]:
    """creationTime, serviceStartTime, serviceStopTime: those of the document, in UTC."""
    if context.cda is None:
        return
    compared = (
        ("XDS-035", "creationTime", context.cda.created),
        ("XDS-036", "serviceStartTime", context.cda.start),
        ("XDS-036", "serviceStopTime", context.cda.stop),
    )
    for rule_id, name, expected in compared:
        value = context.entry.value(name)
        if not value.isdecimal() or not expected:  # its form, or its absence, is judged elsewhere
            continue
        match agreement(value, expected):
            case "midnight":
                message = f"{name}: le document donne une date sans heure, l'heure de la fiche est inventée"
                yield context.find("XDS-037", slot(name), message, expected=expected, actual=value)
            case "cut":
                message = f"{name} est moins précis que le document"
                yield context.find(rule_id, slot(name), message, expected=expected, actual=value)
            case "local":
                message = f"{name} n'est pas l'instant du document en UTC: heure locale, ou autre décalage que le sien"
                yield context.find(rule_id, slot(name), message, expected=expected, actual=value)
            case "other":
                message = f"{name} n'est pas celui du document"
                yield context.find(rule_id, slot(name), message, expected=expected, actual=value)


@rule("XDS-036", families=ENTRY)
def end_of_the_act(context: EntryContext) -> Iterator[Finding]:
    """serviceStopTime is asked for when it is known (R2): its absence, when the document says it, is a warning."""
    if context.cda is not None and context.cda.stop and not context.entry.value("serviceStopTime"):
        message = "serviceStopTime manque: le document dit la fin de l'acte"
        yield context.find(
            "XDS-036", slot("serviceStopTime"), message, expected=context.cda.stop, severity=Severity.WARNING
        )


@rule("XDS-036", families=ENTRY)
def act_ends_after_its_start(context: EntryContext) -> Iterator[Finding]:
    """serviceStopTime is not before serviceStartTime."""
    start, stop = context.entry.value("serviceStartTime"), context.entry.value("serviceStopTime")
    if start.isdecimal() and stop.isdecimal() and stop.ljust(14, "9") < start.ljust(14, "0"):
        message = "L'acte finit avant de commencer"
        yield context.find("XDS-036", slot("serviceStopTime"), message, expected=f"{start} ou après", actual=stop)


@rule("XDS-039", "XDS-047", "XDS-048", families=ENTRY)
def codes_of_the_document(context: EntryContext) -> Iterator[Finding]:
    """typeCode, healthcareFacilityTypeCode, practiceSettingCode: code and system of the header."""
    if context.cda is None:
        return
    compared = (
        ("XDS-039", "typeCode", xds.TYPE_CODE, context.cda.header.type),
        ("XDS-047", "healthcareFacilityTypeCode", xds.FACILITY, context.cda.facility),
        ("XDS-048", "practiceSettingCode", xds.PRACTICE, context.cda.practice),
    )
    for rule_id, name, scheme, expected in compared:
        for code in context.entry.coded(scheme):
            if expected.code and code.code and not _same(code, expected):
                message = f"{name} n'est pas celui du document CDA"
                wanted, read = f"{expected.code} ({expected.system})", f"{code.code} ({code.system})"
                yield context.find(rule_id, classified(code), message, expected=wanted, actual=read, line=code.line)


@rule("XDS-040", families=ENTRY)
def class_of_the_type(context: EntryContext) -> Iterator[Finding]:
    """The class that ASS_X16 and ASS_X04 give to the type of the entry."""
    for kind in context.entry.coded(xds.TYPE_CODE):
        expected = class_codes().get((kind.code, kind.system))
        for code in context.entry.coded(xds.CLASS_CODE):
            if expected and code.code and not _same(code, expected):
                message = f"classCode n'est pas la classe du type {kind.code}"
                wanted = f"{expected.code} ({expected.system})"
                read = f"{code.code} ({code.system})"
                yield context.find("XDS-040", classified(code), message, expected=wanted, actual=read, line=code.line)


@rule("XDS-041", families=ENTRY)
def format_of_the_model(context: EntryContext) -> Iterator[Finding]:
    """N1: by what the body holds; N3: that of one of its models. Silent for a model that ASS_A11 does not know."""
    formats = context.cda.formats if context.cda else ()
    for code in context.entry.coded(xds.FORMAT_CODE) if formats else ():
        if code.code and not any(_same(code, f) for f in formats):
            wanted = " ou ".join(dict.fromkeys(f"{f.code} ({f.system})" for f in formats))
            read = f"{code.code} ({code.system})"
            message = "formatCode n'est pas celui du modèle du document"
            yield context.find("XDS-041", classified(code), message, expected=wanted, actual=read, line=code.line)


@rule("XDS-042", "XDS-044", families=ENTRY)
def confidentiality(context: EntryContext) -> Iterator[Finding]:
    """One base level, that of the document, and no restriction twice."""
    codes = [c.code for c in context.entry.coded(xds.CONFIDENTIALITY) if c.code]
    if not codes:
        return
    place = f"Classification[@classificationScheme='{xds.CONFIDENTIALITY}']"
    base = [c for c in codes if c in _BASE]
    if len(base) != 1:
        message = f"{len(base) or 'Aucun'} niveau N, R ou V, un seul est attendu"
        yield context.find("XDS-042", place, message, expected="N, R ou V", actual=", ".join(codes))
    for code, times_ in Counter(codes).items():
        if times_ > 1 and code not in _BASE:
            yield context.find("XDS-042", place, f"{code} est écrit {times_} fois", actual=", ".join(codes))
    level = context.cda.header.confidentiality.code if context.cda else ""
    if len(base) == 1 and level in _BASE and base[0] != level:
        message = "Le niveau de confidentialité n'est pas celui du document CDA"
        yield context.find("XDS-042", place, message, expected=level, actual=base[0])
    if {"MASQUE_PS", "INVISIBLE_PATIENT"} <= set(codes):
        # The DMP refuses both while its parameter says so; elsewhere (MSSanté) nothing does.
        severity = None if context.xdm else Severity.ERROR
        yield context.find(
            "XDS-044",
            place,
            "MASQUE_PS et INVISIBLE_PATIENT sont posés ensemble",
            actual=", ".join(codes),
            severity=severity,
        )


@rule("XDS-043", families=ENTRY)
def hiding_in_the_document(context: EntryContext) -> Iterator[Finding]:
    """Hiding lives in the metadata alone: a document that carries it tells it to everyone who opens it."""
    level = context.cda.header.confidentiality if context.cda else None
    if level is not None and (level.code in _HIDING or level.system == xds.FRENCH_LEVEL):
        yield context.find(
            "XDS-043",
            "",
            "Le document CDA porte un code de masquage",
            expected="N, R ou V dans ClinicalDocument",
            actual=level.code,
        )


@rule("XDS-049", "XDS-050", "XDS-051", families=ENTRY)
def language_title_and_type(context: EntryContext) -> Iterator[Finding]:
    """What a list of documents shows, and how the file is opened."""
    entry, cda = context.entry, context.cda
    language = entry.value("languageCode")
    if language and language != "fr-FR":
        yield context.find(
            "XDS-049",
            slot("languageCode"),
            "La langue n'est pas celle que le DMP attend",
            expected="fr-FR",
            actual=language,
        )
    if cda and entry.title and _spaced(entry.title) != _spaced(cda.header.title):
        yield context.find(
            "XDS-050", "Name", "Le titre n'est pas celui du document CDA", expected=cda.header.title, actual=entry.title
        )
    if len(entry.title) > 128:
        message = f"Le titre a {len(entry.title)} caractères, 128 au plus sont attendus"
        yield context.find("XDS-050", "Name", message, severity=Severity.WARNING)  # the length is recalled
    wrapped = cda is not None and cda.wrapped
    expected = "application/xslt+xml" if wrapped else "text/xml"
    other = "application/xslt+xml" if cda is None else expected  # an unread file may be either
    if entry.mime_type and entry.mime_type not in (expected, other):
        yield context.find(
            "XDS-051",
            "@mimeType",
            "Le type du fichier n'est pas celui du document",
            expected=expected,
            actual=entry.mime_type,
        )


@rule("XDS-054", "XDS-055", families=ENTRY)
def references_and_status(context: EntryContext) -> Iterator[Finding]:
    """Order and accession numbers are typed; the status is the registry's."""
    for value in context.entry.values(_REFERENCES):
        read = _REFERENCE.fullmatch(value)
        if read is None:
            yield context.find(
                "XDS-054", slot(_REFERENCES), "La référence n'a pas la forme d'un CXi", expected=_CXI, actual=value
            )
        elif known(("xds/jdv-j197",), read[1]) is None:
            message = "Le type de la référence n'est pas de ceux de JDV_J197"
            yield context.find("XDS-054", slot(_REFERENCES), message, expected="un type de JDV_J197", actual=read[1])
    if context.entry.status not in ("", xds.APPROVED):
        yield context.find(
            "XDS-055",
            "@status",
            "Un document envoyé n'a pas encore ce statut",
            expected=xds.APPROVED,
            actual=context.entry.status,
        )


def _same(code: Classification, expected: Coded) -> bool:
    """Without a system, the code alone: its absence is a finding of XDS-025."""
    return code.code == expected.code and code.system in ("", expected.system)


def _spaced(text: str) -> str:
    return " ".join(text.split())
