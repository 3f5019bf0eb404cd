"""The assertion itself: signature, issuer, dates, authentication."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from lxml import etree

from rempart.formats.distinguished_name import same_name
from rempart.formats.vihf import model as vihf
from rempart.formats.xmldsig import EXC_C14N
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.vihf.context import VihfContext

VIHF = ("vihf",)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|[+-]00:00)", re.ASCII)
AIR_LIFETIME = timedelta(seconds=30)  # EX_AIR-040
_SKEW = timedelta(seconds=30)  # clocks of two machines: what is ahead by less is not judged
_CLASSES = (vihf.PASSWORD, vihf.CARD, vihf.UNSPECIFIED)


_COUNTS = {
    "Issuer": (1, 1), "Subject": (1, 1), "Subject/NameID": (1, 1), "Conditions": (0, 1), "AuthnStatement": (1, 1),
    "AuthnStatement/AuthnContext": (1, 1), "AuthnStatement/AuthnContext/AuthnContextClassRef": (1, 1),
    "AuthnStatement/AuthnContext/AuthnContextDecl": (0, 1),
}  # fmt: skip


@rule("DMP-008", families=VIHF)
def structure(context: VihfContext) -> Iterator[Finding]:
    """Each element once: of two users, nobody knows which one calls."""
    counts: dict[str, int] = {"": 1}
    for path, (least, most) in _COUNTS.items():
        count = len(context.vihf.root.findall("/".join(f"{{{vihf.SAML}}}{step}" for step in path.split("/"))))
        counts[path] = count
        if count < least and counts[path.rpartition("/")[0]]:  # its parent missing is told once
            yield context.find("DMP-008", path, f"{path} manque")
        elif count > most:
            yield context.find("DMP-008", path, f"{path} est présent {count} fois", expected="une fois")
    statements = context.vihf.root.findall(f"{{{vihf.SAML}}}AttributeStatement")
    place = "AttributeStatement"
    if not statements:
        yield context.find("DMP-008", place, f"{place} manque")
    elif any(not len(s) for s in statements):
        yield context.find("DMP-008", place, f"{place} est vide", expected="des attributs")
    elif len(statements) > 1:
        # SAML allows it; each is read. The samples of the DMP have one.
        message = f"{place} est présent {len(statements)} fois"
        yield context.find("DMP-008", place, message, expected="une fois", severity=Severity.WARNING)


@rule("XDS-080", families=VIHF)
def signed(context: VihfContext) -> Iterator[Finding]:
    """One signature, enveloped, over the whole assertion, that holds for the certificate that it carries."""
    said, place = context.vihf, "Signature"
    if len(said.signatures) != 1:
        count = len(said.signatures)
        words = f"L'assertion porte {count} signatures, une seule est attendue"
        words = words if count else "L'assertion n'est pas signée"
        yield context.find("XDS-080", place, words)
        return
    verified = context.verified
    assert verified is not None
    if verified.problem:
        yield context.find("XDS-080", place, f"La signature ne vaut pas: {verified.problem}")
        return
    wanted = f"#{said.id}"
    if verified.references != (wanted,) or not said.id:
        actual = ", ".join(verified.references)
        message = "La signature ne couvre pas l'assertion, et elle seule"
        yield context.find("XDS-080", f"{place}/SignedInfo/Reference/@URI", message, expected=wanted, actual=actual)
    elif [e for e in verified.signed if e.tag != vihf.ASSERTION] or _shared_ids(context):
        yield context.find("XDS-080", place, "Ce qui est signé n'est pas l'assertion: son identifiant est répété")
    used = [verified.canonicalization, *(t for t in verified.transforms if "enveloped" not in t)]
    other = [u for u in used if not u.startswith(EXC_C14N)]
    if other or len(used) < 2:
        # Without one among the transforms, what is signed is in the inclusive form.
        actual = ", ".join(other) or "aucune forme canonique parmi les Transform"
        message = "La forme canonique n'est pas l'exclusive"
        yield context.find("XDS-080", f"{place}/SignedInfo", message, expected=EXC_C14N, actual=actual)
    if verified.weak:
        message = "La signature emploie SHA-1, comme les exemples du DMP: SHA-256 est attendu aujourd'hui"
        yield context.find("XDS-080", place, message, actual=verified.weak[0], severity=Severity.WARNING)


def _shared_ids(context: VihfContext) -> bool:
    """Of two elements: one may say its own twice (ID, wsu:Id)."""
    elements = context.vihf.root.iter(etree.Element)
    counts = Counter(v for e in elements for v in {v for k, v in e.attrib.items() if str(k).lower().endswith("id")})
    return counts[context.vihf.id] > 1


@rule("XDS-081", families=VIHF)
def issuer(context: VihfContext) -> Iterator[Finding]:
    """The DN of the certificate; its parts are compared whatever their order and writing."""
    said = context.vihf
    if not said.issuer:
        yield context.find("XDS-081", "Issuer", "L'émetteur manque", expected="le DN du certificat")
    if said.issuer_format != vihf.SUBJECT_NAME:
        # The page of the HL7v2 volet writes it without its hyphen: the two texts disagree.
        known = said.issuer_format == vihf.SUBJECT_NAME.replace("nameid-format", "nameidformat")
        yield context.find(
            "XDS-081", "Issuer/@Format", "Le format de l'émetteur n'est pas celui d'un nom de certificat",
            expected=vihf.SUBJECT_NAME, actual=said.issuer_format, severity=Severity.WARNING if known else None,
        )  # fmt: skip
    certificate = context.verified.certificate if context.verified else None
    if certificate is not None and said.issuer and not same_name(said.issuer, certificate.subject):
        message = "L'émetteur n'est pas le nom du certificat de la signature"
        yield context.find(
            "XDS-081", "Issuer", message, expected=certificate.subject.rfc4514_string(), actual=said.issuer
        )


@rule("XDS-082", families=VIHF)
def dates(context: VihfContext) -> Iterator[Finding]:
    """Identifier, date in UTC, validity; in AIR mode, thirty seconds."""
    said = context.vihf
    if said.version != "2.0":
        message = "L'assertion n'est pas de SAML 2.0"
        yield context.find("XDS-082", "@Version", message, expected="2.0", actual=said.version)
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", said.id):
        message = "L'identifiant de l'assertion manque ou n'en est pas un"
        yield context.find("XDS-082", "@ID", message, expected="_ et un UUID", actual=said.id)
    issued = instant(said.issued)
    if issued is None:
        message = "La date de l'assertion manque ou n'est pas en UTC"
        yield context.find("XDS-082", "@IssueInstant", message, expected="AAAA-MM-JJThh:mm:ssZ", actual=said.issued)
    for at, text in _written(said):
        if text.endswith("00:00") and instant(text) is not None:
            message = "L'heure est en UTC, sans le Z qui le dit"
            yield context.find(
                "XDS-082", at, message, expected="AAAA-MM-JJThh:mm:ssZ", actual=text, severity=Severity.WARNING
            )
    yield from _authenticated(context, issued)
    yield from _conditions(context, issued)
    if issued is not None and context.received is not None:
        yield from _age(context, issued, context.received)


def _written(said: vihf.Vihf) -> tuple[tuple[str, str], ...]:
    return (
        ("@IssueInstant", said.issued), ("AuthnStatement/@AuthnInstant", said.authenticated),
        ("Conditions/@NotBefore", said.not_before), ("Conditions/@NotOnOrAfter", said.not_after),
    )  # fmt: skip


def instant(text: str) -> datetime | None:
    """An xs:dateTime in UTC, `Z` or `+00:00`; None for anything else."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]}{(match[2] or '')[:7]}Z")
    except ValueError:
        return None


def _authenticated(context: VihfContext, issued: datetime | None) -> Iterator[Finding]:
    at, text = "AuthnStatement/@AuthnInstant", context.vihf.authenticated
    when = instant(text)
    if not text and context.vihf.root.find(f"{{{vihf.SAML}}}AuthnStatement") is None:
        return  # said by DMP-008
    if not text:
        yield context.find("XDS-082", at, "L'heure de connexion de l'utilisateur manque")
    elif when is None:
        message = "L'heure de connexion n'est pas en UTC"
        yield context.find("XDS-082", at, message, expected="AAAA-MM-JJThh:mm:ssZ", actual=text)
    elif issued is not None and when > issued + _SKEW:
        message = "L'utilisateur se serait connecté après que l'assertion a été faite"
        expected = f"{context.vihf.issued} ou avant"
        yield context.find("XDS-082", at, message, expected=expected, actual=text, severity=Severity.WARNING)


def _conditions(context: VihfContext, issued: datetime | None) -> Iterator[Finding]:
    said = context.vihf
    bounds = {}
    for name, text in (("NotBefore", said.not_before), ("NotOnOrAfter", said.not_after)):
        bounds[name] = instant(text)
        if text and bounds[name] is None:
            message = f"{name} n'est pas une date en UTC"
            at = f"Conditions/@{name}"
            yield context.find("XDS-082", at, message, expected="AAAA-MM-JJThh:mm:ssZ", actual=text)
    begin, end = bounds["NotBefore"], bounds["NotOnOrAfter"]
    place = "Conditions/@NotOnOrAfter"
    start = begin or issued
    if end is not None and start is not None and end <= start:
        message = "La validité finit avant de commencer"
        yield context.find("XDS-082", place, message, expected=f"après {start.isoformat()}", actual=said.not_after)
    elif end is not None and issued is not None and end <= issued:
        message = "L'assertion est faite après la fin de sa validité"
        yield context.find("XDS-082", place, message, expected=f"après {said.issued}", actual=said.not_after)
    if said.mode == vihf.AIR and end is not None and start is not None:
        longest = max(end - start, end - issued) if issued is not None else end - start
        if longest > AIR_LIFETIME:
            message = f"En mode AIR l'assertion vaut 30 secondes, celle-ci {longest.total_seconds():g}"
            yield context.find("XDS-082", place, message, expected="30 secondes au plus", actual=said.not_after)


def _age(context: VihfContext, issued: datetime, received: datetime) -> Iterator[Finding]:
    age = received - issued
    if age < -_SKEW:
        message = "L'assertion est datée d'après la réception du message"
        expected = f"{received.isoformat()} ou avant"
        yield context.find("XDS-082", "@IssueInstant", message, expected=expected, actual=context.vihf.issued)
    elif context.vihf.mode == vihf.AIR and age > AIR_LIFETIME:
        message = f"En mode AIR l'assertion vaut 30 secondes, elle en avait {age.total_seconds():g} à la réception"
        expected = "30 secondes au plus"
        yield context.find("XDS-082", "@IssueInstant", message, expected=expected, actual=context.vihf.issued)
    begin, end = instant(context.vihf.not_before), instant(context.vihf.not_after)
    if begin is not None and received < begin - _SKEW:
        message = "L'assertion n'était pas encore valable à la réception"
        yield context.find("XDS-082", "Conditions/@NotBefore", message, actual=context.vihf.not_before)
    if end is not None and received >= end:
        message = "L'assertion n'était plus valable à la réception"
        yield context.find("XDS-082", "Conditions/@NotOnOrAfter", message, actual=context.vihf.not_after)


@rule("XDS-094", "XDS-096", families=VIHF)
def authentication(context: VihfContext) -> Iterator[Finding]:
    """The class of the local login; and in AIR mode the method that conformity names."""
    said, place = context.vihf, "AuthnStatement/AuthnContext/AuthnContextClassRef"
    if said.context not in _CLASSES:
        message = "La classe d'authentification est inconnue" if said.context else "La classe d'authentification manque"
        yield context.find("XDS-094", place, message, expected=" ou ".join(_CLASSES), actual=said.context)
    elif said.mode == vihf.DIRECT and said.context != vihf.CARD:
        message = "L'authentification directe est celle d'une carte"
        yield context.find("XDS-094", place, message, expected=vihf.CARD, actual=said.context)
    elif any(c.code == "AUTOMATE" for c in said.codes(vihf.ROLE)) and said.context != vihf.UNSPECIFIED:
        message = "La classe d'un automate est unspecified"
        yield context.find(
            "XDS-094", place, message, expected=vihf.UNSPECIFIED, actual=said.context, severity=Severity.WARNING
        )
    if said.mode != vihf.AIR or said.declaration == vihf.CONFORMITY:
        return
    at = "AuthnStatement/AuthnContext/AuthnContextDecl"
    texts = (*said.root.itertext(), *(v for e in said.root.iter(etree.Element) for v in e.attrib.values()))
    if any(vihf.CONFORMITY in re.split(r"\W+", str(t), flags=re.ASCII) for t in texts):
        message = "CONF_EXI_PGSSIS est ailleurs que dans AuthnContextDecl: sa place n'est pas certaine"
        yield context.find("XDS-096", at, message, actual=said.declaration, severity=Severity.WARNING)
    else:
        yield context.find("XDS-096", at, expected=vihf.CONFORMITY, actual=said.declaration)


@rule("XDS-098", families=VIHF)
def audience(context: VihfContext) -> Iterator[Finding]:
    """Nobody in particular is addressed."""
    if context.vihf.audience:
        yield context.find("XDS-098", "Conditions/AudienceRestriction")
