"""The name of the PDF sent beside a document (ECO.2.1.6): no document at rest has one, a mail or an export does."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.naming import LONGEST_TYPE, parse_name, pdf_name
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.datamatrix import capitals
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.registry import finding


def check_pdf_name(header: CdaHeader, name: str) -> Iterator[Finding]:
    """What the name of the PDF of this document has wrong."""
    wanted = pdf_name(header)
    said = parse_name(name)
    if said is None:
        message = "Le nom du PDF n'a pas la forme date_type_NOM_prénom[_dossier].pdf"
        yield finding("CDA-126", "nom du fichier", message, expected=str(wanted), actual=name)
        return
    compared = (
        ("la date de l'acte", said.date == wanted.date),
        (f"le type du document, de {LONGEST_TYPE} caractères au plus", _alike(said.type, wanted.type)),
        ("le nom de naissance, en majuscules", said.family.isupper() and _alike(said.family, wanted.family)),
        ("le prénom", _alike(said.given, wanted.given)),
    )
    for what, sound in compared:
        if not sound:
            message = f"Le nom du PDF ne dit pas {what}"
            yield finding("CDA-126", "nom du fichier", message, expected=str(wanted), actual=name)


def _alike(said: str, wanted: str) -> bool:
    """Accents, case and apostrophes apart."""
    one, other = (" ".join(capitals(text).replace("'", " ").split()) for text in (said, wanted))
    return one == other


@check("document.pdf_name")
def document_pdf_name(evidence: list[bytes], *, name: str) -> list[Finding]:
    """The PDF sent beside the recorded CDA document has the name that ECO.2.1.6 asks for."""
    try:
        header = parse_cda(evidence[0]).header
    except CdaError as error:
        return [finding("CDA-126", "document", f"document illisible: {error}", expected="un document CDA")]
    return list(check_pdf_name(header, name))
