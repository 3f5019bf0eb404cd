"""What may be asked of a DPI about MSSanté: documents that came, and documents that leave by themselves."""

from __future__ import annotations

from rempart.candidate.action import DPI, Action
from rempart.candidate.action_types import DisplayedDocument, Nothing, Outcome
from rempart.candidate.mss_types import (
    DocumentHistory,
    Handled,
    HandleRequest,
    HistoryOfRequest,
    ItemRequest,
    MssMailingSettings,
    MssSettings,
    MssStatistics,
    PeriodRequest,
    UnreadDocuments,
    Worklist,
)

MSS_ACTIONS = (
    Action(
        "set_mss_integration",
        "Régler l'intégration des documents reçus par MSSanté",
        "Réglez si les documents reçus entrent d'eux-mêmes au dossier, pour quels types, si les remplacements et "
        "suppressions de l'expéditeur attendent une validation, et quels résultats de biologie sont signalés.",
        MssSettings,
        Outcome,
        (DPI,),
    ),
    Action(
        "list_worklist",
        "Afficher la liste de travail des documents reçus",
        "Affichez les documents reçus par MSSanté qui attendent un geste. Relevez pour chacun le motif, les traits "
        "reçus, la recherche pré-remplie et les patients proposés.",
        Nothing,
        Worklist,
        (DPI,),
    ),
    Action(
        "view_worklist_item",
        "Ouvrir un document de la liste de travail",
        "Ouvrez le document qui attend, sans l'intégrer, et relevez ce qui s'affiche.",
        ItemRequest,
        DisplayedDocument,
        (DPI,),
    ),
    Action(
        "handle_worklist_item",
        "Traiter un document de la liste de travail",
        "Intégrez, remplacez, supprimez ou écartez le document, comme indiqué. Notez tout refus et son motif.",
        HandleRequest,
        Handled,
        (DPI,),
    ),
    Action(
        "list_unread_documents",
        "Afficher les documents intégrés et non lus",
        "Affichez les documents reçus dans la période indiquée, intégrés d'eux-mêmes et que personne n'a ouverts.",
        PeriodRequest,
        UnreadDocuments,
        (DPI,),
    ),
    Action(
        "read_mss_statistics",
        "Lire les statistiques d'intégration",
        "Affichez, par type et pour la période indiquée, le nombre de documents intégrés d'eux-mêmes, intégrés à la "
        "main et non intégrés.",
        PeriodRequest,
        MssStatistics,
        (DPI,),
    ),
    Action(
        "read_document_history",
        "Lire l'historique d'un document reçu",
        "Affichez tout ce qui est arrivé à ce document depuis sa réception, dans l'ordre.",
        HistoryOfRequest,
        DocumentHistory,
        (DPI,),
    ),
    Action(
        "set_automatic_mailing",
        "Régler l'envoi automatique par MSSanté",
        "Réglez les types de documents qui partent d'eux-mêmes à la PFI pour leurs destinataires, une fois validés.",
        MssMailingSettings,
        Outcome,
        (DPI,),
    ),
)
