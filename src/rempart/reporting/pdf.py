"""report.pdf: the record on paper, paged and ready for a signature; what was exchanged stays in the HTML page."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from rempart.model.results import Results
from rempart.reporting.html import page_environment, present, preuves_by_status, totals
from rempart.reporting.load import ReportError
from rempart.reporting.outline import Outline

VARIANT = "pdf/a-3b"
MAX_FINDINGS = 10  # printed of one scenario


def write_pdf(results: Results, digest: str, plan: Outline, problems: list[str], path: Path) -> None:
    """Whole or not at all. Raises ReportError when WeasyPrint lacks its libraries, OSError from the disk."""
    page = (
        page_environment()
        .get_template("print.html")
        .render(
            results=results,
            campaign=results.campaign,
            digest=digest,
            plan=plan,
            counts=plan.counts(),
            present=present(plan),
            totals=totals(plan),
            preuves=preuves_by_status(plan),
            problems=problems,
            max_findings=MAX_FINDINGS,
        )
    )
    identifier = hashlib.sha256(digest.encode()).digest()[:16]
    temporary = path.with_suffix(".tmp")
    try:
        document(page).write_pdf(temporary, pdf_variant=VARIANT, pdf_identifier=identifier, uncompressed_pdf=False)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def document(page: str) -> Any:
    """The page as WeasyPrint's document. Nothing outside the page is fetched."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:  # its own libraries are looked up on import
        raise ReportError(
            "rapport PDF impossible: WeasyPrint ne trouve pas la bibliothèque Pango. Installez-la "
            f"(Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0). Détail: {str(error).splitlines()[0]}"
        ) from error
    return HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=()))
