"""PDF: writing our own (`write`), reading those of others within bounds (`read`), PDF/A-1 (`pdfa`), pages (`render`).

Readers are imported on demand: they bring libraries that most commands do not need.
"""

from rempart.formats.pdf.write import minimal_pdf

__all__ = ["minimal_pdf"]
