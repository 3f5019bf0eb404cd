"""What may be asked of a DPI that consults the DMP."""

from __future__ import annotations

from rempart.candidate.action import DPI, Action
from rempart.candidate.action_types import Outcome
from rempart.candidate.dmp_types import (
    Changed,
    ChangeRequest,
    ConsultRequest,
    CountedSettings,
    DmpDocumentRequest,
    DmpDocuments,
    DmpListRequest,
    Imported,
    ImportRequest,
    Prefetched,
    PrefetchRequest,
    PrefetchSettings,
    SessionRequest,
    ViewedDmpDocument,
    WebPage,
    WebRequest,
)

DMP_ACTIONS = (
    Action(
        "open_session",
        "Ouvrir la session d'un professionnel",
        "Fermez la session en cours et connectez-vous comme le professionnel indiqué.",
        SessionRequest,
        Outcome,
        (DPI,),
    ),
    Action(
        "consult_dmp",
        "Demander la consultation du DMP",
        "Demandez à consulter le DMP du patient, dans le mode d'accès indiqué, avec le motif s'il y en a un. Notez si "
        "l'accès est ouvert ou refusé, et le motif affiché.",
        ConsultRequest,
        Outcome,
        (DPI,),
    ),
    Action(
        "list_dmp_documents",
        "Chercher des documents dans le DMP",
        "Affichez la liste des documents du DMP du patient avec les critères indiqués et relevez-la. Ouvrez d'abord la "
        "consultation, en accès normal, si elle ne l'est pas.",
        DmpListRequest,
        DmpDocuments,
        (DPI,),
    ),
    Action(
        "view_dmp_document",
        "Ouvrir un document du DMP",
        "Ouvrez le document dans la liste du DMP, sans l'intégrer. Notez tout avertissement et ce qui s'affiche.",
        DmpDocumentRequest,
        ViewedDmpDocument,
        (DPI,),
    ),
    Action(
        "import_dmp_documents",
        "Intégrer des documents du DMP",
        "Sélectionnez ces documents dans la liste du DMP et intégrez-les au dossier du patient.",
        ImportRequest,
        Imported,
        (DPI,),
    ),
    Action(
        "remove_imported_document",
        "Retirer du dossier un document venu du DMP",
        "Retirez du dossier ce document, que le DMP ne détient plus. Le DMP et la PFI n'ont rien à en savoir.",
        DmpDocumentRequest,
        Outcome,
        (DPI,),
    ),
    Action(
        "change_dmp_document",
        "Masquer, rendre visible, archiver ou supprimer un document du DMP",
        "Demandez l'opération indiquée sur le document du DMP. Notez la confirmation demandée, et confirmez ou non.",
        ChangeRequest,
        Changed,
        (DPI,),
    ),
    Action(
        "open_dmp_web",
        "Ouvrir le DMP par appel contextuel",
        "Ouvrez la page indiquée du DMP depuis le dossier du patient et relevez l'adresse ouverte.",
        WebRequest,
        WebPage,
        (DPI,),
    ),
    Action(
        "set_prefetch",
        "Régler le préchargement des documents du DMP",
        "Réglez les documents à précharger et leur durée de conservation.",
        PrefetchSettings,
        Outcome,
        (DPI,),
    ),
    Action(
        "prefetch_dmp",
        "Précharger les documents du DMP",
        "Lancez le préchargement pour ces patients et relevez les documents gardés, leur échéance et les patients "
        "écartés.",
        PrefetchRequest,
        Prefetched,
        (DPI,),
    ),
    Action(
        "set_counted_types",
        "Régler les types de documents comptés",
        "Réglez les types de documents dont les nouveautés sont comptées à l'ouverture d'un dossier.",
        CountedSettings,
        Outcome,
        (DPI,),
    ),
)
