"""Mails that the PFI hands to the operator with a document: to whom, in which form, and after which trouble."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.simulators.mssante.behaviours import BEHAVIOURS, obey, obey_and_hang_up, refuse, then_obey
from steps._mail import attempt, carries, carrying
from steps._words import WHO, phrase

PASSED_ON, UNQUALIFIED, REFUSED = "REM-018", "MSS-029", "REM-209"
SOFTWARE = "MSS/va1.09"  # what the PFI sends leaves from a mailbox of software
# What a requirement asks of a mail: the rules that say it, and what has to be declared for them to apply.
ASPECTS = {
    "l'en-tête X-MSS-INS": (["MSS-025", "MSS-026"], []),
    "l'en-tête X-MSS-CODECDA": (["MSS-027"], []),
    "l'en-tête X-MSS-NIL": (["MSS-024"], []),
    "l'objet": (["MSS-021"], []),
    "le corps": (["MSS-017"], []),
    "l'identifiant": (["MSS-014"], []),
    "l'expéditeur": (["MSS-020", "MSS-063"], []),
    "la mention d'envoi automatique": (["MSS-016"], [SOFTWARE]),
    "l'adresse de retour": (["MSS-016"], [SOFTWARE, "MSS/va1.18"]),
    "la demande d'accusé de réception": (["MSS-018"], ["MSS/va1.15"]),
    "la demande d'accusé de lecture": (["MSS-019"], ["MSS/UX.33"]),
    "la mention de remplacement": (["MSS-032"], ["MSS/va1.13"]),
    "l'adresse de la patiente": (["MSS-029"], ["MSS/va1.19"]),
    "la copie lisible": (["MSS-029", "MSS-030"], ["MSS/va1.17"]),
}
TROUBLES = {
    "refuse pour l'instant": lambda: then_obey(1, refuse("451 4.3.0 Service momentanement indisponible")),
    "met en liste grise": BEHAVIOURS["met en liste grise"],
    "prend le courriel puis coupe la connexion": lambda: then_obey(1, obey_and_hang_up),
}
# For the moment or for good, at the recipient or once the whole mail has come.
REFUSALS = {name: BEHAVIOURS[name] for name in BEHAVIOURS if name.startswith(("refuse", "trouve"))}


@given(phrase("un opérateur qui, la première fois, {trouble:Trouble}", Trouble=TROUBLES))
def operator_in_trouble(operator, trouble):
    operator.behaviour = trouble()


@given(phrase("un opérateur qui {refusal:Refusal}", Refusal=REFUSALS))
def operator_refuses(operator, refusal):
    operator.behaviour = refusal()


@given("l'opérateur a refusé ce courriel", target_fixture="refused_mail")
@then("l'opérateur refuse ce courriel", target_fixture="refused_mail")
def mail_refused(operator, handed, subject, judge, deadlines):
    return judge.await_mail(
        operator,
        timeout=deadlines.business_acknowledgement,
        rule=PASSED_ON,
        where=attempt(handed.delivery.unique_id, WHO["professionnel"].address(subject)),
        expected="un courriel avec ce document",
    )


@when("l'opérateur accepte de nouveau les courriels")
def operator_restored(operator):
    operator.behaviour = obey


@then("la PFI ne le renvoie pas")
def not_sent_again(operator, handed, subject, judge, deadlines):
    again = attempt(handed.delivery.unique_id, WHO["professionnel"].address(subject))
    judge.check("mss.silence", operator.expect_silence(deadlines.silence, again), rule=REFUSED)


@then(phrase("{who:ForWhom} reçoit un courriel de la PFI"), target_fixture="sent_mail")
def mail_sent(operator, handed, subject, who, judge, deadlines):
    return judge.await_mail(
        operator,
        timeout=deadlines.business_acknowledgement,
        rule=PASSED_ON,
        where=carrying(handed.delivery.unique_id, who.address(subject)),
        expected="un courriel avec ce document",
    )


@then("la PFI n'écrit pas à la patiente")
def nothing_mailed_to_patient(operator, handed, subject, judge, deadlines):
    ours = carrying(handed.delivery.unique_id, WHO["patiente"].address(subject))
    judge.check("mss.silence", operator.expect_silence(deadlines.silence, ours), rule=UNQUALIFIED)


@then(phrase("{aspect:Aspect} du courriel envoyé est conforme", Aspect=ASPECTS))
def aspect_conforms(sent_mail, aspect, judge):
    rules, requirements = aspect
    judge.check("mss.mail", sent_mail.exchange, requirements=requirements, only=rules)


@then("le courriel envoyé est conforme au référentiel MSSanté")
def mail_conforms(sent_mail, judge):
    judge.check("mss.mail", sent_mail.exchange, requirements=[SOFTWARE, "MSS/va1.15", "MSS/CONF.23"])
    judge.check("mss.envelope", sent_mail.exchange, sent_mail.envelope_exchange)


@then(phrase("le courriel envoyé {who:ToWhom} dit ce que le DPI a demandé"))
def mail_executes_order(sent_mail, handed, who, judge):
    to_patient = who is WHO["patiente"]
    judge.check("mss.order", handed.dialogue.sent, sent_mail.exchange, to_patient=to_patient)


@then("ce courriel a gardé l'identifiant de son premier envoi")
def identifier_kept(operator, handed, sent_mail, judge):
    first = next(m for m in operator.received() if carries(m, handed.delivery.unique_id))
    judge.check("mss.resent", first.exchange, sent_mail.exchange)
