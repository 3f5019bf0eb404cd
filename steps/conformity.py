"""What is judged against an official text as a whole, whoever sent it."""

from __future__ import annotations

from pytest_bdd import then

from steps._words import phrase

# The namespace of MSH-21 that a message has to declare, and the rule that says so.
VOLETS = {
    "Transmission d'un document CDA en HL7v2": ("CISIS_CDA_HL7_V2", "HL7-020"),
    "Transmission au LPS": ("CISIS_CDA_HL7_LPS", "HL7-021"),
}


@then(phrase('ce message est conforme au volet "{volet:Volet}"', Volet=VOLETS))
def message_conforms(message, volet, judge):
    namespace, rule = volet
    judge.check("hl7v2.expect", message.exchange, path="MSH-21.2", equals=namespace, rule=rule)
    judge.check("hl7v2.message", message.exchange)


@then("son acquittement est conforme aux volets du CI-SIS")
def acknowledgement_conforms(handed, judge):
    told = handed.dialogue
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, expect=["AA", "AE", "AR"])
