"""The words of the VIHF, and what an assertion says, as written.

Source: exemples de messages DMP 02.05.00; volet Transmission de documents CDA en HL7v2, page des métadonnées DMP/MSS.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from rempart.formats.cda.model import Coded

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
ASSERTION = f"{{{SAML}}}Assertion"
_XSPA, _XACML = "urn:oasis:names:tc:xspa:1.0", "urn:oasis:names:tc:xacml:2.0"

SUBJECT = f"{_XSPA}:subject:subject-id"
ROLE = f"{_XACML}:subject:role"
PATIENT = f"{_XACML}:resource:resource-id"
PURPOSE = f"{_XSPA}:subject:purposeofuse"
SECRET = f"{_XSPA}:resource:patient:hl7:confidentiality-code"
VERSION, STRUCTURE, SECTOR = "VIHF_Version", "Identifiant_Structure", "Secteur_Activite"
MODE, RESOURCE, REASON = "Authentification_mode", "Ressource_URN", "Mode_Acces_Raison"
SOFTWARE, SOFTWARE_VERSION, HOMOLOGATION = "LPS_Nom", "LPS_Version", "LPS_ID_HOMOLOGATION_DMP"
SOFTWARE_ID = "LPS_ID"
NAMES = (
    SUBJECT, ROLE, PATIENT, PURPOSE, SECRET, VERSION, STRUCTURE, SECTOR, MODE, RESOURCE, REASON, SOFTWARE,
    SOFTWARE_VERSION, HOMOLOGATION, SOFTWARE_ID,
)  # fmt: skip

DIRECT, INDIRECT, AIR = "DIRECTE", "INDIRECTE", "INDIRECTE_RENFORCEE"
NORMAL, EMERGENCY, REGULATION = "normal", "bris_de_glace", "centre_15"
ACCESS_MODES = "1.2.250.1.213.1.1.4.248"
SECTORS, PROFESSIONS, SPECIALITIES = "1.2.250.1.71.4.2.4", "1.2.250.1.71.1.2.7", "1.2.250.1.71.4.2.5"
PASSWORD, CARD, UNSPECIFIED = (
    f"urn:oasis:names:tc:SAML:2.0:ac:classes:{name}" for name in ("Password", "SmartcardPKI", "unspecified")
)
SUBJECT_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
CONFORMITY = "CONF_EXI_PGSSIS"  # the only method that AIR simplifié allows (EX_AIR-050)
HIDDEN_FROM_PARENTS = "INVISIBLE_REPRESENTANTS_LEGAUX"


class VihfError(ValueError):
    """The bytes cannot be read as an assertion. `reason` is French; `line` is None when no line is at fault."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"{reason} (ligne {line})" if line else reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """`values` are texts; `codes` those that are coded elements (Role, PurposeOfUse), in their order; `elements` the
    Clark names of these."""

    name: str
    values: tuple[str, ...] = ()
    codes: tuple[Coded, ...] = ()
    elements: tuple[str, ...] = ()
    line: int = 0

    @property
    def value(self) -> str:
        return next((v for v in self.values if v), "")


@dataclass(frozen=True, eq=False, kw_only=True)
class Vihf:
    """An assertion; what is absent is ""."""

    root: etree._Element
    id: str = ""
    version: str = ""
    issued: str = ""  # IssueInstant, as written
    issuer: str = ""
    issuer_format: str = ""
    name_id: str = ""
    not_before: str = ""
    not_after: str = ""  # NotOnOrAfter
    audience: bool = False  # an AudienceRestriction is there
    authenticated: str = ""  # AuthnInstant
    context: str = ""  # AuthnContextClassRef
    declaration: str = ""  # AuthnContextDecl
    attributes: tuple[Attribute, ...] = ()
    signatures: tuple[etree._Element, ...] = ()

    def named(self, name: str) -> list[Attribute]:
        """By its exact name, but for Authentification_mode, whose case differs from a text to another."""
        if name == MODE:
            return [a for a in self.attributes if a.name.casefold() == MODE.casefold()]
        return [a for a in self.attributes if a.name == name]

    def value(self, name: str) -> str:
        return next((a.value for a in self.named(name) if a.value), "")

    def codes(self, name: str) -> list[Coded]:
        return [c for a in self.named(name) for c in a.codes]

    @property
    def mode(self) -> str:
        return self.value(MODE)

    @property
    def purpose(self) -> Coded:
        return next(iter(self.codes(PURPOSE)), Coded(self.value(PURPOSE)))

    @property
    def patient(self) -> str:
        return self.value(PATIENT)

    @property
    def secret(self) -> bool:
        """A connexion secrète is asked for."""
        texts = [self.value(SECRET), *(c.code for c in self.codes(SECRET))]
        return any(t.startswith(HIDDEN_FROM_PARENTS) for t in texts)
