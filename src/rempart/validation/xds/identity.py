"""Whose document it is: the patient of the entry beside that of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import CdaHeader
from rempart.formats.ins import REGISTERS, is_matricule
from rempart.formats.xds import model as xds
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.context import EntryContext, slot

ENTRY = ("xds-entry",)
_CX = re.compile(r"([^^&]+)\^\^\^[^^&]*&([^^&]*)&ISO\^([^^]*)(\^.*)?")
_FIFTEEN = re.compile(r"\d{5}(\d{2}|2[AB])\d{8}", re.ASCII)
PATIENT = f"ExternalIdentifier[@identificationScheme='{xds.ENTRY_PATIENT}']"


def split_cx(value: str) -> tuple[str, str, str, str] | None:
    """Identifier, OID, type and what follows of a CX; None when it has another form."""
    match = _CX.fullmatch(value)
    return (match[1], match[2], match[3], match[4] or "") if match else None


def same_patient(one: str, other: str) -> bool:
    """The same identifier of the same authority: what else differs is a matter of form."""
    first, second = split_cx(one), split_cx(other)
    return one == other if first is None or second is None else first[:2] == second[:2]


def named_authority(value: str) -> bool:
    """A name stands before the OID of the authority, as HL7v2 writes it: XDS writes the OID alone."""
    return "^^^&" not in value


@rule("XDS-029", "XDS-030", "XDS-031", families=ENTRY)
def form_of_the_patient(context: EntryContext) -> Iterator[Finding]:
    """A matricule, its register and the type NH; in an archive for MSSanté, a local identifier may take its place."""
    value = context.entry.identifier(xds.ENTRY_PATIENT)
    if not value:
        return
    parts = split_cx(value)
    expected = "matricule^^^&OID&ISO^NH"
    if parts is None:
        yield context.find(
            "XDS-029", PATIENT, "L'identifiant du patient n'a pas la forme d'un CX", expected=expected, actual=value
        )
        return
    identifier, root, kind, rest = parts
    if root not in REGISTERS:
        yield from _not_an_ins(context, value, kind)
        return
    if kind != "NH":
        message = f"Une INS est de type NH dans les métadonnées XDS, et non « {kind} »"
        yield context.find("XDS-029", PATIENT, message, expected=expected, actual=value)
    if named_authority(value):
        message = "L'autorité d'une INS est son OID seul, sans le nom que HL7v2 écrit devant"
        yield context.find("XDS-029", PATIENT, message, expected=expected, actual=value)
    if rest:
        message = "Rien ne suit le type de l'identifiant du patient"
        yield context.find("XDS-029", PATIENT, message, expected=expected, actual=value, severity=Severity.WARNING)
    register = REGISTERS[root]
    if context.environment and register.environment != context.environment:
        message = f"L'INS est du registre {register.label}, dans un contexte de {context.environment}"
        registers = " ou ".join(r.oid for r in REGISTERS.values() if r.environment == context.environment)
        yield context.find("XDS-030", PATIENT, message, expected=registers, actual=root)
    if not _FIFTEEN.fullmatch(identifier):
        message = "Le matricule INS n'a pas ses 15 caractères, clé comprise"
        wanted = "13 caractères et une clé de 2 chiffres"
        yield context.find("XDS-029", PATIENT, message, expected=wanted, actual=identifier)
    elif not is_matricule(identifier):
        yield context.find("XDS-031", PATIENT, "La clé du matricule INS n'est pas juste", actual=identifier)


def _not_an_ins(context: EntryContext, value: str, kind: str) -> Iterator[Finding]:
    if not context.xdm:
        message = "Le patient n'est pas désigné par son INS"
        yield context.find("XDS-029", PATIENT, message, expected="un OID de registre de l'INS", actual=value)
    elif kind == "NH":
        message = "Le type NH est celui d'une INS, l'OID n'est pas celui d'un registre de l'INS"
        yield context.find("XDS-029", PATIENT, message, expected=" ou ".join(REGISTERS), actual=value)


@rule("XDS-032", "XDS-033", families=ENTRY)
def patient_of_the_document(context: EntryContext) -> Iterator[Finding]:
    """The INS of the header, or one of its identifiers when it has none; and its local identifier beside."""
    if context.cda is None:
        return
    header = context.cda.header
    patient = split_cx(context.entry.identifier(xds.ENTRY_PATIENT))
    wanted = [header.ins] if header.ins else list(header.patient_ids)
    if patient and wanted and not any(patient[:2] == (i.extension, i.root) for i in wanted):
        expected = " ou ".join(f"{i.extension} ({i.root})" for i in wanted)
        actual = f"{patient[0]} ({patient[1]})"
        yield context.find(
            "XDS-032", PATIENT, "Le patient n'est pas celui du document CDA", expected=expected, actual=actual
        )
    value = context.entry.value("sourcePatientId")
    if not value or not header.patient_ids:
        return
    source = split_cx(value)
    expected = " ou ".join(f"{i.extension} ({i.root})" for i in header.patient_ids)
    if source is None or not any(source[:2] == (i.extension, i.root) for i in header.patient_ids):
        yield context.find(
            "XDS-033",
            slot("sourcePatientId"),
            "sourcePatientId n'est pas un identifiant du document CDA",
            expected=expected,
            actual=value,
        )
    elif source[2] != (kind := "NH" if source[1] in REGISTERS else "PI"):
        what = "Une INS" if kind == "NH" else "L'identifiant local du patient"
        message = f"{what} est de type {kind} dans sourcePatientId"
        yield context.find("XDS-033", slot("sourcePatientId"), message, expected=kind, actual=source[2])


@rule("XDS-034", families=ENTRY)
def traits_of_the_document(context: EntryContext) -> Iterator[Finding]:
    """Name, birth date and sex, where the entry gives them: the volet makes sourcePatientInfo optional."""
    info = context.entry.values("sourcePatientInfo")
    if context.cda is None or not info:
        return
    header = context.cda.header
    place = slot("sourcePatientInfo")
    names = [v.split("|", 1)[1].split("^") for v in info if v.startswith("PID-5|")]
    families = {_folded(n[0]) for n in names}
    if not names:
        yield context.find("XDS-034", place, "Le nom (PID-5) manque", expected=header.birth_name)
    elif header.birth_name and _folded(header.birth_name) not in families:
        message = "Le nom de naissance n'est pas celui du document CDA"
        yield context.find("XDS-034", place, message, expected=header.birth_name, actual=", ".join(n[0] for n in names))
    elif header.birth_name and not _named_at_birth(names, header):
        message = "Le nom de naissance est de type L dans sourcePatientInfo, et le nom utilisé de type D"
        actual = ", ".join(f"{n[0]} ({_use(n)})" for n in names)
        yield context.find("XDS-034", place, message, expected=f"{header.birth_name} (L)", actual=actual)
    elif header.first_birth_name and not _first_names(names, header):
        message = "Le prénom n'est pas celui du document CDA"
        actual = ", ".join("^".join(n[:2]) for n in names)
        yield context.find("XDS-034", place, message, expected=header.first_birth_name, actual=actual)
    for name, wanted in (("PID-7", header.birth_time[:8]), ("PID-8", _SEXES.get(header.sex, header.sex))):
        read = next((v.split("|", 1)[1] for v in info if v.startswith(f"{name}|")), "")
        if wanted and read[:8] != wanted:
            what = "La date de naissance" if name == "PID-7" else "Le sexe"
            message = f"{what} ({name}) " + ("n'est pas celui du document CDA" if read else "manque")
            yield context.find("XDS-034", place, message, expected=wanted, actual=read)


_SEXES = {"UN": "U"}  # HL7 V3 in the document, HL7v2 (table 0001) in the metadata


def _use(name: list[str]) -> str:
    return (name + [""] * 7)[6].split("~")[0]


def _named_at_birth(names: list[list[str]], header: CdaHeader) -> bool:
    """No other name is said to be that of birth (L)."""
    legal = [_folded(n[0]) for n in names if _use(n) == "L"]
    return not legal or _folded(header.birth_name) in legal


def _first_names(names: list[list[str]], header: CdaHeader) -> bool:
    """Beside the birth name, the first name at birth, alone or with those that follow it."""
    known = {_folded(header.first_birth_name), _folded(header.birth_names)}
    born = [n for n in names if not header.birth_name or _folded(n[0]) == _folded(header.birth_name)]
    return any(_folded("".join(n[1:2])) in known for n in born)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
