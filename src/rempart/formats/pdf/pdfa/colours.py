"""Clauses 6.2.2 and 6.2.3: the output intent, and the colours that mean nothing without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from rempart.formats.pdf.pdfa.clauses import Breach, get, items, name_of, objgen, place_of

_COMPONENTS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4, b"Lab ": 3}
_DEVICE = {
    "DeviceGray": "GRAY", "G": "GRAY", "CalGray": "", "DeviceRGB": "RGB", "RGB": "RGB", "DeviceCMYK": "CMYK",
    "CMYK": "CMYK",
}  # fmt: skip
_DEFAULTS = {"GRAY": "DefaultGray", "RGB": "DefaultRGB", "CMYK": "DefaultCMYK"}


def output_intent(pdf: pikepdf.Pdf) -> tuple[str, list[Breach]]:
    """The colour space of the PDF/A output intent (`GRAY`, `RGB`, `CMYK`, "" without one), and what is wrong in it."""
    intents = [i for i in items(get(pdf.Root, "OutputIntents")) if name_of(get(i, "S")) == "GTS_PDFA1"]
    found: list[Breach] = []
    profiles = [p for i in intents if (p := get(i, "DestOutputProfile")) is not None]
    if len({objgen(p) for p in profiles}) > 1:
        found.append(Breach("6.2.2", "catalogue", "les intentions de sortie n'ont pas le même profil ICC"))
    space = ""
    for profile in profiles[:1]:
        space, problems = _space(profile)
        found += problems
    if intents and not profiles:
        found.append(Breach("6.2.2", "catalogue", "l'intention de sortie PDF/A n'incorpore pas de profil ICC"))
    return space, found


def _space(profile: Any) -> tuple[str, list[Breach]]:
    header, place = icc_header(profile), place_of(profile, "catalogue")
    if header is None:
        return "", [Breach("6.2.2", place, "le profil ICC de l'intention de sortie est illisible")]
    found = list(_about(header, profile, place))
    if header[12:16] not in (b"prtr", b"mntr"):
        found.append(Breach("6.2.2", place, "le profil ICC n'est ni d'imprimante ni d'écran"))
    return header[16:20].decode("latin-1").strip(), found


def icc_header(profile: Any) -> bytes | None:
    """The first 128 bytes of an ICC profile; None when it is none."""
    if not isinstance(profile, pikepdf.Stream):
        return None
    try:
        data = profile.read_bytes()
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return None
    return data[:128] if len(data) >= 128 and data[36:40] == b"acsp" else None


def _about(header: bytes, profile: Any, place: str) -> Iterator[Breach]:
    if header[8] > 2:
        yield Breach("6.2.2", place, f"le profil ICC est de version {header[8]}, que PDF 1.4 ne connaît pas")
    wanted = _COMPONENTS.get(header[16:20])
    if wanted is None or get(profile, "N") != wanted:
        yield Breach("6.2.2", place, "le nombre de composantes (N) n'est pas celui du profil ICC")


def check_space(space: Any, intent: str, defaults: Any, place: str) -> Iterator[Breach]:
    """What a colour space, by name or by array, needs: `intent` is that of the file, `defaults` the ColorSpace
    resources, which may replace a device space."""
    family = name_of(space) or name_of(items(space)[0] if items(space) else None)
    needs = _DEVICE.get(family, "")
    if needs and get(defaults, _DEFAULTS[needs]) is None and not _covered(needs, intent):
        message = f"une couleur {family} n'a de sens qu'avec une intention de sortie {needs}"
        yield Breach("6.2.3", place, message)
    parts = items(space)
    if family == "ICCBased" and len(parts) > 1:
        header = icc_header(parts[1])
        if header is None:
            yield Breach("6.2.3", place, "le profil ICC d'un espace de couleurs est illisible")
        else:
            yield from _about(header, parts[1], place)
    if family in ("Indexed", "I", "Separation", "DeviceN", "Pattern"):
        base = parts[2] if family in ("Separation", "DeviceN") and len(parts) > 2 else None
        base = parts[1] if family in ("Indexed", "I", "Pattern") and len(parts) > 1 else base
        if base is not None and not isinstance(base, pikepdf.Array | pikepdf.Name):
            return
        if base is not None:
            yield from check_space(base, intent, defaults, place)
    if family == "DeviceN" and len(parts) > 1 and len(items(parts[1])) > 8:
        yield Breach("6.1.12", place, "un espace DeviceN a plus de huit composantes")


def _covered(needs: str, intent: str) -> bool:
    """Grey may be shown by any of them."""
    return intent == needs or (needs == "GRAY" and intent in ("RGB", "CMYK", "GRAY"))
