"""SheetError: a spreadsheet cannot be read, written or kept. The message is French: it is printed as it is."""

from __future__ import annotations


class SheetError(Exception):
    """Says what, and where: file, sheet, line."""
