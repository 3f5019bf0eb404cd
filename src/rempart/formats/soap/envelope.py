"""A SOAP envelope: its version, its WS-Addressing headers, its assertion, its body."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from rempart.formats.soap.model import ANONYMOUS, SOAP_11, SOAP_12, WSA, WSSE, SoapError

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
_MUST = "mustUnderstand"
_TRUE = ("true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`codes` are those of the fault and of its sub-codes, in this order, without their prefix."""

    codes: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Envelope:
    """As written: an absent header is "", a repeated one stands in `repeated`."""

    root: etree._Element
    version: str  # namespace of the envelope
    header: etree._Element | None = None
    body: etree._Element | None = None  # the soap:Body
    contents: tuple[etree._Element, ...] = ()  # elements of the body
    action: str = ""
    action_understood: bool = False  # flagged mustUnderstand
    message_id: str = ""
    to: str | None = None
    reply_to: str | None = None
    relates_to: str = ""
    repeated: tuple[str, ...] = ()
    securities: tuple[etree._Element, ...] = ()
    assertions: tuple[etree._Element, ...] = ()
    fault: Fault | None = None

    @property
    def content(self) -> etree._Element | None:
        return self.contents[0] if self.contents else None


def read_envelope(root: etree._Element) -> Envelope:
    """SoapError when `root` is no envelope, whatever its version."""
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in (SOAP_11, SOAP_12):
        where = f"l'espace de noms {name.namespace}" if name.namespace else "aucun espace de noms"
        raise SoapError(f"la racine est {name.localname} dans {where}, au lieu de Envelope de SOAP")
    soap = name.namespace
    header, body = root.find(f"{{{soap}}}Header"), root.find(f"{{{soap}}}Body")
    fields: dict[str, list[etree._Element]] = {}
    for child in _elements(header):
        qualified = etree.QName(child)
        if qualified.namespace == WSA:
            fields.setdefault(qualified.localname, []).append(child)
    securities = tuple(c for c in _elements(header) if c.tag == f"{{{WSSE}}}Security")
    action = next(iter(fields.get("Action", ())), None)
    contents = tuple(_elements(body))
    return Envelope(
        root=root, version=soap, header=header, body=body, contents=contents,
        action=_text(action), action_understood=action is not None and _flagged(action, soap),
        message_id=_text(next(iter(fields.get("MessageID", ())), None)),
        to=_text_or_none(fields, "To"), reply_to=_address(fields),
        relates_to=_text(next(iter(fields.get("RelatesTo", ())), None)),
        repeated=tuple(n for n, e in fields.items() if len(e) > 1), securities=securities,
        assertions=tuple(a for s in securities for a in s.iterchildren(ASSERTION)),
        fault=_fault(contents, soap),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """What WS-Addressing says of a message. `message_id` is a urn:uuid; `relates_to` that of the request."""

    action: str
    message_id: str
    to: str = ""
    relates_to: str = ""
    extra: tuple[etree._Element, ...] = field(default=())  # other headers: wsse:Security


def write_envelope(body: etree._Element, addressing: Addressing) -> etree._Element:
    """An envelope of SOAP 1.2 around a body, which is moved into it."""
    root = etree.Element(f"{{{SOAP_12}}}Envelope", nsmap={"soap": SOAP_12, "wsa": WSA})
    header = etree.SubElement(root, f"{{{SOAP_12}}}Header")
    action = etree.SubElement(header, f"{{{WSA}}}Action", {f"{{{SOAP_12}}}{_MUST}": "true"})
    action.text = addressing.action
    etree.SubElement(header, f"{{{WSA}}}MessageID").text = addressing.message_id
    if addressing.relates_to:
        etree.SubElement(header, f"{{{WSA}}}RelatesTo").text = addressing.relates_to
    else:
        etree.SubElement(header, f"{{{WSA}}}To").text = addressing.to
        reply = etree.SubElement(header, f"{{{WSA}}}ReplyTo")
        etree.SubElement(reply, f"{{{WSA}}}Address").text = ANONYMOUS
    header.extend(addressing.extra)
    etree.SubElement(root, f"{{{SOAP_12}}}Body").append(body)
    return root


def security(assertion: etree._Element) -> etree._Element:
    """The wsse:Security that carries an assertion, which is moved into it."""
    holder = etree.Element(f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
    holder.append(assertion)
    return holder


def write_fault(fault: Fault, namespaces: dict[str, str] | None = None) -> etree._Element:
    """A soap:Fault of SOAP 1.2: the first code is Sender or Receiver, the others its sub-codes, in `soap:`."""
    root = etree.Element(f"{{{SOAP_12}}}Fault", nsmap={"soap": SOAP_12, **(namespaces or {})})
    at = etree.SubElement(root, f"{{{SOAP_12}}}Code")
    for number, code in enumerate(fault.codes or ("Receiver",)):
        at = at if number == 0 else etree.SubElement(at, f"{{{SOAP_12}}}Subcode")
        etree.SubElement(at, f"{{{SOAP_12}}}Value").text = f"soap:{code}"
    reason = etree.SubElement(root, f"{{{SOAP_12}}}Reason")
    text = etree.SubElement(reason, f"{{{SOAP_12}}}Text")
    text.set("{http://www.w3.org/XML/1998/namespace}lang", "fr")
    text.text = fault.reason
    if fault.detail:
        etree.SubElement(root, f"{{{SOAP_12}}}Detail").text = fault.detail
    return root


def _fault(contents: tuple[etree._Element, ...], soap: str) -> Fault | None:
    found = next((c for c in contents if c.tag == f"{{{soap}}}Fault"), None)
    if found is None:
        return None
    if soap == SOAP_11:
        code, reason = found.findtext("faultcode", ""), found.findtext("faultstring", "")
        return Fault(codes=(code.rpartition(":")[2],), reason=reason)
    code_element = found.find(f"{{{soap}}}Code")
    values = [] if code_element is None else list(code_element.iter(f"{{{soap}}}Value"))
    return Fault(
        codes=tuple(_text(v).rpartition(":")[2] for v in values),
        reason=_text(found.find(f"{{{soap}}}Reason/{{{soap}}}Text")),
        detail=_text(found.find(f"{{{soap}}}Detail")),
    )


def _elements(parent: etree._Element | None) -> list[etree._Element]:
    return [] if parent is None else [c for c in parent if isinstance(c.tag, str)]


def _flagged(element: etree._Element, soap: str) -> bool:
    """The samples of the DMP write the attribute without its namespace: both are read."""
    return any(element.get(name, "") in _TRUE for name in (f"{{{soap}}}{_MUST}", _MUST))


def _address(fields: dict[str, list[etree._Element]]) -> str | None:
    reply = next(iter(fields.get("ReplyTo", ())), None)
    return None if reply is None else _text(reply.find(f"{{{WSA}}}Address"))


def _text_or_none(fields: dict[str, list[etree._Element]], name: str) -> str | None:
    found = next(iter(fields.get(name, ())), None)
    return None if found is None else _text(found)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(t) for t in element.itertext()).strip()
