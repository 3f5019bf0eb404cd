"""Reading a VIHF as it is written: nothing is corrected, and what is absent is empty."""

from __future__ import annotations

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.cda.read import CdaError, parse_xml
from rempart.formats.vihf.model import ASSERTION, SAML, Attribute, Vihf, VihfError
from rempart.formats.xmldsig import SIGNATURE

LIMIT = 1024 * 1024  # bytes of an assertion alone


def parse_vihf(data: bytes) -> Vihf:
    """VihfError when it is too big, not well-formed, has a DOCTYPE, or is no SAML 2.0 assertion."""
    try:
        root = parse_xml(data, limit=LIMIT)[0].getroot()
    except CdaError as error:
        raise VihfError(error.reason, error.line) from error
    if root.tag != ASSERTION:
        name = etree.QName(root)
        where = f"l'espace de noms {name.namespace}" if name.namespace else "aucun espace de noms"
        raise VihfError(f"la racine est {name.localname} dans {where}, au lieu de Assertion de SAML 2.0")
    return read_vihf(root)


def read_vihf(root: etree._Element) -> Vihf:
    """An Assertion, wherever it stands."""
    issuer, conditions = _child(root, "Issuer"), _child(root, "Conditions")
    statement = _child(root, "AuthnStatement")
    context = _child(statement, "AuthnContext")
    attributes = (a for s in root.iterchildren(_saml("AttributeStatement")) for a in s.iterchildren(_saml("Attribute")))
    return Vihf(
        root=root, id=root.get("ID", ""), version=root.get("Version", ""), issued=root.get("IssueInstant", ""),
        issuer=_text(issuer), issuer_format=_get(issuer, "Format"),
        name_id=_text(_child(_child(root, "Subject"), "NameID")),
        not_before=_get(conditions, "NotBefore"), not_after=_get(conditions, "NotOnOrAfter"),
        audience=_child(conditions, "AudienceRestriction") is not None,
        authenticated=_get(statement, "AuthnInstant"), context=_text(_child(context, "AuthnContextClassRef")),
        declaration=_text(_child(context, "AuthnContextDecl")),
        attributes=tuple(_attribute(a) for a in attributes),
        signatures=tuple(root.iterchildren(SIGNATURE)),
    )  # fmt: skip


def _attribute(element: etree._Element) -> Attribute:
    texts, codes, elements = [], [], []
    for value in element.iterchildren(_saml("AttributeValue")):
        coded = [c for c in value if isinstance(c.tag, str)]
        codes += [Coded(c.get("code", ""), c.get("codeSystem", ""), c.get("displayName", "")) for c in coded]
        elements += [str(c.tag) for c in coded]
        if not coded:
            texts.append(_text(value))
    line: int | None = element.sourceline  # type: ignore[assignment]  # lxml-stubs does not say
    return Attribute(
        name=element.get("Name", ""), values=tuple(texts), codes=tuple(codes), elements=tuple(elements), line=line or 0
    )  # fmt: skip


def _saml(name: str) -> str:
    return f"{{{SAML}}}{name}"


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return None if parent is None else parent.find(_saml(name))


def _get(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _text(element: etree._Element | None) -> str:
    """Without the spaces of XML around it: any other, an unbreakable one, is a character of the value."""
    return "" if element is None else "".join(str(t) for t in element.itertext()).strip(" \t\r\n")
