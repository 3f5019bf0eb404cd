"""MSH-18: which bytes the message is made of (HL7 table 0211; the French texts allow the first two)."""

from __future__ import annotations

UTF8 = "UNICODE UTF-8"
LATIN9 = "8859/15"

_PYTHON = {
    UTF8: "utf-8",
    LATIN9: "iso8859-15",
    "8859/1": "iso8859-1",
    "ASCII": "ascii",
    "UNICODE": "utf-8",
    "": "utf-8",  # nothing declared: read as what everyone sends; the rule on MSH-18 says the rest
}


def codec(declared: str) -> str | None:
    """Python's name of the set declared in MSH-18, or None when it is not one we know."""
    return _PYTHON.get(declared)
