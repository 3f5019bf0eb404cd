"""A correspondent writes to the PFI by MSSanté; the PFI hands the documents to the simulated DPI, and answers."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import then, when

from rempart.simulators.documents import first_version, next_version
from rempart.simulators.mails import compose, letter, pack
from steps._mail import about, with_subject
from steps._words import phrase

HANDED_OVER, OTHER_EVENT, NOTHING, MAIL = "HL7-128", "HL7-129", "REM-021", "REM-022"
NOTIFIED, UNASKED, IDENTIFIED = "REM-015", "HL7-142", "REM-208"
EVENTS = {"publication": "MDM^T02", "remplacement": "MDM^T10", "suppression": "MDM^T04"}
RULES = {"MDM^T02": HANDED_OVER, "MDM^T10": OTHER_EVENT, "MDM^T04": OTHER_EVENT}


def one(patient, stranger, **more):
    return compose(patient, [first_version(patient)], **more)


def two(patient, stranger):
    return compose(patient, [first_version(patient), first_version(patient, type_code="11488-4")])


def replacing(patient, stranger):
    return compose(patient, [next_version(first_version(patient), patient)], action="C")


def two_patients(patient, stranger):
    return one(patient, stranger, archive=pack([first_version(patient), first_version(stranger)]))


def unannounced(patient, stranger):
    """The archive is there, and the subject is that of a colleague who wrote it."""
    sent = one(patient, stranger)
    return replace(sent, message=with_subject(sent.message, "Suite de notre conversation"))


# (the patient, someone else) -> the mail
MAILS = {
    "qui apporte un document": one,
    "qui apporte un document, avec demande d'accusé": lambda patient, other: one(patient, other, notify=True),
    "qui apporte deux documents": two,
    "qui remplace un document": replacing,
    "qui supprime un document": lambda patient, other: one(patient, other, action="D"),
    "dont l'archive concerne deux patients": two_patients,
    "dont l'objet n'annonce pas l'archive": unannounced,
    "qui n'apporte qu'un PDF": lambda patient, other: letter(pdf=True),
}


@when(phrase("la PFI reçoit un courriel {write:Mail}", Mail=MAILS), target_fixture="mail")
def mail_received(operator, patients, write):
    mail = write(patients["Dominique PAT-TROIS"], patients["Ruth NESSI"])
    return replace(mail, exchange=operator.deliver(mail.message, mail.recipient))


@then(phrase("le DPI reçoit un message MDM de {event:Event}", Event=EVENTS), target_fixture="message")
def delivery_received(simulated_dpi, event, judge, deadlines):
    seconds = deadlines.business_acknowledgement
    return judge.await_message(simulated_dpi, event, timeout=seconds, rule=RULES[event])


@then("ce message porte le document du courriel")
def carries_mailed_document(message, mail, judge):
    unique_id = mail.versions[0].document.unique_id
    judge.check("order.document", message.exchange, unique_id=unique_id, rule=HANDED_OVER)


@then("ce message désigne l'usager par l'identifiant des métadonnées")
def names_the_patient(message, mail, judge):
    judge.check("mss.identified", mail.exchange, message.exchange, rule=IDENTIFIED)


@then("ce message porte un autre document que le précédent")
def carries_other_document(simulated_dpi, message, judge):
    previous, *_ = simulated_dpi.received()
    judge.check("hl7v2.same_document", previous.exchange, message.exchange, equals=False, rule=HANDED_OVER)


@then("ce message porte le texte du courriel")
def carries_mail_text(message, mail, judge):
    said = {"message_id": mail.message_id, "subject": mail.subject, "text": mail.text}
    judge.check("order.mail", message.exchange, **said, rule=MAIL)


@then("le DPI ne reçoit aucun message")
def nothing_handed_over(simulated_dpi, judge, deadlines):
    judge.check("silence", simulated_dpi.expect_silence(deadlines.silence), rule=NOTHING)


@then("la PFI envoie un accusé à l'expéditeur", target_fixture="notification")
def notification_sent(operator, mail, judge, deadlines):
    return judge.await_mail(
        operator,
        timeout=deadlines.business_acknowledgement,
        rule=NOTIFIED,
        where=about(mail.message_id),
        expected="un accusé pour ce courriel",
    )


@then("la PFI n'envoie aucun accusé")
def notification_not_sent(operator, mail, judge, deadlines):
    judge.check("mss.silence", operator.expect_silence(deadlines.silence, about(mail.message_id)), rule=UNASKED)


@then("cet accusé est conforme au référentiel MSSanté")
def notification_conforms(notification, mail, judge):
    judge.check("mail.notification", notification.exchange, message_id=mail.message_id, subject=mail.subject)
    judge.check("mss.envelope", notification.exchange, notification.envelope_exchange)


@then("les en-têtes de cet accusé désignent le courriel reçu")
def notification_points_back(notification, mail, judge):
    judge.check("mss.reply", mail.exchange, notification.exchange)


@then("cet accusé annonce que le document est intégré")
def notification_of_success(notification, judge):
    judge.check("mail.disposition", notification.exchange)


@then(phrase('cet accusé annonce l\'erreur du DPI "{reason:Reason}"'))
def notification_of_error(notification, reason, judge):
    judge.check("mail.disposition", notification.exchange, code=reason)
