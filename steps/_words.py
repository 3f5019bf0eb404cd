"""The phrases that steps accept, and what they mean: a phrase that is not here is a missing step, never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parse import with_pattern
from pytest_bdd import parsers

from rempart.candidate.actions import Channel
from rempart.formats.hl7v2.cisis import Patient
from rempart.simulators.patients import CORRESPONDENT, CORRESPONDENT_MAIL, citizen_mailbox
from rempart.simulators.pfi import DMP_CLOSED, MAILBOX_UNKNOWN


def words(table: Mapping[str, Any]) -> Callable[[str], Any]:
    """A converter for the phrases of `table`, the longest first."""
    choices = "|".join(re.escape(p) for p in sorted(table, key=len, reverse=True))
    return with_pattern(choices)(lambda text: table[text])


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of JDV_J07, as features name it."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the user sends a document."""

    channels: tuple[Channel, ...]
    hidden_from_patient: bool = False
    hidden_from_representatives: bool = False
    hidden_from_professionals: bool = False
    no_reply: bool = False

    def request(self, patient: Patient) -> dict[str, Any]:
        """The fields of `send_document`."""
        return {
            "channels": list(self.channels),
            "recipients": [who.recipient(patient) for who in WHO.values() if who.channel in self.channels],
            "hidden_from_patient": self.hidden_from_patient,
            "hidden_from_representatives": self.hidden_from_representatives,
            "hidden_from_professionals": self.hidden_from_professionals,
            "no_reply": self.no_reply,
        }


@dataclass(frozen=True, slots=True)
class Who:
    """A recipient of the mail."""

    channel: Channel

    def address(self, patient: Patient) -> str:
        return CORRESPONDENT_MAIL if self.channel is Channel.MSSANTE_PS else citizen_mailbox(patient).address

    def recipient(self, patient: Patient) -> dict[str, str]:
        """As the driver names it."""
        if self.channel is Channel.MSSANTE_PS:
            name, number, kind = f"{CORRESPONDENT.family} {CORRESPONDENT.given}", CORRESPONDENT.id, "professional"
        else:
            name = f"{patient.birth_name} {patient.first_birth_name}"
            number, kind = patient.ins.value if patient.ins else "", "patient"
        return {"name": name, "address": self.address(patient), "identifier": number, "kind": kind}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the patient said: a field of the driver's `record_consent` and its code, which is also that of ZFA."""

    what: str  # feeding, consultation, patient_messaging
    code: str


HOSPITAL_MAIL = "chu-x@test-ci-sis.mssante.fr"
# Of a document handed over in two versions.
WHICH = {"ce document": lambda handed: handed, "la version d'origine": lambda handed: handed.earlier}
PS, PATIENT = Channel.MSSANTE_PS, Channel.MSSANTE_PATIENT
WHO = {"professionnel": Who(PS), "patiente": Who(PATIENT)}

TYPES: dict[str, Mapping[str, Any]] = {
    "Level": {"document": "N1", "document structuré": "N3"},
    "DocumentType": {
        "compte rendu d'imagerie": DocumentType("18748-4", "Compte rendu d'imagerie"),
        "compte rendu de biologie": DocumentType("11502-2", "Compte rendu d'examens biologiques"),
        "lettre de liaison à la sortie": DocumentType("11490-0", "Lettre de liaison à la sortie"),
        "compte rendu opératoire": DocumentType("34874-8", "Compte rendu opératoire"),
        "prescription de médicaments": DocumentType("57833-6", "Ordonnance de sortie"),
    },
    "Destination": {
        "au DMP": Destination((Channel.DMP,)),
        "au DMP en le masquant aux professionnels": Destination((Channel.DMP,), hidden_from_professionals=True),
        "au DMP sans le montrer à la patiente": Destination((Channel.DMP,), hidden_from_patient=True),
        "au DMP sans le montrer à ses représentants légaux": Destination(
            (Channel.DMP,), hidden_from_representatives=True
        ),
        "au DMP en le cachant à la patiente et aux professionnels": Destination(
            (Channel.DMP,), hidden_from_patient=True, hidden_from_professionals=True
        ),
        "à la patiente par messagerie": Destination((PATIENT,)),
        "à un professionnel par messagerie": Destination((PS,)),
        "à la patiente par messagerie sans attendre de réponse": Destination((PATIENT,), no_reply=True),
        "à un professionnel et à la patiente par messagerie": Destination((PS, PATIENT)),
        "à un professionnel sans le montrer à la patiente": Destination((PS,), hidden_from_patient=True),
        "à la patiente sans le lui montrer": Destination((PATIENT,), hidden_from_patient=True),
    },
    "ToWhom": {"au professionnel": WHO["professionnel"], "à la patiente": WHO["patiente"]},
    "OfWhom": {"du professionnel": WHO["professionnel"], "de la patiente": WHO["patiente"]},
    "ForWhom": {"le professionnel": WHO["professionnel"], "la patiente": WHO["patiente"]},
    "Action": {"publication": "initial", "remplacement": "replace", "suppression": "delete"},
    "Service": {
        "l'alimentation du DMP": "DESTDMP",
        "l'envoi aux professionnels": "DESTMSSANTEPS",
        "l'envoi à la patiente": "DESTMSSANTEPAT",
    },
    "Asked": {"demande": "Y", "ne demande pas": "N"},
    "Restriction": {
        "masqué aux professionnels": "MASQUE_PS",
        "invisible à la patiente": "INVISIBLE_PATIENT",
        "invisible à ses représentants légaux": "INVISIBLE_REP_LEGAUX",
    },
    "Sending": {
        "non demandé": "none",
        "en attente": "pending",
        "retenu": "held",
        "réussi": "fed",
        "échoué": "failed",
        "annulé": "cancelled",
    },
    "Technical": {"accepté par la PFI": "accepted", "en erreur": "error", "en attente": "pending"},
    "Access": {"ouverte": "done", "refusée": "refused"},
    "Known": {"avec son INS": True, "sans INS": False},
    "Status": {"validée": "VALI", "provisoire": "PROV", "sans statut": ""},
    "Choice": {
        "s'oppose à l'alimentation du DMP": Choice("feeding", "IO"),
        "ne s'oppose pas à l'alimentation du DMP": Choice("feeding", "INO"),
        "n'a rien dit de l'alimentation du DMP": Choice("feeding", "NA"),
        "consent à la consultation du DMP": Choice("consultation", "IC"),
        "refuse la consultation du DMP": Choice("consultation", "INC"),
        "n'a rien dit de la consultation du DMP": Choice("consultation", "NA"),
        "accepte les envois par messagerie citoyenne": Choice("patient_messaging", "accepted"),
        "refuse les envois par messagerie citoyenne": Choice("patient_messaging", "refused"),
    },
    "ReturnedError": {
        "DMP fermé": DMP_CLOSED,
        "métadonnées refusées": ("XDSRepositoryMetadataError", "Métadonnées refusées"),
        "boîte aux lettres introuvable": MAILBOX_UNKNOWN,
        "courriel trop volumineux": ("552", "Courriel trop volumineux"),
        "courriel refusé": ("554", "Courriel refusé"),
        "document structuré seul": ("XDSRepositoryMetadataError", "Document N3 reçu sans son N1"),
    },
    "Reason": {
        "version dépassée": "900",
        "auteur non autorisé": "901",
        "patient inconnu": "902",
        "INS absente": "903",
        "INS différente": "904",
        "INS incomplète": "905",
    },
}

_CONVERTERS = {name: words(table) for name, table in TYPES.items()}


def phrase(text: str, **more: Mapping[str, Any]) -> parsers.parse:
    """A step text with typed places: `un {level:Level} "{kind:DocumentType}" validé dans le DPI`.

    `more` gives the tables of types that one topic alone uses.
    """
    return parsers.parse(text, extra_types=_CONVERTERS | {name: words(table) for name, table in more.items()})
