"""The roles of a VIHF: the profession, and the speciality of those who have one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rempart.formats.cda.model import Coded
from rempart.formats.vihf import model as vihf
from rempart.model.finding import Finding, Severity
from rempart.resources import schemas_dir
from rempart.validation.registry import rule, table_entries
from rempart.validation.vihf.context import VihfContext

VIHF = ("vihf",)
_NEED_SPECIALITY = {"10": "médecin", "21": "pharmacien"}  # TRE_G15
_ROLES = "1.2.250.1.213.1.1.5.5"  # JDV_J65, which Pro Santé Connect gives as the system of a role
_SYSTEMS = {"10": vihf.PROFESSIONS, "21": vihf.PROFESSIONS, "AUTOMATE": "1.2.250.1.213.1.1.4.6"}
_NEAR_SPECIALITIES = {_ROLES, "1.2.250.1.213.1.1.4.5"}  # the second: authorSpecialty writes SM26 there


@rule("XDS-085", families=VIHF)
def roles(context: VihfContext) -> Iterator[Finding]:
    """The profession, then the speciality of those who have one."""
    codes = context.vihf.codes(vihf.ROLE)
    if not context.vihf.named(vihf.ROLE):
        return  # said by XDS-079
    if not codes or not codes[0].code:
        message = "Le rôle n'est pas un élément Role avec son code"
        yield context.about("XDS-085", vihf.ROLE, message, expected='Role code="10"')
        return
    yield from context.misnamed("XDS-085", vihf.ROLE, "Role")
    for code in codes:
        if not code.system:
            message = f"Le rôle {code.code} n'a pas de système de codage"
            yield context.about("XDS-085", vihf.ROLE, message, actual=code.code)
    for message, expected, actual, severity in _role_faults(codes):
        yield context.about("XDS-085", vihf.ROLE, message, expected=expected, actual=actual, severity=severity)


def _role_faults(codes: list[Coded]) -> Iterator[tuple[str, str, str, Severity | None]]:
    """Message, expected, read, severity: the first of what is wrong with these roles."""
    first, others = codes[0], codes[1:]
    kind = _SYSTEMS.get(first.code)
    if first.system == vihf.SPECIALITIES:
        yield "Le premier rôle est une spécialité: la profession vient d'abord", vihf.PROFESSIONS, first.code, None
    elif first.system and kind and first.system not in (kind, _ROLES):
        message = f"Le système du rôle « {first.code} » n'est pas le sien"
        yield message, kind, first.system, None
    elif first.code in _NEED_SPECIALITY and not any(c.code for c in others):
        severity = None if first.code == "10" else Severity.WARNING  # recalled for the others
        yield f"La spécialité d'un {_NEED_SPECIALITY[first.code]} manque", "un second Role", "", severity
    elif first.code == "10" and vihf.SPECIALITIES not in {c.system for c in others}:
        severity = Severity.WARNING if {c.system for c in others} & _NEAR_SPECIALITIES else None
        yield "Le second rôle d'un médecin n'est pas une spécialité", vihf.SPECIALITIES, others[0].system, severity
    elif first.code == "10" and (odd := [c.code for c in others if not _known(c)]):
        yield f"La spécialité « {odd[0][:20]} » n'est pas connue", "", odd[0], Severity.WARNING
    elif first.system == vihf.PROFESSIONS and first.code not in _professions():
        # JDV_J65 was not obtained: the professions known are those that sign documents.
        yield f"La profession « {first.code[:20]} » n'est pas connue", "", first.code, Severity.WARNING
    elif first.system and first.system != vihf.PROFESSIONS and first.code != "AUTOMATE":
        message = "Le système du premier rôle n'est pas celui des professions"
        yield message, vihf.PROFESSIONS, first.system, Severity.WARNING


@cache
def _actors() -> frozenset[str]:
    """Codes of JDV_J01 that a profession of TRE_G15 opens, and maybe a speciality ends: `10/SM26`."""
    codes = table_entries("jdv-j01", schemas_dir() / "cda")
    return frozenset(c.removeprefix("G15_") for c in codes if c.startswith("G15_"))


@cache
def _professions() -> frozenset[str]:
    return frozenset(c.partition("/")[0] for c in _actors())


def _known(role: Coded) -> bool:
    """A speciality of doctors is; what is of another system is not judged."""
    return role.system != vihf.SPECIALITIES or f"10/{role.code}" in _actors()
