"""The PFI and the simulated DMP: what is fed, replaced and deleted, and how the DMP behaves meanwhile."""

from __future__ import annotations

import pytest
from pytest_bdd import given, then, when

from rempart.formats.hl7v2.cisis import document_message
from rempart.simulators.deliveries import Delivery
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.dmp.behaviours import BEHAVIOURS, obey, refuse
from rempart.simulators.documents import first_version
from rempart.simulators.dpi import DMP as TO_DMP
from rempart.simulators.dpi import about
from steps._play import Handed
from steps._words import phrase

FED, PASSED_ON, UNASKED_SEARCH, AUTHORISATION = "XDS-108", "REM-018", "XDS-106", "XDS-102"
NEW_VERSION, REPLACED, NOT_QUALIFIED, RETURN = "XDS-124", "REM-014", "XDS-104", "HL7-116"


def behaving(behaviour):
    """A manner of the DMP: a function of it."""

    def behave(dmp):
        dmp.behaviour = behaviour

    return behave


MANNERS = {name: behaving(behaviour) for name, behaviour in BEHAVIOURS.items()}
MANNERS["refuse les métadonnées"] = behaving(refuse("XDSRepositoryMetadataError"))
MANNERS["n'est pas joignable"] = SimulatedDmp.suspend


@given("un DMP ouvert pour la patiente")
@when("le DMP de la patiente est rouvert")
def dmp_open(dmp, subject):
    dmp.dmp.patients[subject.ins.value].closed = ""


@given("un DMP fermé pour la patiente")
def dmp_closed(dmp, subject):
    dmp.dmp.patients[subject.ins.value].closed = "demande du patient"


@given("un établissement que la patiente n'a pas autorisé à consulter son DMP")
def dmp_without_grant(dmp, subject):
    dmp.dmp.patients[subject.ins.value].grants.clear()


@given(phrase("un DMP qui {manner:DmpManner}", DmpManner=MANNERS))
def dmp_manner(dmp, manner):
    manner(dmp)


@when("le DMP est rétabli")
def dmp_restored(dmp):
    dmp.behaviour = obey
    dmp.resume()


@given("le DPI confie à la PFI trois documents pour le DMP", target_fixture="confided")
def three_documents(simulated_dpi, subject):
    return [confide(simulated_dpi, subject) for _ in range(3)]


@pytest.fixture
def others():
    """What the DMP holds beside the document of the scenario."""
    return []


@given("le DMP détient un autre document de la patiente", target_fixture="others")
def another_document(simulated_dpi, dmp, subject, judge, deadlines):
    other = confide(simulated_dpi, subject)
    submission(dmp, other, judge, deadlines)
    return [other]


@given("un DMP que la PFI alimente déjà", target_fixture="others")
def already_fed(simulated_dpi, dmp, subject, judge, deadlines):
    other = confide(simulated_dpi, subject)
    seconds = deadlines.business_acknowledgement
    judge.await_call(dmp, "TD2.1", timeout=seconds)
    judge.await_message(simulated_dpi, "ZAM^Z01", timeout=seconds)
    return [other]


def confide(simulated_dpi, subject):
    """A new document for the DMP, handed to the PFI."""
    version = first_version(subject)
    message = document_message(simulated_dpi.order(subject, version, flags=TO_DMP))
    return Handed(Delivery(patient=subject, version=version, message=message), simulated_dpi.send(message))


def submission(dmp, handed, judge, deadlines):
    """The TD2.1 of this document."""
    document, seconds = handed.delivery.unique_id, deadlines.business_acknowledgement
    expected = f"l'alimentation (TD2.1) du document {document}"
    return judge.await_call(
        dmp, "TD2.1", timeout=seconds, rule=FED, where=lambda c: document in c.documents, expected=expected
    )


@given("le DMP a reçu ce document de la PFI", target_fixture="before")
def dmp_has_received(dmp, handed, judge, deadlines):
    return submission(dmp, handed, judge, deadlines)


@then("le DMP reçoit ce document de la PFI", target_fixture="fed")
def dmp_receives(dmp, handed, judge, deadlines):
    return submission(dmp, handed, judge, deadlines)


@then("cette alimentation est conforme au guide du DMP")
def submission_conforms(dmp, fed, judge):
    judge.check("xds.message", fed.exchange, received=fed.exchange.time.isoformat())
    judge.check("xds.transport", dmp.connection(fed), fed.exchange)


@then("cette alimentation dit ce que disent le document et la demande")
def submission_tells_the_order(handed, fed, judge):
    judge.check("xds.order", handed.dialogue.sent, fed.exchange)
    judge.check("xds.fed", handed.dialogue.sent, fed.exchange)


@then("cette alimentation vient de la même installation que la précédente")
def same_installation(before, fed, judge):
    judge.check("xds.one_source", before.exchange, fed.exchange)


@then("cette alimentation remplace le document que le DMP connaît")
def replaces_the_known_one(dmp, handed, fed, judge):
    judge.check("xds.replaced", fed.exchange, *searched(dmp), unique_id=handed.earlier.delivery.unique_id)


def searched(dmp):
    """What the DMP answered to the searches so far."""
    return [c.answer for c in dmp.queries() if c.answer]


@then("la PFI n'a renvoyé que ce document")
def nothing_else_again(dmp, before, judge):
    again = [c.exchange for c in dmp.received() if c.transaction == "TD2.1" and c.exchange.time > before.exchange.time]
    judge.check("xds.resent", before.exchange, *again)


@then("l'envoi n'a pas précédé l'heure dite")
def not_before(handed, fed, judge):
    judge.check("xds.deferred", handed.dialogue.sent, fed.exchange, received=fed.exchange.time.isoformat())


@then("le DMP reçoit de la PFI la suppression de ce document")
def dmp_receives_deletion(dmp, handed, judge, deadlines):
    call = judge.await_call(dmp, "TD3.3", timeout=deadlines.business_acknowledgement, rule=PASSED_ON)
    judge.check("xds.message", call.exchange, received=call.exchange.time.isoformat())
    judge.check("xds.deleted", call.exchange, *searched(dmp), unique_id=handed.delivery.unique_id)


# -- what the DMP holds in the end


@pytest.fixture
def holds(dmp, subject, others, judge):
    """Judge that the DMP holds these documents under these statuses, and what it held before."""

    def judged(documents, rule):
        expected = {h.delivery.unique_id: "Approved" for h in others} | documents
        inventory = dmp.inventory(subject.ins.value)
        judge.check("dmp.holds", inventory, patient=subject.ipp, documents=expected, rule=rule)

    return judged


@then("le DMP détient ce document une seule fois")
def held_once(handed, holds):
    holds({handed.delivery.unique_id: "Approved"}, FED)


@then("le DMP détient chacun de ces documents une seule fois")
def each_held_once(confided, holds):
    holds({h.delivery.unique_id: "Approved" for h in confided}, FED)


@then("le DMP détient la nouvelle version à la place de la précédente")
def new_version_held(handed, holds):
    holds({handed.earlier.delivery.unique_id: "Deprecated", handed.delivery.unique_id: "Approved"}, REPLACED)


@then("le DMP tient ce document pour supprimé, et lui seul")
def deleted_alone(handed, holds):
    holds({handed.delivery.unique_id: "Deleted"}, REPLACED)


@then("le DPI reçoit le retour du DMP pour chacun de ces documents")
def each_returned(simulated_dpi, confided, judge, deadlines):
    wanted = [about(h.dialogue.acknowledgement.get("MSA-2")) for h in confided]
    how = {"timeout": deadlines.business_acknowledgement, "rule": RETURN}
    _ = [judge.await_message(simulated_dpi, "ZAM^Z01", where=where, **how) for where in wanted]


# -- what the DMP was not asked


@then("le DMP ne reçoit pas ce document une seconde fois")
def not_fed_again(unheard, judge):
    judge.check("dmp.silence", unheard("TD2.1"), rule=FED)


@then("la PFI n'a fait aucune recherche dans le DMP")
def no_search(dmp, judge):
    judge.check("dmp.lacks", dmp.story(), transactions=["TD3.1", "TD3.2"], after="TD2.1", rule=UNASKED_SEARCH)


@then("la PFI n'a pas modifié la fiche du document dans le DMP")
def no_update(dmp, judge):
    judge.check("dmp.lacks", dmp.story(), transactions=["TD3.3"], rule=NEW_VERSION)


@then("la PFI n'a demandé aucune autorisation d'accès")
def no_authorisation(dmp, judge):
    judge.check("dmp.lacks", dmp.story(), transactions=["TD0.3"], rule=AUTHORISATION)


@then("le DMP reste fermé à la consultation de l'établissement")
def still_closed(dmp, subject, judge):
    judge.check("observation.expect", dmp.inventory(subject.ins.value), path="grants", equals={}, rule=AUTHORISATION)


@then("le DMP ne reçoit rien de ce document")
def nothing_of_this_document(unheard, judge):
    judge.check("dmp.silence", unheard(), rule=PASSED_ON)


@then("le DMP ne reçoit pas ce document")
def not_fed(unheard, judge):
    """It may be looked for: a PFI that lost an answer has to know."""
    judge.check("dmp.silence", unheard("TD2.1"), rule=PASSED_ON)


@then("le DMP ne reçoit rien sous cette identité")
def nothing_under_this_identity(unheard, judge):
    judge.check("dmp.silence", unheard(), rule=NOT_QUALIFIED)


@pytest.fixture
def unheard(simulated_dpi, dmp, subject, handed, judge, deadlines):
    """What the DMP hears of the document while it should hear nothing, or no call of a transaction.

    A second document is confided and awaited: when it has come, what was to come of the first had time to.
    """

    def watched(transaction=""):
        submission(dmp, confide(simulated_dpi, subject), judge, deadlines)
        document = handed.delivery.unique_id
        return dmp.expect_silence(
            deadlines.silence, where=lambda c: document in c.documents and c.transaction.startswith(transaction)
        )

    return watched
