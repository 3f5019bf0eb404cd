"""Who wrote, and who answers for it: the forms of XCN and XON, and the people of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.model import PS_ID_NAT, STRUCT_ID_NAT
from rempart.formats.ins import REGISTERS
from rempart.formats.luhn import is_placeholder
from rempart.formats.xds import model as xds
from rempart.formats.xds.cda_view import PersonView
from rempart.formats.xds.model import Classification
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.context import EntryContext, SubmissionContext, classified, slot

_XCN, _XON = 13, 10  # components
_PS = re.compile(rf"8\d{{11}}|0\w{{9}}|{xds.INTERNAL_PS}", re.ASCII)
_NATIONAL, _SIREN = (f"&{STRUCT_ID_NAT}&ISO", "IDNST"), ("&1.3.2&ISO", "SIREN")
_STRUCTURE = re.compile(r"1\w{9}|2\d{9}|3\d{14}|[04].+", re.ASCII)


class Person:
    """An XCN cut at its carets; what is absent is empty."""

    def __init__(self, value: str) -> None:
        parts = value.split("^")
        self.components = len(parts)
        parts += [""] * (_XCN - len(parts))
        self.id, self.family, self.given = parts[0], parts[1], parts[2]
        authority = [*parts[8].split("&"), "", ""]
        self.root, self.root_kind = authority[1], authority[2]
        self.use, self.kind = parts[9], parts[12]

    @property
    def is_patient(self) -> bool:
        return self.root in REGISTERS

    @property
    def is_device(self) -> bool:
        return self.use == "U"


@rule("XDS-015", "XDS-024", "XDS-057", "XDS-058", "XDS-059", "XDS-060", families=("xds-entry",))
def authors_of_the_entry(context: EntryContext) -> Iterator[Finding]:
    """Each author of the entry, and the legal authenticator, as XDS writes people and structures."""
    for author in context.entry.coded(xds.ENTRY_AUTHOR):
        for rule_id, below, message, severity, actual in author_faults(author):
            at = f"{classified(author)}/{below}"
            yield context.find(rule_id, at, message, actual=actual, severity=severity, line=author.line)
    for value in filter(None, context.entry.values("legalAuthenticator")):
        for rule_id, message, severity in person_faults(value):
            yield context.find(
                rule_id, slot("legalAuthenticator"), f"Responsable: {message}", actual=value, severity=severity
            )


@rule("XDS-014", "XDS-015", "XDS-057", "XDS-058", "XDS-059", "XDS-060", families=("xds-submission",))
def authors_of_the_submission(context: SubmissionContext) -> Iterator[Finding]:
    """The sender: at least one author with a person or a system."""
    for package in context.objects.packages:
        authors = package.coded(xds.SUBMISSION_AUTHOR)
        if not any(a.value("authorPerson") for a in authors):
            at = f"Classification[@classificationScheme='{xds.SUBMISSION_AUTHOR}']/{slot('authorPerson')}"
            yield context.find("XDS-014", package, at, "L'auteur du lot (authorPerson) est obligatoire")
        for author in authors:
            for rule_id, below, message, severity, actual in author_faults(author):
                at = f"{classified(author)}/{below}"
                yield context.find(rule_id, package, at, message, actual=actual, severity=severity, line=author.line)


Fault = tuple[str, str, str, Severity | None, str]  # rule, place, message, severity, what is read


def author_faults(author: Classification) -> Iterator[Fault]:
    """What is wrong with one author classification."""
    value = author.value("authorPerson")
    for rule_id, message, severity in person_faults(value) if value else ():
        yield rule_id, slot("authorPerson"), message, severity, value
    if len(author.slots.get("authorPerson", ())) > 1:
        yield "XDS-057", slot("authorPerson"), "Une classification d'auteur ne porte qu'une personne", None, value
    if not value and author.scheme == xds.ENTRY_AUTHOR:
        yield "XDS-024", slot("authorPerson"), "L'auteur ne porte ni personne ni système (authorPerson)", None, ""
    institutions = [v for v in author.slots.get("authorInstitution", ()) if v]
    if value:
        patient = Person(value).is_patient
        if patient and institutions:
            yield "XDS-015", slot("authorInstitution"), "Un auteur patient ne porte pas de structure", None, ""
        elif not patient and not institutions:
            yield "XDS-015", slot("authorInstitution"), "L'auteur ne porte pas sa structure", None, ""
    for institution in institutions:
        for message in _institution_faults(institution):
            yield "XDS-060", slot("authorInstitution"), message, None, institution


def person_faults(value: str) -> Iterator[tuple[str, str, Severity | None]]:
    """Rule, message and severity of what is wrong with an XCN."""
    person = Person(value)
    if person.components != _XCN:
        yield "XDS-057", f"{person.components} composantes au lieu de {_XCN}", None
    missing = [
        name for name, part in (("l'identifiant", person.id), ("le nom", person.family), ("le prénom", person.given))
        if not part.strip()
    ]  # fmt: skip
    if missing:
        yield "XDS-057", f"{' et '.join(missing)} {'manquent' if missing[1:] else 'manque'}", None
    if person.root and person.root_kind != "ISO":
        yield "XDS-058", f"l'autorité est un OID, de type ISO et non « {person.root_kind} »", None
    if person.is_patient:
        expected = ("D", "NH")
    elif person.is_device:
        expected = ("U", "RI")
    else:
        expected = ("D", "IDNPS")
        yield from _professional_faults(person)
    if (person.use, person.kind) != expected and not (person.kind == "EI" and expected[1] == "IDNPS"):
        read = f"{person.use}/{person.kind}"
        yield "XDS-058", f"le type de nom et d'identifiant est {read} au lieu de {'/'.join(expected)}", None


def _professional_faults(person: Person) -> Iterator[tuple[str, str, Severity | None]]:
    if person.root != PS_ID_NAT:
        yield "XDS-058", f"l'autorité de l'identifiant est « {person.root} » au lieu de {PS_ID_NAT}", None
    elif person.id and person.kind != "EI" and not _PS.fullmatch(person.id):
        yield "XDS-059", f"l'identifiant « {person.id} » n'est pas un identifiant national", None
    elif person.id.startswith(("8", "0")) and is_placeholder(person.id[1:]):
        yield "XDS-059", f"l'identifiant « {person.id} » est générique: il ne désigne personne", None
    if person.kind == "EI":
        yield "XDS-058", "l'identifiant est interne (EI): IDNPS est attendu aussi pour lui", Severity.WARNING


def _institution_faults(value: str) -> Iterator[str]:
    parts = value.split("^")
    if len(parts) != _XON:
        yield f"{len(parts)} composantes au lieu de {_XON}"
        return
    if not parts[0].strip():
        yield "le nom de la structure manque"
    if (parts[5], parts[6]) == _SIREN:
        if not re.fullmatch(r"\d{9}", parts[9], re.ASCII):
            yield f"l'identifiant de la structure « {parts[9]} » n'est pas un SIREN"
    elif (parts[5], parts[6]) != _NATIONAL:
        read = f"{parts[5]} de type {parts[6] or '(absent)'}"
        yield f"l'autorité de la structure est {read}, au lieu de {_NATIONAL[0]} de type {_NATIONAL[1]}"
    elif not _STRUCTURE.fullmatch(parts[9]):
        yield f"l'identifiant de la structure « {parts[9]} » n'est pas un identifiant national"


@rule("XDS-061", "XDS-062", families=("xds-entry",))
def authors_of_the_document(context: EntryContext) -> Iterator[Finding]:
    """One author per author of the document, in its order."""
    authors = context.entry.coded(xds.ENTRY_AUTHOR)
    if context.cda is None or not authors:
        return
    expected = context.cda.authors
    place = f"Classification[@classificationScheme='{xds.ENTRY_AUTHOR}']"
    if len(authors) != len(expected):
        message = f"{len(authors)} auteur(s) dans la fiche, {len(expected)} dans le document CDA"
        # A history document adds the structure as an author (REM, DMP/HISTO.04).
        more = Severity.WARNING if len(authors) > len(expected) else None
        yield context.find("XDS-061", place, message, severity=more)
    for author, wanted in zip(authors, expected, strict=False):
        read = author.value("authorPerson")
        if read and not _same_person(Person(read), wanted):
            message = "L'auteur n'est pas celui du document CDA"
            yield context.find("XDS-061", place, message, expected=wanted.person, actual=read, line=author.line)
            continue
        yield from _structure_and_role(context, author, wanted)
        specialty = author.value("authorSpecialty").split("^")
        code = wanted.specialty
        if specialty[0] and code.code and (specialty[0], specialty[-1]) != (code.code, code.system):
            at = f"{place}/{slot('authorSpecialty')}"
            actual = author.value("authorSpecialty")
            yield context.find(
                "XDS-062",
                at,
                "authorSpecialty n'est pas le code de l'auteur dans le document CDA",
                expected=wanted.speciality,
                actual=actual,
                line=author.line,
            )
        elif specialty[0] and code.code and not "".join(specialty[1:2]).strip():
            at, message = f"{place}/{slot('authorSpecialty')}", "authorSpecialty n'a pas de libellé"
            actual = author.value("authorSpecialty")
            yield context.find(
                "XDS-062", at, message, expected=wanted.speciality, actual=actual, severity=Severity.WARNING,
                line=author.line,
            )  # fmt: skip


def _structure_and_role(context: EntryContext, author: Classification, wanted: PersonView) -> Iterator[Finding]:
    """The structure by its identifier, for its name has several writings; the role by its label, which has some too."""
    read = [v for v in author.slots.get("authorInstitution", ()) if not any(_institution_faults(v))]
    own = wanted.organisation_id
    numbers = {own.extension, *(i.extension for i in wanted.others)} if own and own.extension else set()
    if read and numbers and not numbers & {v.rpartition("^")[2] for v in read}:
        message = "La structure de l'auteur n'est pas celle du document CDA"
        at = f"{classified(author)}/{slot('authorInstitution')}"
        yield context.find("XDS-061", at, message, expected=wanted.institution, actual=read[0], line=author.line)
    role = author.value("authorRole")
    if role and wanted.role and _spaced(role) != _spaced(wanted.role):
        message = "Le rôle de l'auteur n'est pas le libellé de son rôle dans le document CDA (functionCode)"
        at = f"{classified(author)}/{slot('authorRole')}"
        yield context.find(
            "XDS-061", at, message, expected=wanted.role, actual=role, severity=Severity.WARNING, line=author.line
        )


def _spaced(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()


@rule("XDS-063", families=("xds-entry",))
def legal_authenticator(context: EntryContext) -> Iterator[Finding]:
    """The one who answers for the document."""
    read = context.entry.value("legalAuthenticator")
    legal = context.cda.legal if context.cda else None
    if read and legal and not _same_person(Person(read), legal):
        yield context.find(
            "XDS-063",
            slot("legalAuthenticator"),
            "Le responsable n'est pas celui du document CDA",
            expected=legal.person,
            actual=read,
        )


def _same_person(read: Person, wanted: PersonView) -> bool:
    """By identifier, and by name for a person, in either order: the samples of the DMP swap family and given."""
    known = [wanted.id, *wanted.others] if wanted.id is not None else []
    if known and not any(read.id in (i.extension, i.root) for i in known):
        return False
    if read.is_device or wanted.device:
        return True
    named = {part.casefold() for part in (wanted.family, wanted.given) if part}
    return not named or {read.family.casefold(), read.given.casefold()} >= named
