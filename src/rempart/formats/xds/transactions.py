"""Transactions of the DMP: their wsa:Action, and the element that each body holds.

Source: exemples de messages DMP 02.05.00 (SOAP envelopes) and IHE ITI TF-2 for the XDS.b ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.xds.model import LCM

XDSB = "urn:ihe:iti:xds-b:2007"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
V3 = "urn:hl7-org:v3"
GDP = "asip:ci-sis:gdp:2010"
HABILITATIONS, PATIENTS = "urn:si-dmp-habilitations", "urn:si-dmp-patients"
_IHE = "urn:ihe:iti:2007:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """`body`, `answer_body`: Clark names. `xsd`: its body is in the ebXML schemas."""

    id: str  # TD2.1
    profile: str  # ITI-41
    action: str
    answer_action: str
    body: str
    answer_body: str
    title: str
    patient: bool = True  # the VIHF names a patient

    @property
    def name(self) -> str:
        return f"{self.id} ({self.profile})" if self.profile else self.id

    @property
    def ebxml(self) -> bool:
        return self.profile.startswith("ITI-")


def _ihe(id_: str, profile: str, name: str, body: str, answer: str, title: str) -> Transaction:
    return Transaction(
        id=id_, profile=profile, action=_IHE + name, answer_action=f"{_IHE}{name}Response", body=body,
        answer_body=answer, title=title,
    )  # fmt: skip


def _v3(id_: str, number: str, answer: str, title: str, *, patient: bool = True) -> Transaction:
    return Transaction(
        id=id_, profile="", action=f"{V3}:PRPA_IN{number}", answer_action=f"{V3}:PRPA_IN{answer}",
        body=f"{{{V3}}}PRPA_IN{number}", answer_body=f"{{{V3}}}PRPA_IN{answer}", title=title, patient=patient,
    )  # fmt: skip


def _dmp(id_: str, ns: str, endpoint: str, name: str, title: str, *, patient: bool = True) -> Transaction:
    action = f"{ns}:{endpoint}:{name}"
    return Transaction(
        id=id_, profile="", action=action, answer_action=f"{action}Response", body=f"{{{ns}}}{name}",
        answer_body=f"{{{ns}}}{name}Response", title=title, patient=patient,
    )  # fmt: skip


_RESPONSE = f"{{{RS}}}RegistryResponse"
FEED = _ihe("TD2.1", "ITI-41", "ProvideAndRegisterDocumentSet-b", f"{{{XDSB}}}ProvideAndRegisterDocumentSetRequest",
            _RESPONSE, "Alimentation")  # fmt: skip
SEARCH = _ihe("TD3.1", "ITI-18", "RegistryStoredQuery", f"{{{QUERY}}}AdhocQueryRequest",
              f"{{{QUERY}}}AdhocQueryResponse", "Recherche de documents")  # fmt: skip
RETRIEVE = _ihe("TD3.2", "ITI-43", "RetrieveDocumentSet", f"{{{XDSB}}}RetrieveDocumentSetRequest",
                f"{{{XDSB}}}RetrieveDocumentSetResponse", "Consultation de documents")  # fmt: skip
UPDATE = Transaction(
    id="TD3.3", profile="ITI-57", action="urn:ihe:iti:2010:UpdateDocumentSet",
    answer_action="urn:ihe:iti:2010:UpdateDocumentSet-Response", body=f"{{{LCM}}}SubmitObjectsRequest",
    answer_body=_RESPONSE, title="Gestion des attributs d'un document",
)  # fmt: skip
EXISTENCE = _v3("TD0.2", "201307UV02", "201308UV02", "Test d'existence et vérification de l'autorisation")
PERSON_SEARCH = _v3("TD0.5", "201305UV02", "201306UV02", "Recherche d'un patient sans INS", patient=False)
AUTHORISATION = _dmp("TD0.3", HABILITATIONS, "HabilitationsEndPoint", "setAuthorization",
                     "Mise à jour de l'autorisation")  # fmt: skip
AUTHORISED = _dmp("TD1.6", HABILITATIONS, "HabilitationsEndPoint", "listAuthorizationByPatient",
                  "Liste des professionnels autorisés ou bloqués")  # fmt: skip
PATIENT_LIST = _dmp("TD0.4", PATIENTS, "PatientSpecificEndPoint", "patientList", "Liste des DMP autorisés",
                    patient=False)  # fmt: skip
ADMINISTRATIVE = Transaction(
    id="TD1.3", profile="", action=f"{V3}:PRPA_IN201314UV02", answer_action=f"{V3}:PRPA_IN201315UV02",
    body=f"{{{V3}}}PRPA_IN201314UV02", answer_body=f"{{{GDP}}}PRPA_IN201314UV02_Response",
    title="Gestion des données administratives, fermeture",
)  # fmt: skip

TRANSACTIONS = (
    FEED, SEARCH, RETRIEVE, UPDATE, EXISTENCE, PERSON_SEARCH, AUTHORISATION, AUTHORISED, PATIENT_LIST, ADMINISTRATIVE,
)  # fmt: skip


def of_body(tag: str) -> tuple[Transaction, bool] | None:
    """The transaction of a body element, and whether it is its request. A RegistryResponse answers several: that of
    ITI-41 stands for them."""
    for transaction in TRANSACTIONS:
        if tag == transaction.body:
            return transaction, True
        if tag == transaction.answer_body:
            return transaction, False
    return None


def actions_of(tag: str) -> list[str]:
    """Every wsa:Action that goes with a body element."""
    requests = [t.action for t in TRANSACTIONS if t.body == tag]
    return requests + [t.answer_action for t in TRANSACTIONS if t.answer_body == tag]
