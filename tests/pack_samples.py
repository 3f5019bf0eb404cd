"""A small pack of our own, laid out as `ci-sis-cda` is: one XSD, the four common schematrons, a model, a value set."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cda_samples import SAMPLES
from schematron_samples import SCH, VALUES, write

from rempart.formats.cda.write import build

EDITION = "essai"
N1, N3 = build(SAMPLES["n1"]), build(SAMPLES["cr-bio"])
XSD = "infrastructure/cda/CDA_extended.xsd"
STRUCMIN = "schematrons/profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch"
IHE, ANS = "schematrons/profils/IHE.sch", "schematrons/profils/CI-SIS_Modeles_ANS.sch"
CONTENTS = "schematrons/profils/CI-SIS_ModelesDeContenusCDA.sch"
MODEL = "schematrons/CI-SIS_BIO-CR-BIO_2024.01.sch"
JDV = "jeuxDeValeurs/JDV_Essai_CISIS.xml"

_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"
    elementFormDefault="qualified">
  <xs:element name="ClinicalDocument"><xs:complexType>
    <xs:sequence>
      <xs:element name="realmCode"><xs:complexType><xs:attribute name="code" fixed="FR"/></xs:complexType></xs:element>
      <xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:anyAttribute processContents="skip"/>
  </xs:complexType></xs:element>
</xs:schema>"""


def cda_schema(body: str) -> str:
    return (
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><title>Essai</title><ns prefix="cda" uri="urn:hl7-org:v3"/>'
        f'<ns prefix="svs" uri="urn:ihe:iti:svs:2008"/>{body}</schema>'
    )


def rule(context: str, *checks: str) -> str:
    return f'<pattern id="p"><rule context="{context}">{"".join(checks)}</rule></pattern>'


def check(test: str, said: str, role: str = "") -> str:
    return f'<assert test="{test}" {f"role={role!r}" if role else ""}>{said}</assert>'


FILES = {
    XSD: _SCHEMA,
    IHE: cda_schema(rule("cda:section", check("cda:title", "une section a un titre"))),
    CONTENTS: cda_schema(
        rule(
            "cda:ClinicalDocument/cda:title[. = 'hors du jeu']",
            check("document('../../jeuxdevaleurs/JDV_Essai_CISIS.xml')//svs:Concept[@code = 'Z']", "code hors du jeu"),
        )
        + rule("cda:ClinicalDocument", check("cda:id", "un document a un id"))
    ),
    STRUCMIN: cda_schema(
        rule("cda:title", check("string-length(.) &lt; 60", "titre trop long", "error"), check(
            "not(contains(., '?'))", "titre interrogatif", "warning"), check("not(contains(., '!'))", "titre", "info"))
        + rule("*", check("not(@nullFlavor = 'DER')", "nullFlavor DER refusé"))
    ),
    ANS: cda_schema(rule("cda:section", check("cda:text", "une section a un texte"))),
    MODEL: cda_schema(rule("cda:structuredBody", check("cda:component", "un corps a des sections"))),
    JDV: VALUES,
}  # fmt: skip


def folder(path: Path, **changed: str) -> Path:
    """The pack in a folder; a name of this module (`STRUCMIN="…"`) gives a file another text, "" leaves it out."""
    files = {**FILES, **{globals()[name]: text for name, text in changed.items()}}
    return write(path, {name: text for name, text in files.items() if text})


def archive(path: Path, *, top: str = "depot-abc/", more: dict[str, bytes] | None = None) -> Path:
    """The pack as the ZIP of a repository."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in FILES.items():
            target.writestr(top + name, text)
        for name, data in (more or {}).items():
            target.writestr(name, data)
    return path
