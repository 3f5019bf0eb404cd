"""The operator of MSSanté that the PFI reaches, sound or faulty on purpose, and what the PFI does with the session."""

from __future__ import annotations

from pytest_bdd import given, then

from steps._mail import carrying, read_session
from steps._words import WHO, phrase

FAULTS = {
    "qui n'offre que le clair": "clear-text",
    "qui n'offre que TLS 1.0": "old-tls",
    "qui n'offre que des suites hors du référentiel": "weak-suite",
    "dont l'échange de clés est trop court": "weak-group",
    "dont le certificat n'est pas de l'IGC Santé": "foreign-issuer",
    "dont le certificat a expiré": "expired",
    "dont le certificat est révoqué": "revoked",
    "dont la liste de révocation ne peut être relevée": "crl-unreachable",
}
# What is asked of a session: the rules that say it; none of them alone for the whole.
DEMANDS = {
    "emploie TLS 1.2 au moins": ["MSS-001", "MSS-002"],
    "emploie des suites et des clés du référentiel": ["MSS-001", "MSS-004", "MSS-005"],
    "passe par STARTTLS avant toute chose": ["MSS-001", "MSS-010", "MSS-011"],
    "s'ouvre par le certificat de l'établissement et l'adresse de la boîte": ["MSS-001", "MSS-012"],
    "est conforme au référentiel MSSanté": [],
}


@given(phrase("un opérateur {fault:Fault}", Fault=FAULTS))
def faulty_operator(operator, fault):
    operator.fault = fault


@given("la PFI a envoyé ce document")
def already_sent(operator, handed, subject, deadlines):
    ours = carrying(handed.delivery.unique_id, WHO["professionnel"].address(subject))
    operator.next_mail(deadlines.business_acknowledgement, ours)


@then("la PFI ouvre une session d'envoi", target_fixture="session")
def session_of_sending(operator, deadlines):
    """The first one under what the operator is now; those before a fault are another's."""
    fault = operator.fault
    return operator.next_session(
        deadlines.business_acknowledgement,
        lambda ended: ended.session.protocol == "smtp" and ended.session.server == fault,
        "une session d'envoi",
    )


@then("la PFI relève ce courriel par IMAP", target_fixture="session")
def session_of_reading(operator, mail, deadlines):
    return read_session(operator, mail.message_id, deadlines.business_acknowledgement)


@then(phrase("cette session {rules:Demand}", Demand=DEMANDS))
def session_conforms(session, rules, judge):
    judge.check("mss.session", session.record, only=rules)


@then("la PFI se détourne de cet opérateur")
@then("la PFI s'en sert encore")
def faulty_operator_treated(session, judge):
    """What the operator was tells which of the two is right: `mss.refusal` reads it in the record."""
    judge.check("mss.refusal", session.record)
