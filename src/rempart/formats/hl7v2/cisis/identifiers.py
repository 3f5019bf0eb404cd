"""Document identifiers, as the CDA has them and as TXA-12 and TXA-13 want them."""

from __future__ import annotations


def xds_id(root: str, extension: str = "") -> str:
    """`root` or `root^extension`: how XDS, the driver and this project name a CDA document."""
    return f"{root}^{extension}" if extension else root


def split_id(unique_id: str) -> tuple[str, str]:
    """(root, extension) of an `xds_id`; the extension is "" when there is none."""
    root, _, extension = unique_id.partition("^")
    return root, extension


def txa_id(field: int, unique_id: str) -> dict[str, str]:
    """EI of TXA-12 or TXA-13: `extension^^root^ISO`, or `root` alone when the CDA id has no extension."""
    root, extension = split_id(unique_id)
    if not extension:
        return {f"{field}.1": root}
    return {f"{field}.1": extension, f"{field}.3": root, f"{field}.4": "ISO"}
