"""What a campaign exchanges, sound and faulty, and what the checks say of it."""

from __future__ import annotations

import base64

from rempart.formats.hl7v2 import build
from rempart.model.finding import Finding, Origin, Severity

CDA = b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<component/>" * 400 + b"</ClinicalDocument>"
LONG = "le compte rendu d'imagerie demandé par le service des urgences doit parvenir à la messagerie citoyenne " * 6


def mdm(document: bytes = CDA) -> bytes:
    """An MDM^T02 with one document, MLLP block included."""
    message = build(
        [
            (
                "MSH",
                {"3": "DPI-REF", "4": "CHU-X", "5": "PFI", "7": "20261121103000+0100", "9": "MDM^T02^MDM_T02"}
                | {"10": "MSG0001", "11": "P", "12": "2.6", "18": "UNICODE UTF-8", "21": "2.0^CISIS_CDA_HL7_V2"},
            ),
            ("EVN", {"2": "20261121103000+0100"}),
            (
                "PID",
                {
                    "3": "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~12345^^^CHU-X^PI",
                    "5": "PAT-TROIS^DOMINIQUE^^^^^L",
                    "7": "19790328",
                    "8": "F",
                    "32": "VALI",
                },
            ),
            ("PV1", {"2": "I", "19": "VN0001"}),
            ("TXA", {"1": "1", "2": "11488-4", "12": "1.2.3.4^^^", "17": "LA", "19": "AV"}),
            (
                "OBX",
                {
                    "1": "1",
                    "2": "ED",
                    "3": "11488-4^Compte rendu^LN",
                    "11": "F",
                    "5": f"^text^XML^Base64^{base64.b64encode(document).decode()}",
                },
            ),
            (
                "OBX",
                {
                    "1": "2",
                    "2": "CE",
                    "3": "MASQUE_PS^Masqué aux professionnels^MetaDMPMSS",
                    "11": "F",
                    "5": "N^^expandedYes-NoIndicator",
                },
            ),
        ]
    )
    return b"\x0b" + message + b"\x1c\r"


def ack(code: str = "AA") -> bytes:
    message = build(
        [
            ("MSH", {"9": "ACK^T02^ACK", "10": "ACK1", "12": "2.6", "18": "UNICODE UTF-8"}),
            ("MSA", {"1": code, "2": "MSG0001"}),
        ]
    )
    return b"\x0b" + message + b"\x1c\r"


def finding(rule: str, location: str, message: str, **more: object) -> Finding:
    values: dict[str, object] = {
        "severity": Severity.ERROR,
        "source": "Volet Transmission d'un document CDA-R2 en HL7v2, 2.1, §4.3",
        "edition": "2.1",
    }
    return Finding(rule=rule, location=location, message=message, **(values | more))  # type: ignore[arg-type]


def many_findings() -> list[Finding]:
    """What a bad MDM gives: each way a location can be written, long texts, an attack, and forty of a kind."""
    return [
        finding("HL7-042", "PID-3.1", "la clé de l'INS est fausse", expected="89", actual="279035121518989"),
        finding("HL7-060", "OBX[2]-5.1", "le document est masqué: Y attendu", expected="Y", actual="N"),
        finding("HL7-061", "PID-5.2", "deux constats au même endroit", severity=Severity.WARNING, actual="DOMINIQUE"),
        finding("HL7-062", "PID-5.2", "le prénom doit être le premier prénom de naissance", actual="DOMINIQUE"),
        finding("HL7-020", "MSH-21[2].1", "l'édition du volet n'est pas déclarée", expected="2.1"),
        finding("HL7-070", "PRT", "le segment PRT de l'auteur est absent", expected="au moins un PRT"),
        finding("HL7-090", "OBX-5.5", "le document n'est pas un CDA lisible", actual="PD94bWwg…"),
        finding("CDA-003", "/ClinicalDocument/recordTarget (ligne 12)", "l'INS du CDA diffère de PID-3"),
        finding("HL7-000", "MSH-9", "<script>alert('x')</script> & \"guillemets\" \x0b", actual="<b>gras</b>\x00"),
        finding("REF-001", "JDV_J07", "jeu de valeurs absent", origin=Origin.REFERENCE, severity=Severity.WARNING),
        finding(
            "HL7-100", "TXA-12", LONG.strip(), expected="1.2.250." * 30, actual="9.9." * 40, severity=Severity.INFO
        ),
        *(
            finding("HL7-061", f"PID-{n}", "champ inattendu", severity=Severity.WARNING, actual="valeur", count=n)
            for n in range(40, 80)
        ),
    ]
