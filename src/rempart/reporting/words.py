"""The report's own words, in French: one place, so that no two formats say the same thing differently."""

from __future__ import annotations

from rempart.model.exchange import Direction
from rempart.model.finding import Origin, Severity
from rempart.model.results import StepResult
from rempart.model.verdict import Verdict

# Shown beside each verdict: Rempart produces evidence, the ANS alone decides ("référencé" is not ours to say).
MEANING = {
    Verdict.CONFORME: "preuve produite, à instruire",
    Verdict.ATTESTE: "une personne a regardé et signé, à instruire",
    Verdict.A_ATTESTER: "une personne doit encore regarder et attester",
    Verdict.NON_TESTE: "rien n'a été exécuté jusqu'au bout",
    Verdict.INDETERMINE: "Rempart n'a pas pu conclure",
    Verdict.NON_CONFORME: "au moins un écart bloquant est constaté",
    Verdict.NON_APPLICABLE: "ne concerne pas ce candidat",
}
# Each verdict has its sign as well as its colour: the report is also read in black and white.
SIGN = {
    Verdict.CONFORME: "✓",
    Verdict.ATTESTE: "✓",
    Verdict.A_ATTESTER: "◔",
    Verdict.NON_TESTE: "○",
    Verdict.INDETERMINE: "?",
    Verdict.NON_CONFORME: "✕",
    Verdict.NON_APPLICABLE: "–",
}
# Worst first, as a reader looks for them.
ORDER = (
    Verdict.NON_CONFORME,
    Verdict.INDETERMINE,
    Verdict.NON_TESTE,
    Verdict.A_ATTESTER,
    Verdict.ATTESTE,
    Verdict.CONFORME,
    Verdict.NON_APPLICABLE,
)
SEVERITY = {Severity.ERROR: "erreur", Severity.WARNING: "avertissement", Severity.INFO: "information"}
ORIGIN = {
    Origin.CANDIDATE: "candidat",
    Origin.HARNESS: "Rempart",
    Origin.REFERENCE: "texte ou fichier officiel",
}
DIRECTION = {
    Direction.SENT: ("→", "émis par Rempart"),
    Direction.RECEIVED: ("←", "reçu du candidat"),
    Direction.OBSERVED: ("•", "constaté"),
}
PREUVE_STATUS = {
    "to_supply": "À fournir par l'éditeur",
    "supplied": "Fournies par l'éditeur, à instruire",
    "produced": "Produites par Rempart, à instruire",
    "not_applicable": "Non applicables",
}
SELECTION = {"dispositif": "dispositif", "requirement": "exigence", "scenario": "scénario"}
PREUVE_KIND = {
    "attestation": "attestation",
    "certificate": "certificats",
    "cnda": "justificatif du CNDA",
    "configuration": "extrait de configuration",
    "dashboard": "tableau de bord",
    "dat": "dossier d'architecture technique",
    "document": "document de santé",
    "engagement": "engagement écrit",
    "flux": "matrice des flux",
    "hds": "certificats d'hébergement",
    "interface_contract": "contrat d'interface",
    "list": "liste",
    "mss_execution": "numéro d'exécution",
    "pas": "plan d'assurance sécurité",
    "pentest_form": "formulaire de test d'intrusion",
    "pssi": "politique de sécurité",
    "scan": "scan",
    "source_code": "extrait de code",
    "demonstration": "démonstration (vidéo ou copies d'écran)",
    "documentation": "documentation",
    "external_link": "lien externe",
    "file": "fichier",
    "gazelle": "lien vers l'espace de test d'interopérabilité",
    "log": "traces ou journaux",
    "message": "message",
    "message_hl7": "message HL7v2",
    "screenshot": "copie d'écran",
    "smtp_source": "source de courriel",
    "soap_vihf": "requête SOAP avec son VIHF",
    "video": "vidéo",
    "xdm_archive": "archive XDM",
}


def step_state(step: StepResult) -> tuple[str, str, str]:
    """Sign, word and style of a step. Only a step with a blocking finding is the candidate's failure."""
    if any(f.blocks for check in step.checks for f in check.findings):
        return ("✕", "en écart", "failed")
    states = {"passed": ("✓", "exécutée", "passed"), "skipped": ("○", "non exécutée", "skipped")}
    return states.get(step.status, ("?", "interrompue", "stopped"))


def size(count: int) -> str:
    """`812 octets`, `40,2 Ko`, `1,5 Mo`."""
    if count < 1000:
        return f"{count} octet{'s' if count > 1 else ''}"
    unit, value = ("Ko", count / 1000) if count < 1_000_000 else ("Mo", count / 1_000_000)
    return f"{value:.1f} {unit}".replace(".", ",")


def counted(count: int, noun: str) -> str:
    """`1 scénario`, `3 scénarios`."""
    return f"{count} {noun}{'s' if count > 1 else ''}"


def duration(milliseconds: float) -> str:
    """`123 ms`, `4,2 s`, `3 min 05 s`."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s".replace(".", ",") if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
