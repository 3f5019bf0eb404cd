"""XML signatures: one that is enveloped in a SAML assertion, one over the manifest of a submission.

Whether a signature holds is said against the certificate that it carries: who that certificate is, and whether an
authority vouches for it, is for the caller. No clock, no network, no file is read: a signature that holds today holds
when it is replayed, years after the end of its certificate.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
SIGNATURE = f"{{{DS}}}Signature"
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*", re.ASCII)
_MAX_REFERENCES = 20
_MAX_CERTIFICATES = 5  # of one signature: more are not tried
_WRONG_KEY = "la valeur de la signature n'est pas celle que donne la clé du certificat"
_FAILURES = (UnsupportedAlgorithm, AttributeError, ValueError, TypeError, KeyError, etree.LxmlError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`problem` (French) is "" when the signature holds; `certificate` is then the one whose key made it, and the first
    that can be read otherwise. `references` are the URIs of SignedInfo, `methods` the
    algorithms of the signature and its digests."""

    problem: str = ""
    certificate: x509.Certificate | None = None
    references: tuple[str, ...] = ()
    transforms: tuple[str, ...] = ()
    canonicalization: str = ""
    prefixes: str = ""  # InclusiveNamespaces of the canonical form of SignedInfo
    methods: tuple[str, ...] = ()
    signed: tuple[etree._Element, ...] = ()  # what was really signed, one per reference

    @property
    def weak(self) -> tuple[str, ...]:
        """Algorithms that rest on SHA-1."""
        return tuple(m for m in self.methods if m.lower().endswith("sha1"))


def verify(root: etree._Element, signature: etree._Element, *, strict: bool = True) -> Verified:
    """Is this signature, found in `root`, that of what it says, by the key of the certificate that it carries?

    `strict` also asks for the schema of XML-DSig. It refuses a SignatureProperty of text, which is how IHE DSG writes
    the purpose of a signature.
    """
    said = _said(signature)
    if not said.references:
        return _refused(said, "la signature ne désigne rien de signé")
    if len(said.references) > _MAX_REFERENCES:
        return _refused(said, f"la signature a plus de {_MAX_REFERENCES} références")
    if said.certificate is None:
        return _refused(said, "la signature ne porte pas de certificat X.509 lisible")
    outside = [r for r in said.references if r and not r.startswith("#")]
    if outside:
        return _refused(said, f"la signature désigne « {outside[0][:80]} », hors du fichier")
    if said.canonicalization == "":
        return _refused(said, "la signature ne dit pas sa forme canonique")
    paths = (f"{{{DS}}}SignatureValue", f"{{{DS}}}SignedInfo//{{{DS}}}DigestValue")
    values = ("".join(map(str, v.itertext())) for path in paths for v in signature.iterfind(path))
    if not all(map(_BASE64.fullmatch, values)):
        return _refused(said, "une valeur de la signature n'est pas en base64")
    first = _checked(root, said, strict)
    # In any order: the signer's, then those of its authorities, or the reverse.
    for other in certificates_of(signature)[1:_MAX_CERTIFICATES] if first.problem == _WRONG_KEY else ():
        verified = _checked(root, replace(said, certificate=other), strict)
        if verified.problem != _WRONG_KEY:
            return verified
    return first


def _checked(root: etree._Element, said: Verified, strict: bool) -> Verified:
    assert said.certificate is not None
    # On demand: few files are signed.
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    accepted = SignatureConfiguration(
        require_x509=True, expect_references=len(said.references),
        signature_methods=frozenset(m for m in SignatureMethod if "HMAC" not in m.name),
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        verification_time=said.certificate.not_valid_before_utc,  # its dates are not judged
    )  # fmt: skip
    try:
        result = XMLVerifier().verify(
            _as_signed(root), x509_cert=said.certificate, expect_config=accepted,
            # Its schema knows no InclusiveNamespaces in CanonicalizationMethod, which WSS4J writes.
            validate_schema=strict and not said.prefixes,
        )  # fmt: skip
    except (SignXMLException, *_FAILURES) as error:
        return _refused(said, _french(str(error)))
    results = result if isinstance(result, list) else [result]
    elements = tuple(r.signed_xml for r in results if r.signed_xml is not None)
    return replace(said, signed=elements)


def _as_signed(root: etree._Element) -> bytes:
    """Its own bytes, read again: what is verified is the file, not a tree that a namespace leaked into.

    A reference of the form `#id` leaves comments out, whatever the canonical form (XML Signature 4.4.3.2); those of
    SignedInfo stay, for its own form may sign them. Elsewhere they cut texts that are read in one piece."""
    data = etree.tostring(root, with_tail=False)
    if b"<!--" not in data:
        return data
    copy = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for comment in list(copy.iter(etree.Comment)):
        if comment.getparent() is not None and next(comment.iterancestors(f"{{{DS}}}SignedInfo"), None) is None:
            _dropped(comment)
    return etree.tostring(copy)


def _dropped(comment: etree._Element) -> None:
    """Without what follows it, which is the text of its neighbour."""
    parent, before, tail = comment.getparent(), comment.getprevious(), comment.tail or ""
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(comment)


def _french(reason: str) -> str:
    """What signxml says, in the words of a report; its own words stand where there are none."""
    if "Digest mismatch" in reason:
        return "l'empreinte de ce qui est signé n'est pas celle de la signature: le contenu a changé"
    if "does not match specified signature algorithm" in reason:
        return _WRONG_KEY  # a key of another kind
    if "Signature verification failed" in reason or "invalid signature" in reason.lower():
        return _WRONG_KEY
    if "Unable to resolve" in reason or "reference URI" in reason:
        return "une référence de la signature ne désigne rien dans le fichier"
    return f"la signature ne peut pas être vérifiée ({reason[:200] or 'forme inattendue'})"


def _refused(said: Verified, problem: str) -> Verified:
    return replace(said, problem=problem)


def _said(signature: etree._Element) -> Verified:
    info = signature.find(f"{{{DS}}}SignedInfo")
    if info is None:
        return Verified()
    references = list(info.iterchildren(f"{{{DS}}}Reference"))
    canonical = info.find(f"{{{DS}}}CanonicalizationMethod")
    listed = None if canonical is None else canonical.find(f"{{{EXC_C14N}}}InclusiveNamespaces")
    methods = [
        *info.iterchildren(f"{{{DS}}}SignatureMethod"), *info.iterfind(f"{{{DS}}}Reference/{{{DS}}}DigestMethod"),
    ]  # fmt: skip
    return Verified(
        certificate=certificate_of(signature),
        references=tuple(r.get("URI", "") for r in references),
        transforms=tuple(t.get("Algorithm", "") for t in info.iter(f"{{{DS}}}Transform")),
        canonicalization="" if canonical is None else canonical.get("Algorithm", ""),
        prefixes="" if listed is None else listed.get("PrefixList", ""),
        methods=tuple(m.get("Algorithm", "") for m in methods),
    )


def certificate_of(signature: etree._Element) -> x509.Certificate | None:
    """The first certificate of its KeyInfo that can be read; None when there is none."""
    return next(iter(certificates_of(signature)), None)


def certificates_of(signature: etree._Element) -> list[x509.Certificate]:
    """Those of its KeyInfo that can be read, in their order."""
    found = signature.iterfind(f"{{{DS}}}KeyInfo//{{{DS}}}X509Certificate")
    return [c for c in map(_certificate, found) if c is not None]


def _certificate(element: etree._Element) -> x509.Certificate | None:
    try:
        der = base64.b64decode(re.sub(r"\s+", "", "".join(map(str, element.itertext()))), validate=True)
        certificate = x509.load_der_x509_certificate(der)
        # Both are read on demand: what cannot be is found out here, not where they are used.
        _ = certificate.subject, certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return certificate
