"""What can be said of the conformance of a PDF to PDF/A-1 (ISO 19005-1) without a complete validator.

`check` is the entry; each module holds the clauses of one idea. docs/pdf-a.md says what is looked at and what is not.
"""

from rempart.formats.pdf.pdfa.check import check
from rempart.formats.pdf.pdfa.clauses import Breach

__all__ = ["Breach", "check"]
