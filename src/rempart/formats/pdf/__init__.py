"""PDF: writing our own (`write`), reading those of others within bounds (`read`), PDF/A-1 (`pdfa`), pages (`render`).

All are imported on demand: they bring libraries that most commands do not need.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rempart.formats.pdf.write import minimal_pdf

__all__ = ["minimal_pdf"]


def __getattr__(name: str) -> Any:
    """`minimal_pdf`, imported when it is asked for: reading needs none of what draws. AttributeError otherwise."""
    if name != "minimal_pdf":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rempart.formats.pdf.write import minimal_pdf

    return minimal_pdf
