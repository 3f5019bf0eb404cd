"""What may leave, and who may look: the rules on INS and on the patient's choices. Pure.

Choices follow the 2023 doctrine of the DMP: feeding is allowed unless the patient is opposed (nothing recorded allows
it); consulting wants an express consent (nothing recorded forbids it). MSSanté to the patient: REM MSS/va1.20.
"""

from __future__ import annotations

from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient

NOT_QUALIFIED = "l'INS du patient n'est pas qualifiée: son DMP ne peut pas être atteint"


def dmp_feeding_refusal(patient: Patient, mutants: Mutants) -> str:
    """Why a document may not go to the DMP; "" when it may."""
    if not patient.qualified and not mutants.on("destdmp-sans-ins-qualifiee"):
        return NOT_QUALIFIED
    if patient.feeding == "IO" and not mutants.on("destdmp-malgre-opposition"):
        return "le patient est opposé à l'alimentation de son DMP"
    return ""


def dmp_consultation_refusal(patient: Patient, mutants: Mutants) -> str:
    """Why the DMP may not be opened; "" when it may."""
    if not patient.qualified and not mutants.on("consultation-sans-ins-qualifiee"):
        return NOT_QUALIFIED
    if patient.consultation == "INC" and not mutants.on("consultation-malgre-refus"):
        return "le patient refuse la consultation de son DMP"
    if patient.consultation == "IC" and mutants.on("consultation-toujours-refusee"):
        return "le consentement du patient à la consultation de son DMP n'est pas connu"
    if patient.consultation == "NA" and not mutants.on("consultation-permise-si-non-recueilli"):
        return "le consentement du patient à la consultation de son DMP n'est pas recueilli"
    return ""


def patient_mail_refusal(patient: Patient, hidden_from_patient: bool, mutants: Mutants) -> str:
    """Why a document may not be mailed to the patient; "" when it may."""
    if patient.patient_messaging == "refused" and not mutants.on("envoi-patient-malgre-refus"):
        return "le patient refuse l'envoi de ce document par messagerie citoyenne"
    if hidden_from_patient and not mutants.on("envoi-patient-malgre-invisibilite"):
        return "le document n'est pas visible par le patient"
    if not patient.qualified:
        return "l'INS du patient n'est pas qualifiée: son adresse de messagerie citoyenne n'est pas connue"
    return ""
