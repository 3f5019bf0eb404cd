"""Requirements that the editor declares not applicable: `attestations/non-applicable/<id>.yaml` and its signed PDF.

The referencing procedure asks for a reasoned declaration on honour, dated and signed by the legal representative. One
that is not complete is refused: a requirement is never left out by accident.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.attestations import FOLDER, MAX_FILE, folder_name
from rempart.candidate.config import DispositifName
from rempart.candidate.yamlfile import ConfigErrors, read

NOT_APPLICABLE = "non-applicable"
Text = Annotated[str, Field(min_length=1)]


class Declaration(BaseModel):
    """`signatory` is the legal representative: name and function. `scenarios`: only these of the requirement do not
    apply (one mode of connection among several); none named: the whole requirement."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    requirement: Text
    dispositifs: tuple[DispositifName, ...] = Field(min_length=1)
    date: datetime.date
    scenarios: tuple[Text, ...] = ()
    signatory: Text
    reason: Annotated[str, Field(min_length=10)]


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration that holds, and its signed PDF."""

    declaration: Declaration
    pdf: Path

    @property
    def words(self) -> str:
        d = self.declaration
        return f"déclarée non applicable le {d.date:%d/%m/%Y} par {d.signatory}: {d.reason}"


def declarations(candidate: Path | None, today: datetime.date) -> tuple[list[Declared], list[str]]:
    """The declarations beside candidate.yaml, and French lines on those that are refused."""
    if candidate is None:
        return [], []
    folder = candidate.resolve().parent / FOLDER / NOT_APPLICABLE
    found, problems = [], []
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        pdf = file.with_suffix(".pdf")
        try:
            declaration = read(file, Declaration)
        except ConfigErrors as errors:
            problems += [f"déclaration refusée: {line}" for line in str(errors).splitlines()]
            continue
        if problem := _problem(file, declaration, pdf, today):
            problems.append(f"déclaration refusée: {file}: {problem}")
        else:
            found.append(Declared(declaration, pdf))
    return found, problems


def _problem(file: Path, declaration: Declaration, pdf: Path, today: datetime.date) -> str:
    if file.stem != folder_name(declaration.requirement):
        return f"le fichier de {declaration.requirement} se nomme {folder_name(declaration.requirement)}.yaml"
    if declaration.date > today:
        return f"sa date ({declaration.date:%d/%m/%Y}) n'est pas encore venue"
    if not pdf.is_file():
        return f"la déclaration signée {pdf.name} n'est pas à côté"
    try:
        if pdf.stat().st_size > MAX_FILE:
            return f"{pdf.name} est trop gros"
        return signed_problem(pdf.name, pdf.read_bytes())
    except OSError as error:
        return f"{pdf.name} ne s'ouvre pas: {error}"


def signed_problem(name: str, data: bytes) -> str:
    """Why the declaration that was signed cannot be read, in French; "" when it can."""
    import pikepdf  # on demand: few campaigns have a declaration, and all would wait for it

    try:
        with pikepdf.open(io.BytesIO(data)) as opened:
            return "" if len(opened.pages) else f"{name} n'a aucune page"
    except (OSError, pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError) as error:
        return f"{name} ne s'ouvre pas: {error}"
