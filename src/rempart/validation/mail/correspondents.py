"""Who writes to whom: the label of the sender, mailboxes of the MSSanté space, mailboxes of patients, receipts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.ins import is_matricule
from rempart.formats.mail.package import qualified
from rempart.formats.mail.source import is_address, unclosed, unread
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext, patient_mailbox
from rempart.validation.mail.structure import MAIL
from rempart.validation.registry import rule

SENT = ("mail-sent",)  # what people and software write, notifications apart
_RECIPIENTS = ("To", "Cc", "Bcc")
# interop-ig-fhir-api-messagerie-securisee-sante: the addresses of the espace de confiance.
_TRUSTED = re.compile(r"[^@\s]+@(?:[^@\s]+\.mssante\.fr|interop-mssante\.apicrypt\.org)", re.IGNORECASE)

_NESTED = re.compile(rb'"[^"]*"|\([^()]*\)|=\?[^\s]*\?=|:[^;]*;')  # where a semicolon separates no addresses
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@rule("MSS-020", families=SENT)
def label(context: MailContext) -> Iterator[Finding]:
    """The address of the sender comes with a name."""
    senders = context.source.addresses("From")
    if len(senders) != 1 or not is_address(senders[0][1]):
        return  # MSS-061 says it
    name, address = senders[0]
    if patient_mailbox(address):
        return  # the citizens' messaging writes it, no candidate
    if not any(c.isalpha() for c in name) or _ADDRESS.fullmatch(name):
        message = "L'adresse de l'expéditeur n'est pas accompagnée d'un libellé"
        expected = "Dr_Prénom_NOM_Entité <adresse>, ou le libellé de la boîte"
        yield context.find("MSS-020", "From", message, expected=expected)


@rule("MSS-063", families=MAIL)
def mailboxes(context: MailContext) -> Iterator[Finding]:
    """Health documents do not leave the espace de confiance."""
    if context.source.first("From") and "@" in context.sender and not _TRUSTED.fullmatch(context.sender):
        yield _out(context, "From", context.sender)
    for name in (*_RECIPIENTS, "Reply-To", "Disposition-Notification-To", "Return-Receipt-To"):
        addresses = [a for _, a in context.source.addresses(name)]
        broken = [a for a in addresses if not is_address(a)]
        broken += [f.value for f in context.source.all(name) if unclosed(f)]
        if name in _RECIPIENTS and any(b";" in _NESTED.sub(b"", field.raw) for field in context.source.all(name)):
            message = "Les adresses sont séparées par un point-virgule: un serveur les refuse"
            yield context.find("MSS-063", name, message, expected="boîte@domaine, boîte@domaine")
        if any(unread(field) for field in context.source.all(name)):
            message = "Ces adresses ne se lisent pas: elles sont trop nombreuses, ou mal écrites"
            yield context.find("MSS-063", name, message, expected="boîte@domaine, boîte@domaine")
        if broken and name in (*_RECIPIENTS, "Reply-To"):
            message = "Cela n'est pas une adresse"
            yield context.find("MSS-063", name, message, expected="boîte@domaine", actual=_some(broken))
        outside = [a for a in addresses if is_address(a) and not _TRUSTED.fullmatch(a)]
        if outside:
            yield _out(context, name, _some(outside))
    if not context.recipients:
        yield context.find("MSS-063", "To", "Le courriel ne nomme aucun destinataire", severity=Severity.WARNING)


def _some(addresses: list[str]) -> str:
    return ", ".join(a or "(vide)" for a in addresses[:5]) + ("…" if len(addresses) > 5 else "")


def _out(context: MailContext, name: str, address: str) -> Finding:
    message = "Une adresse n'est pas de l'espace de confiance MSSanté"
    return context.find("MSS-063", name, message, expected="….mssante.fr", actual=address, severity=Severity.WARNING)


@rule("MSS-029", families=SENT)
def patients(context: MailContext) -> Iterator[Finding]:
    """The mailbox of a patient is their matricule, and their documents say the same one."""
    for address, local in context.patients.items():
        name = next(n for n in ("To", "Cc", "Bcc") if address in [a for _, a in context.source.addresses(n)])
        if not is_matricule(local.upper()):
            message = "L'adresse de l'usager n'est pas faite d'un matricule INS de 15 caractères avec une clé juste"
            expected = "<matricule INS>@patient.mssante.fr"
            yield context.find("MSS-029", name, message, expected=expected, actual=address)
        yield from _patient(context, name, address, local)
    if not context.patients and context.declared("MSS/va1.19"):
        message = "Le courriel à l'usager n'est pas adressé à la boîte d'un usager"
        yield context.find("MSS-029", "To", message, expected="<matricule INS>@patient.mssante.fr")
    if len(context.patients) > 1:
        message = "Le courriel est adressé à plusieurs usagers"
        yield context.find("MSS-029", "To", message, expected="un seul", actual=", ".join(context.patients))


def _patient(context: MailContext, name: str, address: str, local: str) -> Iterator[Finding]:
    for place, header in context.headers:
        own = header.ins.extension if header.ins else ""
        if own and own.upper() != local.upper():
            message = f"L'adresse n'est pas celle du patient du document ({place})"
            yield context.find("MSS-029", name, message, expected=f"{own}@patient.mssante.fr", actual=address)
        elif not qualified(header):
            strict = context.declared("MSS/va1.19", "MSS/va1.17")
            message = f"Le document envoyé à l'usager n'a pas d'INS qualifiée ({place})"
            severity = None if strict else Severity.WARNING  # a derogation, renewed since, tolerates it
            yield context.find(
                "MSS-029", name, message, expected="une INS qualifiée", actual=address, severity=severity
            )


@rule("MSS-028", families=SENT)
def end_of_exchange(context: MailContext) -> Iterator[Finding]:
    """X-MSS-MES says FIN, to a patient, or is not there."""
    found = context.source.all("X-MSS-MES")
    if not found:
        if context.declared("MSS/CONF.21"):
            message = "L'expéditeur ne veut pas de réponse du patient, et le courriel ne le dit pas"
            yield context.find("MSS-028", "X-MSS-MES", message, expected="FIN")
        return
    if len(found) > 1 or found[0].value != "FIN":
        yield context.find("MSS-028", "X-MSS-MES", expected="FIN", actual=", ".join(f.value for f in found))
    elif not context.patients:
        message = "X-MSS-MES ne sert que dans un courriel adressé à un usager"
        yield context.find("MSS-028", "X-MSS-MES", message, severity=Severity.WARNING)


@rule("MSS-018", "MSS-019", families=SENT)
def receipts(context: MailContext) -> Iterator[Finding]:
    """What asks for a DSN or for an MDN names the mailbox that gets it."""
    asked = (
        ("MSS-018", "Return-Receipt-To", "MSS/va1.15", "un accusé de remise (DSN)"),
        ("MSS-019", "Disposition-Notification-To", "MSS/UX.33", "un accusé de lecture (MDN)"),
    )
    for rule_id, name, requirement, what in asked:
        if not context.source.first(name):
            if context.declared(requirement):
                message = f"L'expéditeur demande {what}, et le courriel ne le dit pas"
                yield context.find(rule_id, name, message, expected=f"{name}: adresse de l'expéditeur")
            continue
        addresses = [a for _, a in context.source.addresses(name)]
        if len(addresses) != 1 or not is_address(addresses[0]):
            yield context.find(rule_id, name, f"{name} ne nomme pas une adresse", expected="une adresse")
        elif name == "Disposition-Notification-To":
            yield from _return_path(context, addresses[0])


def _return_path(context: MailContext, address: str) -> Iterator[Finding]:
    """RFC 8098, 2.1: no client answers by itself to an address that is not where errors go."""
    back = next((a for _, a in context.source.addresses("Return-Path")), "") or context.sender
    if back and back.lower() != address.lower():
        message = "L'accusé est demandé pour une autre adresse que celle de l'expéditeur: aucun ne partira de lui-même"
        yield context.find("MSS-019", "Disposition-Notification-To", message, expected=back, severity=Severity.WARNING)
