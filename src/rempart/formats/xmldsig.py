"""XML signatures: one that is enveloped in a SAML assertion, one over the manifest of a submission.

Whether a signature holds is said against the certificate that it carries: who that certificate is, and whether an
authority vouches for it, is for the caller. No clock, no network, no file is read.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
SIGNATURE = f"{{{DS}}}Signature"
_MAX_REFERENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`problem` (French) is "" when the signature holds. `references` are the URIs of SignedInfo, `methods` the
    algorithms of the signature and its digests."""

    problem: str = ""
    certificate: x509.Certificate | None = None
    references: tuple[str, ...] = ()
    transforms: tuple[str, ...] = ()
    canonicalization: str = ""
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
    return _checked(root, said, strict)


def _checked(root: etree._Element, said: Verified, strict: bool) -> Verified:
    # On demand: few files are signed.
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    accepted = SignatureConfiguration(
        require_x509=True, expect_references=len(said.references),
        signature_methods=frozenset(m for m in SignatureMethod if "HMAC" not in m.name),
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
    )  # fmt: skip
    try:
        # Read again from its own bytes: what is verified is the file, not a tree that a namespace leaked into.
        result = XMLVerifier().verify(
            etree.tostring(root, with_tail=False), x509_cert=said.certificate, expect_config=accepted,
            validate_schema=strict,
        )  # fmt: skip
    except (
        SignXMLException, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError, etree.LxmlError,
    ) as error:  # fmt: skip
        return _refused(said, _french(str(error)))
    results = result if isinstance(result, list) else [result]
    elements = tuple(r.signed_xml for r in results if r.signed_xml is not None)
    return Verified(
        certificate=said.certificate, references=said.references, transforms=said.transforms,
        canonicalization=said.canonicalization, methods=said.methods, signed=elements,
    )  # fmt: skip


def _french(reason: str) -> str:
    """What signxml says, in the words of a report; its own words stand where there are none."""
    if "Digest mismatch" in reason:
        return "l'empreinte de ce qui est signé n'est pas celle de la signature: le contenu a changé"
    if "Signature verification failed" in reason or "invalid signature" in reason.lower():
        return "la valeur de la signature n'est pas celle que donne la clé du certificat"
    if "Unable to resolve" in reason or "reference URI" in reason:
        return "une référence de la signature ne désigne rien dans le fichier"
    return f"la signature ne peut pas être vérifiée ({reason[:200] or 'forme inattendue'})"


def _refused(said: Verified, problem: str) -> Verified:
    return Verified(
        problem=problem, certificate=said.certificate, references=said.references, transforms=said.transforms,
        canonicalization=said.canonicalization, methods=said.methods,
    )  # fmt: skip


def _said(signature: etree._Element) -> Verified:
    info = signature.find(f"{{{DS}}}SignedInfo")
    if info is None:
        return Verified()
    references = list(info.iterchildren(f"{{{DS}}}Reference"))
    canonical = info.find(f"{{{DS}}}CanonicalizationMethod")
    methods = [
        *info.iterchildren(f"{{{DS}}}SignatureMethod"), *info.iterfind(f"{{{DS}}}Reference/{{{DS}}}DigestMethod"),
    ]  # fmt: skip
    return Verified(
        certificate=certificate_of(signature),
        references=tuple(r.get("URI", "") for r in references),
        transforms=tuple(t.get("Algorithm", "") for t in info.iter(f"{{{DS}}}Transform")),
        canonicalization="" if canonical is None else canonical.get("Algorithm", ""),
        methods=tuple(m.get("Algorithm", "") for m in methods),
    )


def certificate_of(signature: etree._Element) -> x509.Certificate | None:
    """The first certificate of its KeyInfo; None when there is none, or it cannot be read."""
    found = signature.find(f"{{{DS}}}KeyInfo//{{{DS}}}X509Certificate")
    if found is None:
        return None
    try:
        der = base64.b64decode(re.sub(r"\s+", "", found.text or ""), validate=True)
        certificate = x509.load_der_x509_certificate(der)
        # Both are read on demand: what cannot be is found out here, not where they are used.
        _ = certificate.subject, certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return certificate
