"""Namespaces and media types of SOAP 1.2, WS-Addressing 1.0, WS-Security 1.0 and XOP (W3C, OASIS)."""

from __future__ import annotations

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
ANONYMOUS = f"{WSA}/anonymous"

SOAP_XML, XOP_XML, RELATED = "application/soap+xml", "application/xop+xml", "multipart/related"
LIMIT = 64 * 1024 * 1024  # bytes of one message, attachments included


class SoapError(ValueError):
    """The bytes cannot be read as a SOAP message. `reason` is French; `line` is None when no line is at fault."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"{reason} (ligne {line})" if line else reason)
        self.reason = reason
        self.line = line
