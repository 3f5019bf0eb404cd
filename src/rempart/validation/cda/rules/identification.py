"""The file, its declarations, the document's type and its versions."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rempart.formats.cda.model import XDS_SD
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, first
from rempart.validation.cda.tables import value_set
from rempart.validation.cda.times import parse_time
from rempart.validation.registry import rule

_HOLDER = "{urn:asip-sante:ci-sis}Contenu"
HL7_FRANCE, CI_SIS = "2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"


@rule("CDA-001", families=("cda-document",))
def encoding(context: CdaContext) -> Iterator[Finding]:
    """The file is in UTF-8; what cannot be read at all is said before any rule runs."""
    actual = context.tree.encoding
    if actual not in ("utf-8", "utf8"):
        message = "Le fichier n'est pas en UTF-8"
        yield context.find("CDA-001", context.root, "", message, expected="UTF-8", actual=actual)


@rule("CDA-007", "CDA-008", families=("cda-document",))
def declarations(context: CdaContext) -> Iterator[Finding]:
    """HL7 France first, CI-SIS second."""
    nodes = context.root.findall("{urn:hl7-org:v3}templateId")
    roots = [n.get("root", "") for n in nodes]
    for rule_id, root, position in (("CDA-007", HL7_FRANCE, 0), ("CDA-008", CI_SIS, 1)):
        if root not in roots:
            message = f"La déclaration de conformité {root} manque"
            yield context.find(rule_id, context.root, f"templateId[{position + 1}]", message, expected=root)
        elif roots.count(root) > 1:
            again = nodes[len(roots) - 1 - roots[::-1].index(root)]
            yield context.find(rule_id, again, "@root", f"La déclaration de conformité {root} est répétée")
        elif roots.index(root) != position and HL7_FRANCE in roots:  # without the first, the second is not displaced
            message = f"La déclaration de conformité {root} n'est pas à la position {position + 1}"
            found = nodes[roots.index(root)]
            yield context.find(rule_id, found, "@root", message, expected=root, severity=Severity.WARNING)


@rule("CDA-009", families=("cda-document",))
def model_declaration(context: CdaContext) -> Iterator[Finding]:
    """N1 declares XDS-SD; N3 declares its model instead."""
    nodes = context.at("templateId")
    models = {n.get("root", "") for n in nodes} - {HL7_FRANCE, CI_SIS}
    xds_sd, level = [n for n in nodes if n.get("root") == XDS_SD.root], context.header.level
    declared = bool(xds_sd)
    for again in xds_sd[1:]:
        message = "La déclaration de conformité à IHE XDS-SD est répétée"
        yield context.find("CDA-009", again, "@root", message)
    if level == "N1" and not declared:
        message = "Un document non structuré déclare sa conformité à IHE XDS-SD"
        yield context.find("CDA-009", context.root, "templateId[3]", message, expected=XDS_SD.root)
    if level == "N3" and declared:
        message = "Un document structuré ne déclare pas IHE XDS-SD, mais le modèle auquel il se conforme"
        yield context.find("CDA-009", xds_sd[0], "@root", message, expected="le templateId du modèle")
    elif level == "N3" and not models:
        message = "Un document structuré déclare le modèle auquel il se conforme"
        yield context.find("CDA-009", context.root, "templateId[3]", message, expected="le templateId du modèle")


@rule("CDA-014", families=("cda-document",))
def type_label(context: CdaContext) -> Iterator[Finding]:
    """The label of the type is that of JDV_J07, ignoring case and spaces."""
    code, label = context.header.type.code, context.header.type.label
    expected = value_set("jdv-j07").labels.get(code, "")
    if label and expected and _folded(label) != _folded(expected):
        node = context.first("code")
        assert node is not None
        message = f"Le libellé du type {code} n'est pas celui de JDV_J07"
        yield context.find("CDA-014", node, "@displayName", message, expected=expected, severity=Severity.WARNING)


def _folded(label: str) -> str:
    return "".join(label.split()).casefold().replace("’", "'")


@rule("CDA-018", families=("cda-document",))
def no_masking(context: CdaContext) -> Iterator[Finding]:
    """Before 1.16.5 more levels were admitted, but the masks of the metadata never were levels of a document."""
    for node in context.at("confidentialityCode") if not context.applies_since("1.16.5") else ():
        if node.get("code", "").startswith(("MASQUE_", "INVISIBLE_")):
            message = f"« {node.get('code')} » se dit dans les métadonnées, pas dans le CDA"
            yield context.find("CDA-018", node, "@code", message, expected="N, R ou V")


@rule("CDA-017", families=("cda-document",))
def created_in_the_past(context: CdaContext) -> Iterator[Finding]:
    """The document is not created in the future of the declared time."""
    created = parse_time(context.header.effective_time)
    node = context.first("effectiveTime")
    if context.now and created and created.instant and node is not None and created.instant > context.now:
        expected = f"au plus tard {context.now:%Y%m%d%H%M%S%z}"
        yield context.find("CDA-017", node, "@value", "La date de création est dans le futur", expected=expected)


@rule("CDA-022", families=("cda-document",))
def version_and_replacement(context: CdaContext) -> Iterator[Finding]:
    """versionNumber > 1 if and only if the document replaces another. A transformed document may be of any version."""
    version, types = context.header.version, [r.type for r in context.header.related]
    if version is None or set(types) - {"RPLC"}:  # a type that is none has its own rule
        return
    node = context.first("versionNumber")
    assert node is not None
    if version > 1 and "RPLC" not in types:
        message = "Une version supérieure à 1 remplace une version antérieure: relatedDocument RPLC manque"
        yield context.find("CDA-022", node, "@value", message, expected="1, ou relatedDocument RPLC")
    if version == 1 and "RPLC" in types:
        message = "Un document qui en remplace un autre n'est pas une version 1"
        yield context.find("CDA-022", node, "@value", message, expected="2 ou plus")


@rule("CDA-023", families=("cda-document",))
def replaced_version(context: CdaContext) -> Iterator[Finding]:
    """What a replacement says of the version that it replaces: the same set, and the version before its own."""
    own, version = context.first("setId"), context.header.version
    parent = "relatedDocument[@typeCode='RPLC']/parentDocument"
    for node in context.at(f"{parent}/setId") if own is not None and own.get("root") else ():
        assert own is not None
        expected, actual = (f"{n.get('root', '')} {n.get('extension', '')}".strip() for n in (own, node))
        if node.get("root") and expected != actual:
            message = "Le document remplacé n'est pas du même lot de versions (setId)"
            yield context.find("CDA-023", node, "@root", message, expected=expected, actual=actual)
    for node in context.at(f"{parent}/versionNumber"):
        before = node.get("value", "")
        if version is not None and version > 1 and before.isdecimal() and int(before) != version - 1:
            message = "Le document remplacé n'est pas la version précédente"
            yield context.find("CDA-023", node, "@value", message, expected=str(version - 1))


@rule("CDA-024", families=("cda-document",))
def parent_document(context: CdaContext) -> Iterator[Finding]:
    """The document related to is named, and is another one."""
    for node in context.root.iterchildren("{urn:hl7-org:v3}relatedDocument"):
        parent = first(node, "parentDocument/id")
        if parent is None or not (parent.get("root") or parent.get("nullFlavor")):
            message = "L'identifiant du document lié manque"
            yield context.find("CDA-024", node, "parentDocument/id/@root", message, expected="l'id du document lié")
            continue
        own = context.header.id
        if own and (parent.get("root"), parent.get("extension", "")) == (own.root, own.extension):
            yield context.find("CDA-024", parent, "@root", "Le document se désigne lui-même comme document lié")


@rule("CDA-125", families=("cda-document",))
def self_presentable(context: CdaContext) -> Iterator[Finding]:
    """A self-presentable file is its own style sheet (`#`), and holds the document in its first element."""
    if context.tree.wrapper != "autoprésentable":
        return
    holder = context.root.getparent()
    outer = context.tree.tree.getroot()
    before = next(outer.iterchildren(etree.Element), None)  # a comment may come first
    if holder is None or holder.tag != _HOLDER or before is not holder:
        message = "Le document n'est pas dans l'élément Contenu, premier de la feuille de style"
        yield context.find("CDA-125", context.root, "", message, expected=_HOLDER)
    if context.tree.stylesheets != ["#"]:
        message = "Un document autoprésentable désigne sa propre feuille de style"
        below = "processing-instruction('xml-stylesheet')"
        actual = ", ".join(context.tree.stylesheets) or "(absente)"
        yield context.find("CDA-125", context.root, below, message, expected="#", actual=actual)


@rule("CDA-101", families=("cda-document",))
def separate_stylesheet(context: CdaContext) -> Iterator[Finding]:
    """The DMP refuses a document whose style sheet is another file."""
    if context.destination != "dmp":
        return
    for href in context.tree.stylesheets:
        if href != "#":
            message = "Le document est lié à une feuille de style externe, refusée par le DMP"
            below = "processing-instruction('xml-stylesheet')"
            yield context.find("CDA-101", context.root, below, message, actual=href)
