"""The patient: INS, names, birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import text
from rempart.formats.ins import REGISTERS, is_matricule
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.registry import rule

_ROLE = "recordTarget/patientRole"
_NAME = f"{_ROLE}/patient/name"


def _ins_ids(context: CdaContext) -> list[Element]:
    return [i for i in context.at(f"{_ROLE}/id") if i.get("root") in REGISTERS]


@rule("CDA-032", families=("cda-document",))
def environment_of_the_ins(context: CdaContext) -> Iterator[Finding]:
    """A test document carries a test INS, and a real one never does: the document does not say which one it is."""
    for node in _ins_ids(context) if context.environment else ():
        register = REGISTERS[node.get("root", "")]
        if register.environment != context.environment:
            message = f"L'INS est du registre {register.label}, dans un contexte de {context.environment}"
            expected = " ou ".join(r.oid for r in REGISTERS.values() if r.environment == context.environment)
            yield context.find("CDA-032", node, "@root", message, expected=expected)


_RETIRED = {"1.2.250.1.213.1.4.2": "INS-C", "1.2.250.1.213.1.4.1": "INS-A"}


@rule("CDA-033", families=("cda-document",))
def retired_ins(context: CdaContext) -> Iterator[Finding]:
    """Neither the patient nor who writes or informs is known by an identifier of before 2021."""
    for node in context.in_header("id"):
        if name := _RETIRED.get(node.get("root", "")):
            yield context.find("CDA-033", node, "@root", f"L'{name} ne doit plus être transmis")


# Matricules of published examples, with a false key (fact sheet of the CDA, A3): who copies one has made no mistake.
_PUBLISHED = frozenset(("224027511583555", "222127505611201", "223042545611404", "221042545611404"))


@rule("CDA-034", families=("cda-document",))
def ins_key(context: CdaContext) -> Iterator[Finding]:
    """15 characters with a right key."""
    for node in _ins_ids(context):
        value = node.get("extension", "")
        if not is_matricule(value):
            message = "Le matricule INS n'a pas 15 caractères avec une clé juste"
            expected = "13 caractères puis 97 - (nombre modulo 97), 2A lu 19 et 2B lu 18"
            severity = Severity.WARNING if value in _PUBLISHED else None
            yield context.find("CDA-034", node, "@extension", message, expected=expected, severity=severity)


@rule("CDA-035", families=("cda-document",))
def other_identifiers(context: CdaContext) -> Iterator[Finding]:
    """One INS at most; any other identifier says who gave it and what it is."""
    role = context.first(_ROLE)
    ids = [] if role is None else select(role, "id")
    for node in [i for i in ids if i.get("root") in REGISTERS][1:]:
        yield context.find("CDA-035", node, "@root", "Le patient porte plus d'une INS")
    for node in ids:
        if node.get("nullFlavor"):
            continue
        if not node.get("root"):
            message = "Un identifiant du patient dit qui l'a attribué"
            yield context.find("CDA-035", node, "@root", message, severity=Severity.ERROR)
        elif not node.get("extension") and node.get("root") not in REGISTERS:
            yield context.find("CDA-035", node, "@extension", "Un identifiant du patient porte @extension")


@rule("CDA-037", families=("cda-document",))
def birth_first_names(context: CdaContext) -> Iterator[Finding]:
    """One list of birth first names, which starts with the first birth first name."""
    name = context.first(_NAME)
    if "ins" not in context.facts or name is None:
        return
    lists = [g for g in select(name, "given") if not g.get("qualifier")]
    if len(lists) != 1 or not text(lists[0]):
        message = "La liste des prénoms de naissance est un seul élément given sans qualifier"
        yield context.find("CDA-037", name, "given", message, expected="1", actual=str(len(lists)))
        return
    listed, head = text(lists[0]), text(first(name, "given[@qualifier='BR']"))
    if head and not _folded(listed).startswith(_folded(head)):
        message = "Le premier prénom de naissance n'est pas en tête de la liste des prénoms"
        yield context.find("CDA-037", lists[0], "", message, expected=head, actual=listed, severity=Severity.WARNING)


def _folded(names: str) -> str:
    """As the RNIV compares first names: hyphen, apostrophe and space are the same (MAX-PATRICK heads MAX PATRICK)."""
    return re.sub(r"[-'’ ]+", " ", names + " ")


@rule("CDA-120", families=("cda-document",))
def mailbox_of_the_patient(context: CdaContext) -> Iterator[Finding]:
    """The patient's MSSanté address is made of their matricule: another one is somebody else's mailbox."""
    ins = context.header.ins
    for node in context.at(f"{_ROLE}/telecom"):
        match = re.fullmatch(r"mailto:([^@]*)@patient\.mssante\.fr", node.get("value", ""), re.IGNORECASE)
        if match and (ins is None or (ins.extension and match[1] != ins.extension)):
            message = "L'adresse MSSanté du patient n'est pas faite de son matricule INS"
            expected = f"mailto:{ins.extension}@patient.mssante.fr" if ins else "aucune sans INS qualifiée"
            yield context.find("CDA-120", node, "@value", message, expected=expected)


_SEXES = {"1": "M", "3": "M", "7": "M", "2": "F", "4": "F", "8": "F"}


@rule("CDA-042", families=("cda-document",))
def ins_and_traits(context: CdaContext) -> Iterator[Finding]:
    """The matricule says sex, year and month of birth. Only a hint: a corrected civil status keeps its matricule."""
    header = context.header
    ins = header.ins
    if not ins or not re.fullmatch(r"\d{5}.{10}", ins.extension, re.ASCII):
        return
    sex, year, month = ins.extension[0], ins.extension[1:3], ins.extension[3:5]
    gender = context.first(f"{_ROLE}/patient/administrativeGenderCode")
    if gender is not None and sex in _SEXES and header.sex in ("M", "F") and _SEXES[sex] != header.sex:
        message = "Le sexe n'est pas celui que dit le matricule INS"
        yield context.find("CDA-042", gender, "@code", message, expected=_SEXES[sex])
    birth = context.first(f"{_ROLE}/patient/birthTime")
    real_month = "01" <= month <= "12"  # other values: month unknown to the register
    if birth is not None and re.match(r"\d{6}", header.birth_time, re.ASCII):
        actual = header.birth_time[2:6]
        if actual[:2] != year or (real_month and actual[2:] != month):
            message = "La date de naissance n'est pas celle que dit le matricule INS"
            expected = f"année {year}, mois {month}" if real_month else f"année {year}"
            yield context.find("CDA-042", birth, "@value", message, expected=expected)


@rule("CDA-127", families=("cda-document",))
def born_before(context: CdaContext) -> Iterator[Finding]:
    """The patient was born on the day of the document at the latest."""
    header = context.header
    birth, day = context.first(f"{_ROLE}/patient/birthTime"), header.effective_time[:8]
    known = re.match(r"\d{8}", header.birth_time, re.ASCII) and re.fullmatch(r"\d{8}", day, re.ASCII)
    if birth is not None and known and header.birth_time[:8] > day:
        message = "Le patient naît après la création du document"
        yield context.find("CDA-127", birth, "@value", message, expected=f"au plus tard {day}")


@rule("CDA-045", families=("cda-document",))
def injected_identity(context: CdaContext) -> Iterator[Finding]:
    """The traits are those of the identity that the test gave to the software."""
    header, patient = context.header, context.identity
    if patient is None:
        return
    compared = (
        ("id", str(patient.ins or ""), str(header.ins or "")),
        ("patient/name/family[@qualifier='BR']", patient.birth_name, header.birth_name),
        ("patient/name/given[not(@qualifier)]", patient.birth_names, header.birth_names),
        ("patient/name/given[@qualifier='BR']", patient.first_birth_name, header.first_birth_name),
        ("patient/administrativeGenderCode/@code", patient.sex.replace("U", "UN"), header.sex),
        ("patient/birthTime/@value", f"{patient.birth_date:%Y%m%d}", header.birth_time[:8]),
        ("patient/birthplace/place/addr/county", patient.birth_place, header.birth_place),
    )
    role = context.first(_ROLE)
    node = context.root if role is None else role
    for path, expected, actual in compared:
        if expected != actual:
            message = "Le trait d'identité n'est pas celui de l'identité transmise au logiciel"
            yield context.find("CDA-045", node, path, message, expected=expected, actual=actual)
