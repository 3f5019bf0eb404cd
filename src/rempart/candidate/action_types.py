"""What an action asks and what it answers: the types that the actions of `candidate.actions` share."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.record_types import DmpState, EpisodeChoice, MssNotice, Sending


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    """Answers may say more than is asked: an editor's own fields are kept in evidence and ignored."""

    model_config = ConfigDict(extra="ignore")


class Channel(StrEnum):
    DMP = "dmp"
    MSSANTE_PS = "mssante_ps"  # professional, organisation or application mailbox
    MSSANTE_PATIENT = "mssante_patient"


class Restriction(StrEnum):
    """What a document is told to be: the metadata of the volet (MetaDMPMSS) that are Y."""

    HIDDEN_FROM_PROFESSIONALS = "MASQUE_PS"
    HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
    HIDDEN_FROM_REPRESENTATIVES = "INVISIBLE_REP_LEGAUX"
    SECRET_CONNECTION = "CONNEXION_SECRETE"


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
    title: str = ""
    created: str = Field("", description="date of creation as the list shows it, AAAAMMJJ or longer")
    critical: bool = Field(False, description="the list signals that a result is critical")
    dmp: Sending = Field("none", description="what became of its sending to the DMP, as the list shows it")
    mssante: Sending = Field("none", description="what became of its sending by MSSanté, as the list shows it")
    episode: str = Field("", description="number of the episode of care that it belongs to")


class PatientRecord(_Answer):
    """What the open record shows."""

    found: bool
    identity: Identity | None = None
    identity_status: str = Field("", description="code of table 0445: VALI, PROV…")
    ins: Ins | None = None
    feeding: Feeding = Feeding.NOT_COLLECTED
    consultation: Consultation = Consultation.NOT_COLLECTED
    documents: list[StoredDocument] = Field(default_factory=list)
    dmp: DmpState | None = Field(None, description="what is shown of the DMP without a gesture")
    episodes: list[EpisodeChoice] = Field(default_factory=list, description="choices on consultation, by episode")
    mss_notices: list[MssNotice] = Field(
        default_factory=list, description="what the sender of a document has changed, and that awaits the user"
    )


class Section(_Model):
    """A section that the user adds to a structured document, beyond those of its model."""

    title: str
    text: str


class ProduceRequest(_Model):
    patient: PatientId
    type_code: str = Field(description="JDV_J07")
    local_type: str = Field("", description="type in the establishment's own list, when it has one")
    title: str
    level: Literal["N1", "N3"] = "N1"
    recipients: list[Recipient] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list, description="added to a structured document")
    draft: bool = Field(False, description="stop before validation: `validate_document` comes later")
    act_date: str = Field("", description="date of the act, AAAAMMJJ, when it is past; empty: now")
    episode: str = Field("", description="number of the episode of care; empty: the current one")
    author_registered: bool = Field(True, description="false: the author has left the national register (RPPS)")


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
    no_reply: bool = Field(False, description="the patient may not answer the mail")


class ReplaceRequest(_Model):
    document: str
    title: str


class DocumentRequest(_Model):
    document: str


class Recipients(Outcome):
    recipients: list[Recipient] = Field(default_factory=list, description="those that the screen shows")


class RecipientsRequest(_Model):
    document: str
    recipients: list[Recipient]


class MentionRequest(_Model):
    mention: str


class ListRequest(_Model):
    patient: PatientId
    sort: Literal["created", "type_code"]


class DocumentList(_Answer):
    """The documents of the record, in the order of the screen."""

    documents: list[StoredDocument] = Field(default_factory=list)


class OneDocumentRequest(_Model):
    patient: PatientId
    unique_id: str


class DisplayedHeader(_Answer):
    """What is read of the header, in the words of the screen."""

    title: str = ""
    created: str = Field("", description="AAAAMMJJ or longer")
    patient: str = Field("", description="name, first name, birth date, INS")
    author: str = ""
    organisation: str = ""


class DisplayedDocument(_Answer):
    """What the screen shows once the document is opened."""

    found: bool
    header: DisplayedHeader | None = None
    first: Literal["pdf", "text", "none"] = Field("none", description="what is shown before any other gesture")
    pdf_text: str = Field("", description="what is read on the PDF that is shown")
    text: str = Field("", description="the narrative, once it is asked for")
    stylesheet: Literal["producer", "own", "none"] = "none"


class ExportedDocument(_Answer):
    """The document as it is kept, and its PDF as it is handed over: attached to a mail, or saved."""

    found: bool
    content: str = Field("", description="the CDA, base64")
    pdf: str = Field("", description="the PDF, base64")
    pdf_name: str = Field("", description="name of the PDF file")


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
    episode: str = Field("", description="the episode of care that the choice on consultation is for; empty: current")


class Trace(_Answer):
    time: str = Field(description="local date and time, ISO 8601")
    event: str
    detail: str = Field("", description="what it was done with: Message-ID of a mail, identifier of a document")
    author: str = Field("", description="identifier of the authenticated author: a person, or a mailbox")
    request: str = Field("", description="what was asked of the server")
    answer: str = Field("", description="what the server answered, or why it did not")


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
    restrictions: list[Restriction] = Field(default_factory=list, description="kept with the document")


class Nothing(_Model):
    pass


class Description(_Answer):
    """What a candidate says of itself: `GET /` of the http driver."""

    name: str
    version: str
    dispositif: str
    actions: list[str]
