"""A VIHF made and signed, as an establishment or a professional's software makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.signing import ENVELOPED, Reference, Signer, canonical, digest, signature
from rempart.formats.vihf import model as vihf
from rempart.formats.xds.transactions import V3
from rempart.formats.xmldsig import EXC_C14N

_XSI, _XS = "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/2001/XMLSchema"
_HIDDEN = Coded(vihf.HIDDEN_FROM_PARENTS, "1.2.250.1.213.1.1.4.13", "Invisible aux représentants légaux")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """What a VIHF says. `id` is `_` and a UUID; `patient` a CX, "" for TD0.4; `roles` the profession, then the
    speciality. `lifetime` (seconds) writes Conditions; `extra` are further text attributes."""

    id: str
    issued: datetime
    user: str  # PS_IdNat
    user_name: str
    structure: str  # Struct_IdNat
    patient: str
    mode: str = vihf.INDIRECT
    context: str = vihf.PASSWORD
    roles: tuple[Coded, ...] = ()
    sector: str = "SA01"
    purpose: str = vihf.NORMAL
    reason: str = ""
    secret: bool = False
    lifetime: int = 0
    software: str = "Logiciel de démonstration"
    software_version: str = "1.0"
    homologation: str = "HOMOLOGATION-DEMO"
    version: str = "3.0"
    extra: dict[str, str] = field(default_factory=dict)


def write_vihf(holder: Holder, signer: Signer) -> etree._Element:
    """The assertion, signed."""
    root = unsigned(holder, signer.subject)
    sign(root, signer)
    return root


def sign(root: etree._Element, signer: Signer) -> None:
    """Sign an assertion that is not: its signature stands just after its issuer."""
    reference = Reference(f"#{root.get('ID', '')}", digest(canonical(root)), (ENVELOPED, EXC_C14N))
    root[0].addnext(signature(signer, [reference]))


def unsigned(holder: Holder, issuer_name: str) -> etree._Element:
    """The assertion before its signature; `issuer_name` is the name of the certificate that will sign it."""
    root = etree.Element(
        vihf.ASSERTION, ID=holder.id, IssueInstant=_instant(holder.issued), Version="2.0",
        nsmap={"saml": vihf.SAML, "xsi": _XSI, "xs": _XS},
    )  # fmt: skip
    issuer = _add(root, "Issuer", Format=vihf.SUBJECT_NAME)
    issuer.text = issuer_name
    _add(_add(root, "Subject"), "NameID").text = holder.user
    if holder.lifetime:
        end = holder.issued + timedelta(seconds=holder.lifetime)
        _add(root, "Conditions", NotBefore=_instant(holder.issued), NotOnOrAfter=_instant(end))
    context = _add(_add(root, "AuthnStatement", AuthnInstant=_instant(holder.issued)), "AuthnContext")
    _add(context, "AuthnContextClassRef").text = holder.context
    if holder.mode == vihf.AIR:
        _add(context, "AuthnContextDecl").text = vihf.CONFORMITY
    _attributes(_add(root, "AttributeStatement"), holder)
    return root


def _attributes(statement: etree._Element, holder: Holder) -> None:
    texts = {
        vihf.STRUCTURE: holder.structure, vihf.SECTOR: f"{holder.sector}^{vihf.SECTORS}",
        vihf.SUBJECT: "" if holder.mode == vihf.DIRECT else holder.user_name, vihf.VERSION: holder.version,
        vihf.MODE: holder.mode, vihf.PATIENT: holder.patient, vihf.RESOURCE: "urn:dmp", vihf.REASON: holder.reason,
        vihf.SOFTWARE: holder.software, vihf.SOFTWARE_VERSION: holder.software_version,
        vihf.HOMOLOGATION: holder.homologation, **holder.extra,
    }  # fmt: skip
    for name, value in texts.items():
        if value:
            text = _add(_add(statement, "Attribute", Name=name), "AttributeValue")
            text.text = value
            text.set(f"{{{_XSI}}}type", "xs:string")
    purpose = Coded(holder.purpose, vihf.ACCESS_MODES, holder.purpose)
    _coded(statement, vihf.ROLE, "Role", holder.roles)
    _coded(statement, vihf.PURPOSE, "PurposeOfUse", (purpose,))
    _coded(statement, vihf.SECRET, "ConfidentialityCode", (_HIDDEN,) if holder.secret else ())


def _coded(statement: etree._Element, name: str, element: str, codes: tuple[Coded, ...]) -> None:
    attribute = _add(statement, "Attribute", Name=name) if codes else statement
    for code in codes:
        value = _add(attribute, "AttributeValue")
        said = {"code": code.code, "codeSystem": code.system, "displayName": code.label}
        etree.SubElement(value, f"{{{V3}}}{element}", said, nsmap={None: V3}).set(f"{{{_XSI}}}type", "CE")  # type: ignore[dict-item]


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{vihf.SAML}}}{name}", attributes)
