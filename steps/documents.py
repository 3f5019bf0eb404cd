"""The user of the DPI produces documents and sends them; the simulated PFI looks at what comes."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.simulators.pfi import asks, is_order, order_to
from steps._play import Produced, patient_id, prepared
from steps._words import WHO, phrase

SENT, REFUSED, AGAIN, ONCE = "REM-001", "REM-002", "REM-003", "REM-004"
DOCUMENT_ID, REPLACED_ID, NEXT_VERSION, VISIBILITY = "HL7-051", "HL7-052", "REM-023", "HL7-096"
RULE_OF_SERVICE = {"DESTDMP": "HL7-101", "DESTMSSANTEPS": SENT, "DESTMSSANTEPAT": "HL7-102"}


@given(phrase('un {level:Level} "{kind:DocumentType}" validé dans le DPI'), target_fixture="document")
@when(phrase('l\'utilisateur valide un {level:Level} "{kind:DocumentType}"'), target_fixture="document")
def document_validated(dpi, patient, level, kind):
    asked = {"type_code": kind.code, "title": kind.title, "level": level}
    answer = prepared(dpi.ask("produce_document", patient=patient_id(patient), **asked), "rédaction du document")
    return Produced(answer.document, answer.unique_id)


@given(phrase('un {level:Level} "{kind:DocumentType}" déjà transmis au DMP'), target_fixture="document")
def document_already_sent(dpi, patient, level, kind, simulated_pfi, deadlines):
    document = document_validated(dpi, patient, level, kind)
    prepared(dpi.ask("send_document", document=document.reference, channels=["dmp"]), "envoi du document")
    simulated_pfi.next_order(deadlines.acknowledgement)
    return document


@when(phrase("l'utilisateur transmet le document {destination:Destination}"), target_fixture="answer")
def document_sent(dpi, patient, document, destination, judge):
    answer = try_to_send(dpi, patient, document, destination)
    judge.expect(answer.exchange, "outcome", equals="done", rule=SENT)
    return answer


@when(phrase("l'utilisateur tente de transmettre le document {destination:Destination}"), target_fixture="answer")
def try_to_send(dpi, patient, document, destination):
    return dpi.ask("send_document", document=document.reference, **destination.request(patient))


@when("l'utilisateur remplace le document par une version corrigée", target_fixture="answer")
def document_replaced(dpi, document, judge):
    answer = try_to_replace(dpi, document)
    judge.expect(answer.exchange, "outcome", equals="done", rule=SENT)
    return answer


@when("l'utilisateur tente de remplacer le document par une version corrigée", target_fixture="answer")
def try_to_replace(dpi, document):
    return dpi.ask("replace_document", document=document.reference, title="Version corrigée")


@when("l'utilisateur supprime le document", target_fixture="answer")
def document_deleted(dpi, document, judge):
    answer = dpi.ask("delete_document", document=document.reference)
    judge.expect(answer.exchange, "outcome", equals="done", rule=SENT)
    return answer


@then("le DPI refuse et dit pourquoi")
def refused_with_a_reason(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=REFUSED)
    judge.expect(answer.exchange, "reason", present=True, rule=REFUSED)


@then(phrase("la PFI reçoit un message de {action:Action}"), target_fixture="message")
def order_received(simulated_pfi, action, judge, deadlines):
    return judge.await_message(
        simulated_pfi,
        None,
        timeout=deadlines.acknowledgement,
        rule=SENT,
        where=order_to(action),
        expected={"initial": "publication", "replace": "remplacement", "delete": "suppression"}[action],
    )


@then("le document qu'il contient est conforme à la structuration minimale")
def document_conforms(message, judge):
    judge.check("hl7v2.document", message.exchange)


@then("le document qu'il contient porte sa copie paginée")
def document_is_paginated(message, judge):
    judge.check("order.paginated_copy", message.exchange, rule="REM-011")


@then("ce message porte le document produit")
def carries_the_document(message, document, judge):
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=DOCUMENT_ID)


@then("ce message remplace le document déjà transmis")
def replaces_the_document(message, document, simulated_pfi, judge):
    before, *_ = simulated_pfi.received()
    judge.check("order.document", message.exchange, replaces=document.unique_id, rule=REPLACED_ID)
    judge.check("order.next_version", before.exchange, message.exchange, rule=NEXT_VERSION)


@then("ce message désigne le document déjà transmis")
def names_the_document(message, document, judge):
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=DOCUMENT_ID)


@then("ce message ne se confond pas avec le précédent")
def is_another_message(message, simulated_pfi, judge):
    previous, *_ = simulated_pfi.received()
    judge.check("hl7v2.distinct", previous.exchange, message.exchange, rule="HL7-014")


@then(phrase("ce message {asked:Asked} {service:Service}"))
def asks_for(message, asked, service, judge):
    rule = SENT if asked == "Y" else RULE_OF_SERVICE[service]
    judge.check("order.flag", message.exchange, code=service, equals=asked, rule=rule)


@then("ce message dit le document non visible par la patiente")
def hidden_from_patient(message, judge):
    judge.check("order.flag", message.exchange, code="INVISIBLE_PATIENT", equals="Y", rule=VISIBILITY)


@then("ce message nomme chaque destinataire avec son adresse")
def names_recipients(message, patient, judge):
    addresses = [who.address(patient) for who in WHO.values()]
    judge.check("order.recipients", message.exchange, addresses=addresses, rule="HL7-080")


@then("ce message porte l'INS de la patiente")
def carries_ins(message, patient, judge):
    judge.check("order.ins", message.exchange, value=patient.ins.value, oid=patient.ins.oid, rule="HL7-195")


@then("ce message ne porte aucune INS")
def carries_no_ins(message, judge):
    judge.check("order.ins", message.exchange, rule="HL7-195")


@then(phrase("la PFI ne reçoit aucun message qui demande {service:Service}"))
def never_asked(simulated_pfi, service, judge, deadlines):
    watched = simulated_pfi.expect_silence(deadlines.silence, asks(service))
    judge.check("silence", watched, rule=RULE_OF_SERVICE[service])


@then("le DPI ne renvoie pas le message")
def not_sent_again(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, is_order), rule=ONCE)


@then("le DPI renvoie le même message")
def sent_again(simulated_pfi, message, judge, deadlines):
    seconds, same = deadlines.business_acknowledgement, message.message.control_id
    again = judge.await_message(simulated_pfi, None, timeout=seconds, rule=AGAIN, where=is_order, expected="renvoi")
    judge.check("hl7v2.expect", again.exchange, path="MSH-10", equals=same, rule=AGAIN)
