"""The closed list of business actions that the harness may ask of a candidate.

One typed definition gives the OpenAPI document of the `http` driver, the JSON of the `command` driver, the Protocol of
the `python` driver and the form shown to a person by the `operator` driver. Names and meanings are a contract: a change
is a version (`DRIVER_VERSION`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DRIVER_VERSION = "1.0"
DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    """Answers may say more than is asked: an editor's own fields are kept in evidence and ignored."""

    model_config = ConfigDict(extra="ignore")


class Channel(StrEnum):
    DMP = "dmp"
    MSSANTE_PS = "mssante_ps"  # professional, organisation or application mailbox
    MSSANTE_PATIENT = "mssante_patient"


class Feeding(StrEnum):
    """ZFA-9."""

    NOT_COLLECTED = "NA"
    OPPOSED = "IO"
    NOT_OPPOSED = "INO"


class Consultation(StrEnum):
    """ZFA-11."""

    NOT_COLLECTED = "NA"
    REFUSES = "INC"
    CONSENTS = "IC"


class PatientId(_Model):
    """A patient as the establishment names them: the IPP and its authority's OID or FINESS."""

    value: str
    authority: str


class Ins(_Answer):
    value: str
    oid: str


class Identity(_Answer):
    birth_name: str = ""
    first_birth_name: str = ""
    birth_names: str = Field("", description="list of birth first names, space separated")
    birth_date: str = Field("", description="AAAAMMJJ")
    sex: str = Field("", description="M, F or U")
    birth_place: str = Field("", description="COG code, 5 characters")


class Recipient(_Model):
    name: str
    address: str
    identifier: str = ""
    kind: Literal["professional", "organisation", "application", "patient"] = "professional"


class Outcome(_Answer):
    """What the candidate did with the order. `refused` is a business refusal, with its reason as the user reads it."""

    outcome: Literal["done", "refused"]
    reason: str = ""


class PatientRequest(_Model):
    patient: PatientId


class StoredDocument(_Answer):
    unique_id: str = Field(description="ClinicalDocument/id, `root` or `root^extension`")
    type_code: str = ""
    origin: str = Field("", description="DPI, MSSanté, DMP…")
    status: Literal["current", "replaced", "deleted"] = "current"


class PatientRecord(_Answer):
    """What the open record shows."""

    found: bool
    identity: Identity | None = None
    identity_status: str = Field("", description="code of table 0445: VALI, PROV…")
    ins: Ins | None = None
    feeding: Feeding = Feeding.NOT_COLLECTED
    consultation: Consultation = Consultation.NOT_COLLECTED
    documents: list[StoredDocument] = Field(default_factory=list)


class ProduceRequest(_Model):
    patient: PatientId
    type_code: str = Field(description="JDV_J07")
    title: str
    level: Literal["N1", "N3"] = "N1"


class Produced(Outcome):
    document: str = Field("", description="the candidate's own reference of the document")
    unique_id: str = ""


class SendRequest(_Model):
    document: str
    channels: list[Channel]
    recipients: list[Recipient] = Field(default_factory=list)
    reception_receipt: bool = True
    reading_receipt: bool = False
    hidden_from_patient: bool = False
    hidden_from_representatives: bool = False
    hidden_from_professionals: bool = False


class ReplaceRequest(_Model):
    document: str
    title: str


class DocumentRequest(_Model):
    document: str


class ChannelStatus(_Answer):
    channel: Channel
    status: Literal["pending", "delivered", "failed", "read"]
    recipient: str = ""
    error_code: str = ""
    error_label: str = ""


class SendingStatus(_Answer):
    """What the user is shown of a sending: technical acknowledgement, then one line per channel and recipient."""

    found: bool
    technical: Literal["none", "pending", "accepted", "error", "rejected"] = "none"
    technical_detail: str = ""
    channels: list[ChannelStatus] = Field(default_factory=list)


class ConsentRequest(_Model):
    patient: PatientId
    feeding: Feeding | None = None
    consultation: Consultation | None = None
    patient_messaging: Literal["accepted", "refused"] | None = None


class Trace(_Answer):
    time: str
    event: str
    detail: str = ""


class Traces(_Answer):
    traces: list[Trace] = Field(default_factory=list)


class TracesRequest(_Model):
    patient: PatientId | None = None


class ReceivedRequest(_Model):
    unique_id: str = Field(description="ClinicalDocument/id of the document sent to the PFI")


class ReceivedDocument(_Answer):
    found: bool
    status: Literal["current", "replaced", "deleted"] = "current"
    copies: int = Field(1, description="how many times the PFI holds this document")
    ins: Ins | None = None
    channels: list[ChannelStatus] = Field(default_factory=list, description="what the PFI transmitted, and to whom")


class ChannelResult(_Model):
    """The downstream service answers so: the DMP to the feeding, or the MSSanté operator to the mail."""

    unique_id: str
    channel: Channel
    recipient: str = ""
    success: bool = True
    error_code: str = ""
    error_label: str = ""


class MailRequest(_Model):
    message: str = Field(description="RFC 5322 message, base64")


class Mails(_Answer):
    messages: list[str] = Field(default_factory=list, description="RFC 5322 messages sent, oldest first, base64")


class Nothing(_Model):
    pass


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its types, who may be asked, and what a person is told when no program can do it."""

    name: str
    title: str  # French
    instruction: str  # French, for the operator
    request: type[BaseModel]
    answer: type[BaseModel]
    dispositifs: tuple[str, ...]


ACTIONS: dict[str, Action] = {
    a.name: a
    for a in (
        Action(
            "open_patient_record",
            "Ouvrir le dossier d'un patient",
            "Ouvrez le dossier du patient indiqué et relevez ce qui est affiché: identité, INS, statut, consentements, "
            "documents.",
            PatientRequest,
            PatientRecord,
            (DPI,),
        ),
        Action(
            "produce_document",
            "Produire et valider un document",
            "Rédigez puis validez un document du type indiqué pour ce patient, sans l'envoyer.",
            ProduceRequest,
            Produced,
            (DPI,),
        ),
        Action(
            "send_document",
            "Transmettre un document à la PFI",
            "Demandez l'envoi du document vers les destinations indiquées. Notez tout refus et son motif.",
            SendRequest,
            Outcome,
            (DPI,),
        ),
        Action(
            "replace_document",
            "Remplacer un document déjà transmis",
            "Corrigez le document, validez la nouvelle version et transmettez-la à la PFI.",
            ReplaceRequest,
            Produced,
            (DPI,),
        ),
        Action(
            "delete_document",
            "Supprimer un document déjà transmis",
            "Supprimez le document et transmettez la suppression à la PFI.",
            DocumentRequest,
            Outcome,
            (DPI,),
        ),
        Action(
            "get_sending_status",
            "Lire l'état d'un envoi",
            "Affichez l'état d'envoi du document: acquittement de la PFI, retours du DMP et de MSSanté.",
            DocumentRequest,
            SendingStatus,
            (DPI,),
        ),
        Action(
            "record_consent",
            "Enregistrer un choix du patient",
            "Enregistrez le choix indiqué du patient (alimentation, consultation, envoi par messagerie citoyenne).",
            ConsentRequest,
            Outcome,
            (DPI,),
        ),
        Action(
            "consult_dmp",
            "Demander la consultation du DMP",
            "Demandez à consulter le DMP du patient. Notez si l'accès est ouvert ou refusé, et le motif affiché.",
            PatientRequest,
            Outcome,
            (DPI,),
        ),
        Action(
            "read_traces",
            "Lire les traces",
            "Affichez les traces fonctionnelles, filtrées sur le patient s'il est indiqué.",
            TracesRequest,
            Traces,
            (DPI, PFI),
        ),
        Action(
            "get_received_document",
            "Lire ce que la PFI a fait d'un document",
            "Affichez le document reçu: nombre d'exemplaires, état, INS, transmissions vers le DMP et MSSanté.",
            ReceivedRequest,
            ReceivedDocument,
            (PFI,),
        ),
        Action(
            "report_channel_result",
            "Faire répondre le DMP ou l'opérateur MSSanté",
            "Provoquez la réponse indiquée du service aval pour ce document (succès, ou erreur avec ce code).",
            ChannelResult,
            Outcome,
            (PFI,),
        ),
        Action(
            "receive_mail",
            "Recevoir un courriel MSSanté",
            "Déposez ce courriel dans la boîte aux lettres applicative de la PFI et laissez-la le traiter.",
            MailRequest,
            Outcome,
            (PFI,),
        ),
        Action(
            "list_sent_mails",
            "Lire les courriels MSSanté émis",
            "Exportez les courriels émis par la PFI, source complète.",
            Nothing,
            Mails,
            (PFI,),
        ),
    )
}


class Description(_Answer):
    """What a candidate says of itself: `GET /` of the http driver."""

    name: str
    version: str
    dispositif: str
    actions: list[str]
