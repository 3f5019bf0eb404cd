"""The PDF of our own documents: the patient's traits and, when the INS is qualified, its datamatrix."""

from __future__ import annotations

from collections.abc import Sequence

from rempart.formats import datamatrix
from rempart.formats.cda.model import CdaPatient
from rempart.formats.ins import NIA
from rempart.formats.pdf import minimal_pdf


def traits(patient: CdaPatient) -> list[str]:
    """The lines of the first page that say who the patient is (RNIV 1, EXI PP 21): the matricule with an INS only."""
    lines = [
        f"Nom de naissance: {patient.birth_name}",
        f"Premier prénom de naissance: {patient.first_birth_name}",
        f"Date de naissance: {patient.birth_date:%d/%m/%Y}   Sexe: {patient.sex}",
    ]
    used = " ".join(part for part in (patient.used_name, patient.used_first_name) if part)
    lines += [f"Nom et prénom utilisés: {used}"] if used else []
    if patient.ins:
        nature = "NIA" if patient.ins.root == NIA else "NIR"
        lines.append(f"Liste des prénoms: {patient.birth_names}")
        lines.append(f"Lieu de naissance: {patient.birth_place}")
        lines.append(f"Matricule INS: {patient.ins.extension} ({nature})")
    return lines


def ins_pdf(lines: Sequence[str], patient: CdaPatient, *, title: str, footer: Sequence[str] = ()) -> bytes:
    """A PDF/A-1 with these lines, `footer` at its foot, and the datamatrix of the patient's INS when there is one."""
    if patient.ins is None or patient.sex == "U":
        return minimal_pdf(lines, title=title, footer=footer)
    code = datamatrix.InsDatamatrix.of(
        matricule=patient.ins.extension, oid=patient.ins.root, birth_names=patient.birth_names,
        birth_name=patient.birth_name, sex=patient.sex, born=patient.birth_date, birth_place=patient.birth_place,
    )  # fmt: skip
    drawn = datamatrix.modules(code.payload())
    return minimal_pdf(lines, title=title, code=drawn, caption=datamatrix.CAPTION, footer=footer)
