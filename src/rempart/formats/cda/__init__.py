"""CDA R2 as the CI-SIS uses it: safe reading, a light view of the header, and writing our own documents."""

from typing import TYPE_CHECKING, Any

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.model import (
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    CdaRecipient,
    CdaSection,
    Coded,
    InstanceId,
    Organisation,
)
from rempart.formats.cda.read import CdaError, CdaTree, location, parse_cda

if TYPE_CHECKING:
    from rempart.formats.cda.write import build

__all__ = [
    "CdaAuthor",
    "CdaDocument",
    "CdaError",
    "CdaHeader",
    "CdaImaging",
    "CdaPatient",
    "CdaRecipient",
    "CdaSection",
    "CdaTree",
    "Coded",
    "InstanceId",
    "Organisation",
    "build",
    "location",
    "parse_cda",
]


def __getattr__(name: str) -> Any:
    """`build`, imported when it is asked for: judging a document writes none. AttributeError otherwise."""
    if name != "build":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rempart.formats.cda.write import build

    return build
