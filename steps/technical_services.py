"""Imaging and laboratory confide their reports to the PFI, which keeps and tells to whom they are hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_bdd import then, when

from rempart.formats.hl7v2.cisis import document_message
from rempart.simulators.deliveries import Delivery
from rempart.simulators.documents import first_version
from rempart.simulators.dpi import DMP, MAIL_TO_PROFESSIONALS
from rempart.simulators.patients import correspondent, party
from steps._play import Handed
from steps._words import phrase

RESTRICTED, TOLD, SAME_PDF = "REM-066", "REM-067", "REM-065"
FORMS = {"MDM": "MDM", "ORU": "ORU"}
LEVELS = {"structuré": "N3", "non structuré": "N1"}


@dataclass(frozen=True, slots=True)
class Service:
    """A technical service: the software that sends, and the type of its reports."""

    software: str
    type_code: str


SERVICES = {"le service d'imagerie": Service("RIS", "18748-4"), "le laboratoire": Service("SGL", "11502-2")}
# In connexion secrète the DMP takes only what is hidden from the representatives.
SECRET = ["INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE"]
RESTRICTIONS = {"caché à des professionnels": ["MASQUE_PS"], "en connexion secrète": SECRET}


def confide(simulated_dpi, subject, service, flags, *, level="N1", form="MDM", recipients=()):
    version = first_version(subject, type_code=service.type_code, level=level)
    order = simulated_dpi.order(subject, version, message=form, flags=flags, recipients=recipients)
    order = replace(order, envelope=replace(order.envelope, sender=party(service.software)))
    confided = Delivery(patient=subject, version=version, message=document_message(order))
    return Handed(confided, simulated_dpi.send(confided.message))


@when(
    phrase(
        "{service:Service} confie à la PFI son compte rendu caché à des professionnels, par un message {form:Form}",
        Service=SERVICES,
        Form=FORMS,
    ),
    target_fixture="handed",
)
def masked_report(simulated_dpi, subject, service, form):
    return confide(simulated_dpi, subject, service, DMP | {"MASQUE_PS": True}, form=form)


@when(
    phrase(
        "{service:Service} confie à la PFI son compte rendu {level:ReportLevel} demandé en connexion secrète",
        Service=SERVICES,
        ReportLevel=LEVELS,
    ),
    target_fixture="handed",
)
def secret_report(simulated_dpi, subject, service, level):
    return confide(simulated_dpi, subject, service, DMP | dict.fromkeys(SECRET, True), level=level, form="ORU")


@when(
    phrase(
        "{service:Service} confie à la PFI son compte rendu caché à la patiente et destiné à un professionnel",
        Service=SERVICES,
    ),
    target_fixture="handed",
)
def report_hidden_from_patient(simulated_dpi, subject, service):
    level = "N3" if service.software == "SGL" else "N1"
    to = (correspondent(),)
    return confide(simulated_dpi, subject, service, MAIL_TO_PROFESSIONALS, level=level, form="ORU", recipients=to)


@then(phrase("la PFI garde ce document {restriction:Restriction}", Restriction=RESTRICTIONS))
def restriction_kept(pfi, handed, restriction, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "restrictions", equals=restriction, rule=RESTRICTED)


@then("le courriel envoyé dit le document caché à la patiente")
def mail_tells_restriction(sent_mail, handed, judge):
    document = handed.delivery.unique_id
    judge.check("mail.confidentiality", sent_mail.exchange, unique_id=document, codes=["INVISIBLE_PATIENT"], rule=TOLD)


@then("le PDF joint au courriel est celui du document")
def mail_joins_its_pdf(sent_mail, handed, judge):
    judge.check("mail.pdf", sent_mail.exchange, unique_id=handed.delivery.unique_id, rule=SAME_PDF)
