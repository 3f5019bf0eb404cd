"""The ANS spreadsheets: a REM read from them, compared with our catalogue, kept for campaigns, and written back."""

from rempart.catalog.sheets.compare import Differences, against_catalog, against_previous
from rempart.catalog.sheets.errors import SheetError
from rempart.catalog.sheets.from_catalog import rem_of
from rempart.catalog.sheets.library import Library
from rempart.catalog.sheets.model import Rem, RemEvidence, RemRequirement, RemScenario
from rempart.catalog.sheets.read import Import, read_rem

__all__ = [
    "Differences",
    "Import",
    "Library",
    "Rem",
    "RemEvidence",
    "RemRequirement",
    "RemScenario",
    "SheetError",
    "against_catalog",
    "against_previous",
    "read_rem",
    "rem_of",
]
