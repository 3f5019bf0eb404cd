"""The closed list of business actions that the harness may ask of a candidate.

One typed definition gives the OpenAPI document of the `http` driver, the JSON of the `command` driver, the Protocol of
the `python` driver and the form shown to a person by the `operator` driver. Names and meanings are a contract: a change
is a version (`DRIVER_VERSION`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from rempart.candidate.action_types import (
    Channel,
    ChannelResult,
    ChannelStatus,
    ConsentRequest,
    Consultation,
    Description,
    DisplayedDocument,
    DisplayedHeader,
    DocumentList,
    DocumentRequest,
    ExportedDocument,
    Feeding,
    Identity,
    Ins,
    ListRequest,
    MailRequest,
    Mails,
    MentionRequest,
    Nothing,
    OneDocumentRequest,
    Outcome,
    PatientId,
    PatientRecord,
    PatientRequest,
    Produced,
    ProduceRequest,
    ReceivedDocument,
    ReceivedRequest,
    Recipient,
    Recipients,
    RecipientsRequest,
    ReplaceRequest,
    Restriction,
    Section,
    SendingStatus,
    SendRequest,
    StoredDocument,
    Trace,
    Traces,
    TracesRequest,
)

__all__ = [
    "ACTIONS",
    "DPI",
    "DRIVER_VERSION",
    "PFI",
    "Action",
    "Channel",
    "ChannelResult",
    "ChannelStatus",
    "ConsentRequest",
    "Consultation",
    "Description",
    "DisplayedDocument",
    "DisplayedHeader",
    "DocumentList",
    "DocumentRequest",
    "ExportedDocument",
    "Feeding",
    "Identity",
    "Ins",
    "ListRequest",
    "MailRequest",
    "Mails",
    "MentionRequest",
    "Nothing",
    "OneDocumentRequest",
    "Outcome",
    "PatientId",
    "PatientRecord",
    "PatientRequest",
    "ProduceRequest",
    "Produced",
    "ReceivedDocument",
    "ReceivedRequest",
    "Recipient",
    "Recipients",
    "RecipientsRequest",
    "ReplaceRequest",
    "Restriction",
    "Section",
    "SendRequest",
    "SendingStatus",
    "StoredDocument",
    "Trace",
    "Traces",
    "TracesRequest",
]

DRIVER_VERSION = "1.1"
DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"


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
            "set_information_notice",
            "Régler la mention d'information du patient",
            "Réglez la mention d'information (RGPD) qui s'imprime en bas de page des documents.",
            MentionRequest,
            Outcome,
            (DPI,),
        ),
        Action(
            "show_recipients",
            "Lire les destinataires d'un document en rédaction",
            "Affichez le document en rédaction et relevez les destinataires prévus, avec leur adresse.",
            DocumentRequest,
            Recipients,
            (DPI,),
        ),
        Action(
            "set_recipients",
            "Modifier les destinataires d'un document en rédaction",
            "Remplacez les destinataires du document par ceux qui sont indiqués et relevez ceux qui sont affichés.",
            RecipientsRequest,
            Recipients,
            (DPI,),
        ),
        Action(
            "validate_document",
            "Valider un document en rédaction",
            "Validez le document en rédaction, sans l'envoyer.",
            DocumentRequest,
            Produced,
            (DPI,),
        ),
        Action(
            "list_documents",
            "Trier les documents d'un patient",
            "Affichez la liste des documents du patient, triez-la comme indiqué et relevez-la dans l'ordre.",
            ListRequest,
            DocumentList,
            (DPI,),
        ),
        Action(
            "view_document",
            "Ouvrir un document",
            "Ouvrez le document. Relevez ce qui s'affiche d'abord, l'en-tête, puis affichez le PDF et le texte.",
            OneDocumentRequest,
            DisplayedDocument,
            (DPI,),
        ),
        Action(
            "export_document",
            "Exporter un document",
            "Exportez le document tel qu'il est conservé, et son PDF sous le nom que le logiciel lui donne.",
            OneDocumentRequest,
            ExportedDocument,
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
            "Affichez le document reçu: exemplaires, état, INS, restrictions, transmissions vers le DMP et MSSanté.",
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
