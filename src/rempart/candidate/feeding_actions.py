"""What may be asked of a DPI that feeds the DMP by itself, or with documents of the past."""

from __future__ import annotations

from rempart.candidate.action import DPI, Action
from rempart.candidate.action_types import DocumentRequest, Outcome, Produced
from rempart.candidate.feeding_types import (
    AutomaticSettings,
    HistoryReport,
    HistoryRequest,
    HistorySettings,
    HoldRequest,
    Indicators,
    IndicatorsRequest,
    VisibilityRequest,
)

FEEDING_ACTIONS = (
    Action(
        "set_automatic_feeding",
        "Régler l'alimentation automatique du DMP",
        "Réglez les types de documents qui partent d'eux-mêmes vers le DMP une fois validés, et leur délai d'envoi.",
        AutomaticSettings,
        Outcome,
        (DPI,),
    ),
    Action(
        "hold_document",
        "Retenir l'envoi d'un document au DMP",
        "Retenez l'ordre d'envoi de ce document, ou levez cette retenue.",
        HoldRequest,
        Outcome,
        (DPI,),
    ),
    Action(
        "cancel_sending",
        "Annuler l'envoi d'un document au DMP",
        "Annulez l'ordre d'envoi de ce document, qui n'est pas encore parti.",
        DocumentRequest,
        Outcome,
        (DPI,),
    ),
    Action(
        "change_visibility",
        "Changer la visibilité d'un document envoyé au DMP",
        "Changez le masquage ou la visibilité de ce document, déjà transmis. Relevez la nouvelle version.",
        VisibilityRequest,
        Produced,
        (DPI,),
    ),
    Action(
        "set_history_feeding",
        "Régler la reprise d'historique",
        "Réglez les documents antérieurs qui alimentent le DMP: types, antériorité, déclencheur, rattrapage, débit.",
        HistorySettings,
        Outcome,
        (DPI,),
    ),
    Action(
        "feed_history",
        "Alimenter le DMP des documents antérieurs",
        "Lancez la reprise d'historique pour ces patients. Relevez ce qui est parti, ce qui est écarté et pourquoi.",
        HistoryRequest,
        HistoryReport,
        (DPI,),
    ),
    Action(
        "read_indicators",
        "Lire les indicateurs",
        "Affichez les indicateurs d'alimentation et de consultation du DMP pour le mois indiqué et relevez-les.",
        IndicatorsRequest,
        Indicators,
        (DPI,),
    ),
)
