"""Which profile judges a message: by MSH-9, then by what MSH-21 declares, then by what the message itself looks like.

MSH-21 may be the very thing that is wrong: a message that is plainly of one edition is judged against that edition, and
the finding is on MSH-21.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rempart.formats.hl7v2 import Message
from rempart.validation.hl7v2.profile import Profile
from rempart.validation.hl7v2.profiles import profiles
from rempart.validation.registry import table

# How many more markers of another edition it takes to disbelieve MSH-21.
_DOUBT_FAMILY, _DOUBT_EDITION = 2, 3


@dataclass(frozen=True)
class Selection:
    """The profile, or why there is none (French). `out_of_scope` names an edition that is known and not judged."""

    profile: Profile | None = None
    reason: str = ""
    out_of_scope: str = ""


def select(message: Message, edition: str | None = None) -> Selection:
    """The profile for a message; `edition` forces one (`2.0`, `1.1`), where the type of the message has it."""
    kind = message.kind or "de type inconnu"
    declared = message.get("MSH-21")
    if edition is None:
        if declared in table("unsupported-editions"):
            profile = _best(message, _candidates(message))
            return Selection(profile, out_of_scope=table("unsupported-editions")[declared])
        other = table("other-volets").get(message.get("MSH-21.2"))
        if other:
            return Selection(reason=f"aucun profil: {kind} du {other}, hors du champ de Rempart")
    candidates = _candidates(message)
    forced = [p for p in candidates if p.edition == edition]
    profile = _best(message, forced or candidates)
    return Selection(profile) if profile else Selection(reason=f"aucun profil pour un message {kind}")


def _candidates(message: Message) -> list[Profile]:
    """Profiles of this very message, else of its type, else of the structure or volet that it announces."""
    known = profiles().values()
    kind, event, structure = message.kind, message.get("MSH-9.2"), message.get("MSH-9.3")
    of_type = kind.partition("^")[0]
    tests = (
        lambda p: kind in p.messages,
        lambda p: of_type in p.messages,
        lambda p: any(m.startswith(f"{of_type}^") for m in p.messages) and of_type,
        lambda p: structure and structure in _structures(p) and any(m.endswith(f"^{event}") for m in p.messages),
        lambda p: structure and structure in _structures(p),
        lambda p: p.msh21 and p.msh21 == message.get("MSH-21") and _looks_like(message, p),
    )
    for test in tests:
        found = [p for p in known if test(p)]
        if found:
            return found
    return []


def _structures(profile: Profile) -> Iterable[str]:
    for line in profile.segments.get("MSH", ()):
        if str(line.field) == "9.3":
            yield from line.values


def _looks_like(message: Message, profile: Profile) -> bool:
    """A message without a usable MSH-9: TXA is only in MDM."""
    has_txa = message.first("TXA") is not None
    return has_txa == any(m.startswith("MDM^") for m in profile.messages)


def _best(message: Message, candidates: list[Profile]) -> Profile | None:
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    declared_text = message.get("MSH-21")
    declared = next((p for p in candidates if p.msh21 and p.msh21 == declared_text), None)
    if declared and _score(message, declared) == len(declared.markers):
        return declared  # it is all that it says
    score = {p.id: _score(message, p) for p in candidates}
    likeliest = max(candidates, key=lambda p: (score[p.id] + _hint(message, p), _number(p.edition)))
    if declared is None:
        return likeliest
    lead = score[likeliest.id] - score[declared.id]
    if likeliest.family != declared.family and lead >= _DOUBT_FAMILY:
        return likeliest
    if lead >= _DOUBT_EDITION and _number(likeliest.edition) > _number(declared.edition):
        return likeliest
    return declared


def _score(message: Message, profile: Profile) -> int:
    """How many markers fit some occurrence of their segment."""
    score = 0
    for name, fits in profile.marks:
        for segment in message.all(name):
            if fits(segment):
                score += 1
                break
    return score


def _hint(message: Message, profile: Profile) -> float:
    """What a wrong MSH-21 still says: half a marker for its edition, half for its volet."""
    edition, namespace = message.get("MSH-21.1").strip(), message.get("MSH-21.2").strip()
    wanted_edition, _, wanted_namespace = profile.msh21.partition("^")
    same_edition = bool(edition) and edition == wanted_edition
    return 0.5 * same_edition + 0.5 * (bool(namespace) and namespace == wanted_namespace)


def _number(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split(".") if part.isdigit())
