"""Captures that are odd, broken or made to harm, each with the verdict that it deserves and what the report says of it.

What follows the verdict is the reason of an `erreur`, or the rule of a `non_conforme`.
"""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable

from validation.xds.sheet.messages import BOUNDARY, Message, answer, fault, retrieved
from validation.xds.sheet.seal import seal_assertion
from validation.xds.sheet.sound import SOUND, VIHF

MARK = f"--{BOUNDARY}".encode()
MTOM, FEED, SEARCH = (SOUND[name]().render() for name in ("mtom", "feed", "search"))
TOKEN = seal_assertion(VIHF["indirect"]).encode()
HEAD, _, REST = MTOM.partition(b"\r\n\r\n")
PARTS = REST.split(MARK)  # "", the envelope, the document, the signature, "--"
SOAP_HEAD = b"Content-Type: application/soap+xml; charset=UTF-8\r\n"
AT = FEED.index(b'<xdsb:Document id="Doc01">') + len(b'<xdsb:Document id="Doc01">')
END = FEED.index(b"</xdsb:Document>", AT)
BOMB = b'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9)
) + b"]>"  # fmt: skip
DOCUMENT = PARTS[2].partition(b"\r\n\r\n")[2][:-2]


def swap(data: bytes, old: str, new: str | bytes, count: int = 1) -> bytes:
    assert old.encode() in data, old
    return data.replace(old.encode(), new.encode() if isinstance(new, str) else new, count)


def parts(*order: int, head: bytes = HEAD) -> bytes:
    return head + b"\r\n\r\n" + MARK.join(PARTS[n] for n in (0, *order, 4))


def inlined(content: bytes) -> bytes:
    return FEED[:AT] + content + FEED[END:]


def base64_part() -> bytes:
    lines = base64.encodebytes(DOCUMENT).replace(b"\n", b"\r\n")
    return swap(MTOM, DOCUMENT.decode(), lines).replace(b"binary\r\nContent-ID: <Doc01", b"base64\r\nContent-ID: <Doc01")


def faulted() -> bytes:
    """A SOAP fault where a document was hoped for, in a multipart of one part."""
    refused: Message = answer("retrieve", fault())
    head = PARTS[1].partition(b"\r\n\r\n")[0]
    return HEAD + b"\r\n\r\n" + MARK + head + b"\r\n\r\n" + refused.envelope("").encode() + b"\r\n" + MARK + b"--\r\n"


def answered(part: bytes) -> bytes:
    """The answer to a retrieval, its document in the part of that name."""
    held = b'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:' + part + b'"/>'
    body = re.sub(rb"(<xdsb:Document>)[^<]*", lambda m: m[1] + held, retrieved(DOCUMENT).render())
    head = PARTS[1].partition(b"\r\n\r\n")[0]
    return HEAD + b"\r\n\r\n" + MARK + head + b"\r\n\r\n" + body + b"\r\n" + MARK + PARTS[2] + MARK + b"--\r\n"


def encoded(name: str, codec: str) -> bytes:
    return SEARCH.decode().replace("UTF-8", name).encode(codec)


def within_body(xml: str) -> bytes:
    return swap(SEARCH, "</s:Body>", xml + "</s:Body>")


Case = tuple[Callable[[], bytes], str, str]
SOUNDLY = "conforme", ""
HOSTILE: dict[str, Case] = {
    # Entities, sizes, depth
    "bomb in an envelope": (lambda: swap(SEARCH, "<s:Envelope", BOMB + b"<s:Envelope"), "erreur", "DOCTYPE"),
    "bomb in the root part": (lambda: swap(MTOM, "<s:Envelope", BOMB + b"<s:Envelope"), "erreur", "DOCTYPE"),
    "bomb in a document": (lambda: swap(MTOM, "<ClinicalDocument", BOMB + b"<ClinicalDocument"), "non_conforme", "CDA-001"),
    "bomb in the signature": (lambda: swap(MTOM, "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id", BOMB + b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id'), "non_conforme", "XDS-071"),
    "bomb in an assertion": (lambda: BOMB + TOKEN, "erreur", "DOCTYPE"),
    "external entity": (lambda: swap(SEARCH, "<s:Envelope", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><s:Envelope'), "erreur", "DOCTYPE"),
    "XInclude": (lambda: within_body('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), "non_conforme", "XDS-002"),
    "beyond 64 MB": (lambda: inlined(b"A" * 67_200_000), "erreur", "limite de 67108864"),
    "a document of 16 MB": (lambda: inlined(base64.b64encode(b"A" * 16_000_000)), "non_conforme", "XDS-056"),
    "a comment of 16 MB": (lambda: swap(MTOM, "<ClinicalDocument", b"<!--" + b"x" * 16_000_000 + b"--><ClinicalDocument"), "non_conforme", "XDS-070"),
    "base64 after 5 MB of blanks": (lambda: inlined(b" " * 5_000_000 + FEED[AT:END]), *SOUNDLY),
    "base64 in lines": (lambda: inlined(base64.encodebytes(base64.b64decode(FEED[AT:END]))), *SOUNDLY),
    "base64 in CDATA": (lambda: inlined(b"<![CDATA[" + FEED[AT:END] + b"]]>"), *SOUNDLY),
    "no base64": (lambda: inlined(b"<ClinicalDocument/>"), "non_conforme", "XDS-023"),
    "nothing inside": (lambda: inlined(b""), "non_conforme", "XDS-023"),
    "100,000 elements": (lambda: within_body("<x/>" * 100_000), "non_conforme", "XDS-002"),
    "5,000 deep": (lambda: within_body("<x>" * 5000 + "</x>" * 5000), "erreur", "imbriqués"),
    "50,000 attributes": (lambda: swap(SEARCH, "<s:Body>", "<s:Body " + " ".join(f'a{n}="1"' for n in range(50_000)) + ">"), *SOUNDLY),
    "10,000 slots of one name": (lambda: swap(FEED, '<rim:Slot name="languageCode">', '<rim:Slot name="x"><rim:ValueList><rim:Value>1</rim:Value></rim:ValueList></rim:Slot>' * 10_000 + '<rim:Slot name="languageCode">'), *SOUNDLY),
    "20,000 associations": (lambda: swap(FEED, "</rim:RegistryObjectList>", '<rim:Association id="z" associationType="a" sourceObject="b" targetObject="c"/>' * 20_000 + "</rim:RegistryObjectList>"), "erreur", "plus de 500 objets"),
    "50,000 statuses": (lambda: swap(SEARCH, "<rim:Value>(", "<rim:Value>(" + "".join(f"'{n}'," for n in range(50_000))), "non_conforme", "XDS-110"),
    "200,001 apostrophes": (lambda: swap(SEARCH, "<rim:Value>(", "<rim:Value>(" + "'" * 200_001), "non_conforme", "XDS-110"),
    "an author of 200 kB": (lambda: FEED.replace(b"810002487055^CARDON", b"3" + b"A" * 200_000 + b"^CARDON"), "non_conforme", "XDS-059"),
    "an issuer of 900 kB": (lambda: swap(TOKEN, "CN=Cachet", "CN=" + ",A=" * 300_000 + "Cachet"), "non_conforme", "XDS-081"),
    "20,000 wsse:Security": (lambda: swap(SEARCH, "</s:Header>", "<w:Security xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'/>" * 20_000 + "</s:Header>"), "non_conforme", "XDS-005"),
    # The signature of an assertion
    "5,000 references": (lambda: swap(TOKEN, "<ds:Reference ", '<ds:Reference URI="#x"><ds:DigestMethod Algorithm="a"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference>' * 5000 + "<ds:Reference "), "non_conforme", "XDS-080"),
    "2,000 transforms": (lambda: swap(TOKEN, "<ds:Transform ", '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>' * 2000 + "<ds:Transform "), "non_conforme", "XDS-080"),
    "an XSLT transform": (lambda: swap(TOKEN, "<ds:Transform ", '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/><ds:Transform '), "non_conforme", "XDS-080"),
    "an XPath transform": (lambda: swap(TOKEN, "<ds:Transform ", '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>count(//*//*//*)</ds:XPath></ds:Transform><ds:Transform '), "non_conforme", "XDS-080"),
    "a reference to a file": (lambda: swap(TOKEN, 'URI="#_6f', 'URI="file:///etc/passwd#_6f'), "non_conforme", "XDS-080"),
    "an assertion in an assertion": (lambda: swap(TOKEN, "</saml:Assertion>", f"<saml:Advice>{VIHF['AIR']}</saml:Advice></saml:Assertion>"), "non_conforme", "XDS-080"),
    # MIME
    "no boundary": (lambda: swap(MTOM, f'boundary="{BOUNDARY}"; ', ""), "erreur", "boundary"),
    "empty boundary": (lambda: swap(MTOM, f'boundary="{BOUNDARY}"', 'boundary=""'), "erreur", "boundary"),
    "another boundary": (lambda: swap(MTOM, f'boundary="{BOUNDARY}"', 'boundary="AUTRE"'), "erreur", "AUTRE"),
    "a boundary without quotes": (lambda: swap(MTOM, f'boundary="{BOUNDARY}"', f"boundary={BOUNDARY}"), *SOUNDLY),
    "a boundary of signs": (lambda: MTOM.replace(BOUNDARY.encode(), b"a b?c=(d)"), *SOUNDLY),
    "parts twice": (lambda: swap(MTOM, f"--{BOUNDARY}--", MARK + MARK.join(PARTS[1:4]) + MARK + b"--"), "non_conforme", "XDS-006"),
    "cut in the document": (lambda: MTOM[: MTOM.index(b"<recordTarget>")], "erreur", "coupé"),
    "cut in the envelope": (lambda: MTOM[: MTOM.index(b"<rim:RegistryPackage")], "erreur", "bien formé"),
    "cut in the headers": (lambda: MTOM[:200], "erreur", "ligne vide"),
    "cut before the last delimiter": (lambda: MTOM[: MTOM.rindex(MARK)], "erreur", "coupé"),
    "the last delimiter half there": (lambda: MTOM.rstrip()[:-2], "erreur", "coupé"),
    "an envelope cut": (lambda: SEARCH[: len(SEARCH) // 2], "erreur", "bien formé"),
    "no start": (lambda: swap(MTOM, 'start="<root@sih.test>"; ', ""), *SOUNDLY),
    "start before type": (lambda: swap(MTOM, 'type="application/xop+xml"; start="<root@sih.test>"', 'start="<root@sih.test>"; type="application/xop+xml"'), *SOUNDLY),
    "start without brackets": (lambda: swap(MTOM, 'start="<root@sih.test>"', 'start="root@sih.test"'), *SOUNDLY),
    "headers in lower case": (lambda: re.sub(rb"Content-(Type|ID|Transfer-Encoding):", lambda m: m[0].lower(), MTOM), *SOUNDLY),
    "headers in upper case": (lambda: re.sub(rb"Content-(Type|ID|Transfer-Encoding):", lambda m: m[0].upper(), MTOM), *SOUNDLY),
    "types in upper case": (lambda: swap(swap(MTOM, "multipart/related", "Multipart/Related"), "application/xop+xml; charset", "Application/XOP+XML; charset"), *SOUNDLY),
    "LF only": (lambda: MTOM.replace(b"\r\n", b"\n"), *SOUNDLY),
    "folded headers": (lambda: swap(MTOM, '; type="application/xop+xml"; start', ';\r\n\ttype="application/xop+xml";\r\n start'), *SOUNDLY),
    "attachments in another order": (lambda: parts(1, 3, 2), *SOUNDLY),
    "root part last": (lambda: parts(2, 3, 1), *SOUNDLY),
    "root part last, no start": (lambda: parts(2, 3, 1, head=swap(HEAD, 'start="<root@sih.test>"; ', "")), "erreur", "au lieu de Envelope"),
    "preamble and epilogue": (lambda: HEAD + b"\r\n\r\nBonjour\r\n" + REST + b"\r\nfin\r\n", *SOUNDLY),
    "cid percent-encoded": (lambda: swap(MTOM, "cid:Doc01@sih.test", "cid:Doc01%40sih.test"), *SOUNDLY),
    "cid percent-encoded twice": (lambda: swap(MTOM, "cid:Doc01@sih.test", "cid:Doc01%2540sih.test"), "non_conforme", "XDS-006"),
    "cid in upper case": (lambda: swap(MTOM, "cid:Doc01", "CID:Doc01"), *SOUNDLY),
    "XOP to nowhere": (lambda: swap(MTOM, "cid:Doc01@", "cid:Doc09@"), "non_conforme", "XDS-006"),
    "XOP to a file": (lambda: swap(MTOM, "cid:Doc01@sih.test", "file:///etc/passwd"), "non_conforme", "XDS-006"),
    "XOP without parts": (lambda: MTOM[MTOM.index(b"<s:Envelope") : MTOM.index(b"</s:Envelope>") + 13], "erreur", "MTOM"),
    "Content-ID without brackets": (lambda: swap(MTOM, "<Doc01@sih.test>\r\n", "Doc01@sih.test\r\n"), *SOUNDLY),
    "a part in base64": (base64_part, *SOUNDLY),
    "a part that is no base64": (lambda: swap(MTOM, "binary\r\nContent-ID: <Doc01", "base64\r\nContent-ID: <Doc01"), "non_conforme", "XDS-006"),
    "a part in an unknown encoding": (lambda: swap(MTOM, "binary\r\nContent-ID: <Doc01", "x-uuencode\r\nContent-ID: <Doc01"), "non_conforme", "XDS-006"),
    "a part without blank line": (lambda: swap(MTOM, "<Doc01@sih.test>\r\n\r\n", "<Doc01@sih.test>\r\n"), "non_conforme", "XDS-006"),
    "a header without colon": (lambda: swap(MTOM, "Content-ID: <Doc01", "Content-ID <Doc01"), "non_conforme", "XDS-006"),
    "2,000 parts": (lambda: swap(MTOM, f"--{BOUNDARY}--", (MARK + b"\r\nContent-ID: <x>\r\n\r\nx\r\n") * 2000 + MARK + b"--"), "erreur", "100 parties"),
    "5,000 includes": (lambda: swap(MTOM, "</s:Body>", '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:Doc01@sih.test"/>' * 5000 + "</s:Body>"), "erreur", "xop:Include"),
    "200,000 near delimiters": (lambda: swap(MTOM, "<ClinicalDocument", (MARK + b"X\r\n") * 200_000 + b"<ClinicalDocument"), "non_conforme", "XDS-056"),
    "delimiters and blanks": (lambda: swap(MTOM, "<ClinicalDocument", (MARK + b" " * 2000 + b"x\r\n") * 500 + b"<ClinicalDocument"), "non_conforme", "XDS-056"),
    "a header of 100 kB": (lambda: b"X-A: " + b"a" * 100_000 + b"\r\n" + MTOM, "erreur", "ligne vide"),
    "nested multipart": (lambda: b'Content-Type: multipart/related; type="application/xop+xml"; boundary="OUT"\r\n\r\n--OUT\r\n' + MTOM + b"\r\n--OUT--\r\n", "erreur", "bien formé"),
    "a root part that is a multipart": (lambda: swap(MTOM, "Content-Type: application/xop+xml", 'Content-Type: multipart/related; boundary="IN"'), "non_conforme", "XDS-006"),
    "a fault in a multipart": (faulted, *SOUNDLY),
    "a document in an answer": (lambda: answered(b"Doc01@sih.test"), *SOUNDLY),
    "an answer without its document": (lambda: answered(b"Doc02@sih.test"), "non_conforme", "XDS-006"),
    "only delimiters": (lambda: HEAD + b"\r\n\r\n" + MARK + b"--\r\n", "erreur", "aucune"),
    "a root part that is a document": (lambda: swap(MTOM, PARTS[1].partition(b"\r\n\r\n")[2].decode(), DOCUMENT + b"\r\n"), "erreur", "au lieu de Envelope"),
    # HTTP around it
    "a request line": (lambda: b"POST /si-dmp-server/v2/services/DocumentRepository_Service HTTP/1.1\r\nHost: dmp.test\r\n" + MTOM, *SOUNDLY),
    "a status line": (lambda: b"HTTP/1.1 200 OK\r\n" + SOUND["fed"]().render(), *SOUNDLY),
    "compressed whole": (lambda: gzip.compress(MTOM), "erreur", "gzip"),
    "compressed parts": (lambda: HEAD + b"\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(REST), "erreur", "gzip"),
    "compressed envelope": (lambda: SOAP_HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(SEARCH), "erreur", "gzip"),
    "decompressed, header kept": (lambda: SOAP_HEAD + b"Content-Encoding: gzip\r\n\r\n" + SEARCH, *SOUNDLY),
    "in chunks": (lambda: HEAD + b"\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(REST) + REST + b"\r\n0\r\n\r\n", "erreur", "chunked"),
    "recomposed, header kept": (lambda: HEAD + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + REST, *SOUNDLY),
    "a page of HTML": (lambda: b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html><body/></html>", "erreur", "html"),
    "no type": (lambda: swap(MTOM, "Content-Type: multipart", "X-Content-Type: multipart"), "erreur", "Content-Type"),
    "headers alone": (lambda: SOAP_HEAD + b"\r\n", "erreur", "vide"),
    "nothing": (lambda: b"", "erreur", "vide"),
    "any bytes": (lambda: bytes(range(256)) * 100, "erreur", "ni une enveloppe"),
    # Encodings
    "UTF-16": (lambda: encoded("UTF-16", "utf-16"), *SOUNDLY),
    "UTF-16 without declaration": (lambda: SEARCH.split(b"\n", 1)[1].decode().encode("utf-16"), *SOUNDLY),
    "UTF-16 in a capture": (lambda: SOAP_HEAD.replace(b"UTF-8", b"UTF-16") + b"\r\n" + encoded("UTF-16", "utf-16"), *SOUNDLY),
    "Latin-1": (lambda: encoded("ISO-8859-1", "latin-1"), *SOUNDLY),
    "Latin-1 that says UTF-8": (lambda: FEED.decode().encode("latin-1", "replace"), "erreur", "bien formé"),
    "another charset in HTTP": (lambda: SOAP_HEAD.replace(b"UTF-8", b"ISO-8859-1") + b"\r\n" + SEARCH, *SOUNDLY),
    "UTF-7": (lambda: swap(SEARCH, "UTF-8", "UTF-7"), "erreur", "utf-7"),
    "an unknown encoding": (lambda: swap(SEARCH, "UTF-8", "EBCDIC-FR"), "erreur", "ebcdic"),
    "a BOM": (lambda: b"\xef\xbb\xbf" + SEARCH, *SOUNDLY),
    "a BOM in a capture": (lambda: SOAP_HEAD + b"\r\n\xef\xbb\xbf" + SEARCH, *SOUNDLY),
    "a BOM before a capture": (lambda: b"\xef\xbb\xbf" + MTOM, *SOUNDLY),
    "a NUL": (lambda: swap(SEARCH, "<s:Body>", b"<s:Body>\0"), "erreur", "bien formé"),
    "bytes that are no UTF-8": (lambda: swap(SEARCH, "<s:Body>", b"<s:Body>\xff\xfe"), "erreur", "bien formé"),
}  # fmt: skip
