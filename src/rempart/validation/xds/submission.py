"""The submission as a whole: one set, one patient, its members, its associations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rempart.formats.ins import REGISTERS
from rempart.formats.xds import model as xds
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.context import EntryContext, SubmissionContext, classified, identified, slot
from rempart.validation.xds.identity import named_authority, same_patient, split_cx

SUBMISSION = ("xds-submission",)
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNUSED = ("intendedRecipient", "homeCommunityId")


@rule("XDS-011", families=SUBMISSION)
def one_set(context: SubmissionContext) -> Iterator[Finding]:
    """A submission is one set, and says that it is one."""
    packages = context.objects.packages
    if len(packages) != 1:
        message = f"{len(packages) or 'Aucun'} lot de soumission, un seul est attendu"
        yield context.find("XDS-011", packages[1] if packages[1:] else None, "", message)
    for package in packages:
        if not any(c.node == xds.SUBMISSION_SET for c in package.classifications):
            message = "Rien ne dit que ce RegistryPackage est un lot de soumission"
            yield context.find("XDS-011", package, "Classification", message, expected=xds.SUBMISSION_SET)


@rule("XDS-016", "XDS-025", families=SUBMISSION)
def classifications_of_the_set(context: SubmissionContext) -> Iterator[Finding]:
    """A code of the set has its system and its label, and every classification names the set."""
    for package in context.objects.packages:
        for code in package.classifications:
            place = classified(code) if code.scheme else f"Classification[@classificationNode='{code.node}']"
            if code.owner != package.id:
                message = "La classification ne désigne pas le lot qui la porte"
                # The published examples of TD3.3 leave it out: the schema says it, with its own weight.
                severity = None if code.owner else Severity.WARNING
                yield context.find(
                    "XDS-025", package, f"{place}/@classifiedObject", message, expected=package.id, actual=code.owner,
                    severity=severity, line=code.line,
                )  # fmt: skip
        for identifier in (i for i in package.identifiers if i.owner and i.owner != package.id):
            message = "L'identifiant externe ne désigne pas le lot qui le porte"
            at = f"{identified(identifier)}/@registryObject"
            yield context.find(  # recalled: a warning
                "XDS-025", package, at, message, expected=package.id, actual=identifier.owner,
                severity=Severity.WARNING, line=identifier.line,
            )  # fmt: skip
        for code in package.coded(xds.CONTENT_TYPE):
            systems = [s for s in code.slots.get("codingScheme", ()) if s]
            if len(systems) != 1:
                message = f"contentTypeCode porte {len(systems) or 'aucun'} système de codage, un seul est attendu"
                at = f"{classified(code)}/{slot('codingScheme')}"
                yield context.find("XDS-016", package, at, message, line=code.line)
            if not code.label:
                message = "contentTypeCode n'a pas de libellé"
                at = f"{classified(code)}/Name"
                severity = Severity.WARNING if context.xdm else None
                yield context.find("XDS-016", package, at, message, severity=severity, line=code.line)


@rule("XDS-022", families=SUBMISSION)
def unused(context: SubmissionContext) -> Iterator[Finding]:
    """Metadata of IHE that France does not use."""
    for package in context.objects.packages:
        for name in (n for n in _UNUSED if package.values(n)):
            yield context.find("XDS-022", package, slot(name), f"{name} n'est pas utilisé")
        if package.home:
            yield context.find("XDS-022", package, "@home", "homeCommunityId n'est pas utilisé")


@rule("XDS-020", families=SUBMISSION)
def unique_identifiers(context: SubmissionContext) -> Iterator[Finding]:
    """No identifier twice in one submission."""
    named = [(p, i) for p in context.objects.packages for i in p.identified(xds.SUBMISSION_ID)[:1]]
    named += [(e, i) for e in context.objects.entries for i in e.identified(xds.ENTRY_ID)[:1]]
    counts = Counter(i.value for _, i in named if i.value)
    for value in (v for v, n in counts.items() if n > 1):
        at, second = [(o, i) for o, i in named if i.value == value][1]
        message = f"L'identifiant {value} désigne {counts[value]} objets de la soumission"
        yield context.find("XDS-020", at, identified(second), message, actual=value, line=second.line)


@rule("XDS-028", "XDS-029", families=SUBMISSION)
def one_patient(context: SubmissionContext) -> Iterator[Finding]:
    """The set and each of its entries name the same patient."""
    package = context.package
    patient = package.identifier(xds.SUBMISSION_PATIENT) if package else ""
    parts = split_cx(patient)
    if context.objects.entries and parts and parts[1] in REGISTERS and (parts[2] != "NH" or named_authority(patient)):
        place = f"ExternalIdentifier[@identificationScheme='{xds.SUBMISSION_PATIENT}']"
        message = "Le patient du lot n'a pas la forme d'une INS dans les métadonnées XDS"
        yield context.find("XDS-029", package, place, message, expected="matricule^^^&OID&ISO^NH", actual=patient)
    for entry in context.objects.entries:
        own = entry.identifier(xds.ENTRY_PATIENT)
        patient = patient or own
        if own and not same_patient(own, patient):
            place = f"ExternalIdentifier[@identificationScheme='{xds.ENTRY_PATIENT}']"
            message = "La fiche et le lot ne désignent pas le même patient"
            yield context.find("XDS-028", entry, place, message, expected=patient, actual=own)


@rule("XDS-067", families=SUBMISSION)
def members(context: SubmissionContext) -> Iterator[Finding]:
    """HasMember from the set to each entry, with the status Original."""
    package = context.package
    if package is None:
        return
    links = [a for a in context.objects.associations if _is(a.type, "HasMember")]
    held = {a.target for a in links if a.source == package.id}
    for entry in context.objects.entries:
        if entry.id not in held:
            yield context.find("XDS-067", entry, "@id", "Le lot ne contient pas cette fiche: l'association manque")
    entries = {e.id for e in context.objects.entries}
    for link in links:
        status = ", ".join(link.slots.get("SubmissionSetStatus", ()))
        if link.target in entries and status != "Original":
            message = "Le statut d'une fiche de la soumission est Original"
            yield context.find(
                "XDS-067", link, slot("SubmissionSetStatus"), message, expected="Original", actual=status
            )


@rule("XDS-078", families=SUBMISSION)
def ends_of_associations(context: SubmissionContext) -> Iterator[Finding]:
    """An association links what is in the submission, or a document of the registry by its entryUUID."""
    objects = context.objects
    here = {o.id for o in (*objects.packages, *objects.entries, *objects.folders)}
    for link in objects.associations:
        for name, end in (("sourceObject", link.source), ("targetObject", link.target)):
            known = end in here or (name == "targetObject" and _UUID.fullmatch(end))
            if not known:
                message = f"{name} ne désigne aucun objet de la soumission"
                yield context.find("XDS-078", link, f"@{name}", message, actual=end)


@rule("XDS-077", families=SUBMISSION)
def transformed_documents(context: SubmissionContext) -> Iterator[Finding]:
    """Two levels of one document: wave 1. The volets of wave 2 send one, with its PDF inside."""
    for link in context.objects.associations:
        if _is(link.type, "XFRM") or _is(link.type, "XFRM_RPLC"):
            message = "Une association XFRM lie deux formes d'un même document"
            yield context.find("XDS-077", link, "@associationType", message, actual=link.type)
    by_act: dict[tuple[str, str, str], list[EntryContext]] = {}
    for entry in context.entries:
        if entry.cda is not None and entry.cda.start:
            header = entry.cda.header
            act = (header.type.code, header.type.system, entry.cda.start)
            by_act.setdefault(act, []).append(entry)
    for entries in by_act.values():
        levels = {e.cda.header.level for e in entries if e.cda}
        if levels >= {"N1", "N3"}:
            message = "Le même acte est envoyé en N1 et en N3: la copie PDF va dans une section du N3"
            last = entries[-1]
            yield context.find("XDS-077", last.entry, "", message, severity=Severity.WARNING)


def _is(kind: str, name: str) -> bool:
    """By the last part: the prefix of IHE, that of OASIS, and none are all seen."""
    return kind.rpartition(":")[2] == name
