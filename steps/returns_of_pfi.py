"""The DMP and the operator of MSSanté answer the PFI, which reports to the simulated DPI."""

from __future__ import annotations

from pytest_bdd import given, then

from rempart.formats.hl7v2.cisis import application_error
from rempart.simulators.behaviours import acknowledge, refuse, stay_silent
from rempart.simulators.dpi import to_recipient
from steps._words import WHO, phrase

FROM_DMP, FROM_MAIL, UNASKED, CODE, READ = "HL7-116", "HL7-117", "REM-020", "HL7-124", "REM-068"
MANNERS = {"accepte tous les messages": acknowledge, "ne répond pas": stay_silent}


@given(phrase("un DPI qui {manner:Manner}", Manner=MANNERS))
def dpi_manner(simulated_dpi, manner):
    simulated_dpi.behaviour = manner


@given(phrase('un DPI qui refuse les documents au motif "{reason:Reason}"'))
def dpi_refuses(simulated_dpi, reason):
    simulated_dpi.behaviour = refuse("AE", application_error(reason, "PID^1^3"))


@given("un professionnel qui lit ses courriels")
def professional_reads(operator, subject):
    operator.mailbox(WHO["professionnel"].address(subject)).answers = "displayed"


@given("la messagerie de la patiente fermée")
def mailbox_closed(operator, subject):
    operator.mailbox(WHO["patiente"].address(subject)).closed = "fermee par son titulaire"


@given("le DPI a reçu le retour du DMP", target_fixture="message")
@then("le DPI reçoit le retour du DMP", target_fixture="message")
def dmp_return(simulated_dpi, judge, deadlines):
    seconds = deadlines.business_acknowledgement
    return judge.await_message(simulated_dpi, "ZAM^Z01", timeout=seconds, rule=FROM_DMP)


@then(phrase("le DPI reçoit le retour de la messagerie pour {who:ForWhom}"), target_fixture="message")
def mail_return(simulated_dpi, subject, who, judge, deadlines):
    return return_about(simulated_dpi, "ZAM^Z02", who.address(subject), judge, deadlines, FROM_MAIL)


@then(phrase("le DPI reçoit l'accusé de lecture {who:OfWhom}"), target_fixture="message")
def reading_return(simulated_dpi, subject, who, judge, deadlines):
    return return_about(simulated_dpi, "ZAM^Z03", who.address(subject), judge, deadlines, READ)


def return_about(simulated_dpi, kind, address, judge, deadlines, rule):
    seconds, where = deadlines.business_acknowledgement, to_recipient(address)
    return judge.await_message(simulated_dpi, kind, timeout=seconds, rule=rule, where=where)


@then("ce retour annonce un succès")
def returns_success(handed, message, judge):
    judge.check("hl7v2.business_acknowledgement", handed.dialogue.sent, message.exchange, expect="Y")


@then(phrase('ce retour annonce l\'erreur "{error:ReturnedError}"'))
def returns_error(handed, message, error, judge):
    judge.check("hl7v2.business_acknowledgement", handed.dialogue.sent, message.exchange, expect="N")
    judge.check("hl7v2.expect", message.exchange, path="ERR-5.1", equals=error[0], rule=CODE)


@given("le DPI ne reçoit aucun retour")
@then("le DPI ne reçoit aucun retour")
@then("le DPI ne reçoit aucun autre retour")
def no_return(simulated_dpi, judge, deadlines):
    judge.check("silence", simulated_dpi.expect_silence(deadlines.silence), rule=UNASKED)
