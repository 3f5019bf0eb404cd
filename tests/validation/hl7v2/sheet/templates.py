# ruff: noqa: E501 - segments are read as they are written
"""Messages written from the texts alone, by somebody who had read neither our profiles nor the other tests: whole
segments as a hospital's interface engine writes them, trailing separators and optional fields in them.

`MESSAGES` holds one sound message for each type, event and edition. `edited` changes one thing in it (see `edits.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable

INS = "279035121518989"
INS_CX = f"{INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
IPP_CX = "8001554^^^CH-SUD&1.2.250.1.888.5&ISO^PI"
DOC, OLD = "1.2.250.1.888.7.20260210.41", "1.2.250.1.888.7.20260210.40"
PS = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
ST = "ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO"
T = "20260210143005"

CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/>
<id root="{id}"/>
<code code="{code}" codeSystem="{system}" displayName="{label}"/>
<title>{label}</title>
<effectiveTime value="20260210142500+0100"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/>
<languageCode code="fr-FR"/><setId root="1.2.250.1.888.7.1"/><versionNumber value="1"/>
<recordTarget><patientRole>
<id extension="279035121518989" root="1.2.250.1.213.1.4.10"/>
<id extension="8001554" root="1.2.250.1.888.5"/>
<patient><name><family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE</given></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19790328"/></patient>
</patientRole></recordTarget>
{related}<component><structuredBody><component><section><title>Conclusion</title>
<text>Rien à signaler — état général conservé, œdème résorbé.</text></section></component></structuredBody></component>
</ClinicalDocument>"""
RPLC = f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{OLD}"/></parentDocument></relatedDocument>\n'
LOINC, A05 = "2.16.840.1.113883.6.1", "1.2.250.1.213.1.1.4.12"
LETTER = ("11490-0", "Lettre de liaison à la sortie d'un établissement de soins", "LN", LOINC)

META = (
    ("MASQUE_PS", "Masqué aux professionnels de Santé"),
    ("INVISIBLE_PATIENT", "Document Non Visible par le patient"),
    ("INVISIBLE_REP_LEGAUX", "Non visible par les représentants Légaux du patient"),
    ("CONNEXION_SECRETE", "Connexion Secrete"),
    ("MODIF_CONF_CODE", "Modification Confidentiality Code"),
    ("DESTDMP", "Destinataire DMP"),
    ("DESTMSSANTEPS", "Destinataire (Professionnel de Santé, organisation ou BAL applicative)"),
    ("DESTMSSANTEPAT", "Destinataire Patient"),
    ("ACK_RECEPTION", "Accusé de réception"),
    ("ACK_LECTURE_MSS", "Accusé de lecture"),
)
IN_LPS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "MODIF_CONF_CODE")
ROW_A = "NNNNNYYYYY"  # sent to the professionals, to the patient and to the DMP
ACTIONS = {"T02": ("NW", "F"), "T10": ("RO", "C"), "T04": ("CA", "D")}

PID = (
    f"PID|1||{INS_CX}~{IPP_CX}||PAT-TROIS^DOMINIQUE^DOMINIQUE^^Mme^^L~MARTIN^DOMINIQUE^^^Mme^^D|LEGRAND^^^^^^L|19790328"
    "|F|||12 rue des Alizés^^Nîmes^^30000^FRA^H~^^^^^FRA^BDL^^63220||^PRN^PH^^^^^^^^^0466000000||FRA|M|"
    "|26004471^^^CH-SUD&300017985&N^AN|||||N|||||||N||VALI|20260209101500||||"
)
THIERRY = f"801234567866^DIAZ^Thierry^^^^^^{PS}^D^^^IDNPS"
HODA = f"801234567897^ADAM^Hoda^^^^^^{PS}^D^^^IDNPS"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def document(event: str = "T02", kind: tuple[str, str, str, str] = LETTER, identifier: str = DOC) -> str:
    """The CDA of a message, in base64."""
    code, label, _, system = kind
    related = RPLC if event == "T10" else ""
    return encoded(CDA.format(id=identifier, code=code, label=label, system=system, related=related))


def head(kind: str, version: str, profile: str, sender: str = "DPI-SUD|CH-SUD|PFI|CH-SUD") -> str:
    return f"MSH|^~\\&|{sender}|{T}||{kind}|M{T}.7|T|{version}|||||FRA|UNICODE UTF-8|||{profile}"


def metadata(first: int, datatype: str, answers: str, names: tuple[tuple[str, str], ...], system: str) -> list[str]:
    return [
        f"OBX|{first + n}|{datatype}|{code}^{label}^MetaDMPMSS||{answer}^^{system}||||||F|"
        for n, ((code, label), answer) in enumerate(zip(names, answers, strict=True))
    ]


def participations(system: str) -> list[str]:
    to_hoda = "||||||||||^^X.400^adam.hoda@test-ci-sis.mssante.fr"
    patient = f"{INS}^PAT-TROIS^DOMINIQUE^^^^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^L^^^INS"
    return [
        f"PRT||UC||SB^Send by^{system}|{THIERRY}|||CH SUD^^^^^{ST}^FINEG^^^300017985",
        f"PRT||UC||RCT^Result Copies To^{system}|{HODA}{to_hoda}",
        f"PRT||UC||RCT^Result Copies To^{system}||||CH NORD^^^^^{ST}^FINEJ^^^300017977|||||||^^X.400^org@ch-nord.mssante.fr",
        f"PRT||UC||RCT^Result Copies To^{system}|{patient}||||||||||^^X.400^{INS}@patient.mssante.fr",
        f"PRT||UC||REPLY^Reply To^{system}|||||||||||^^X.400^secretariat@ch-sud.mssante.fr",
    ]


def text(lines: list[str]) -> bytes:
    return ("\r".join(lines) + "\r").encode()


def mdm(event: str, edition: str = "2.1") -> bytes:
    order, status = ACTIONS[event]
    old = edition == "2.0"
    answers_in, who = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    coded = "^".join(LETTER[:3])
    replaced = OLD if event == "T10" else ""
    return text(
        [
            head(f"MDM^{event}^MDM_T02", "2.6", f"{edition}^CISIS_CDA_HL7_V2"),
            f"EVN||{T}|||{THIERRY}|{T}|",
            PID,
            f"PV1|1|I|4410^12^1^CH-SUD|R|||||||||||||||260099^^^CH-SUD&300017985&N^VN{'|' * 25}20260203090000|20260210110000",
            *([] if old else [f"ORC|{order}|", f"OBR|1|||{coded}|"]),
            f"TXA|1|{LETTER[0]}|TEXT|{T}||||||||{DOC}|{replaced}||||{'LA' if old else 'AU'}|||||{THIERRY}^^{T}",
            f"OBX|1|ED|{coded}||^text^XML^Base64^{document(event)}||||||{status}|",
            *participations(who),
            *metadata(2, "CWE", ROW_A, META, answers_in),
            f"OBX|12|ED|CORPSMAIL_PS^Corps du mail pour un PS^MetaDMPMSS||^text^^Base64^{encoded('Cher confrère,')}||||||F|",
            f"OBX|13|ED|CORPSMAIL_PATIENT^Corps du mail pour le patient^MetaDMPMSS||^text^^Base64^{encoded('Madame')}||||||F|",
        ]
    )


def oru(event: str, edition: str = "2.1", documents: int = 1) -> bytes:
    order, status = ACTIONS[event]
    old = edition == "2.0"
    answers_in, who = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    coded = "^".join(LETTER[:3])
    second = f"OBX|2|ED|{coded}||^TEXT^XML^Base64^{document(event, identifier=DOC + '.2')}||||||{status}|"
    return text(
        [
            head("ORU^R01^ORU_R01", "2.5", f"{edition}^CISIS_CDA_HL7_V2", "LABO|CH-SUD|PFI|CH-SUD"),
            PID,
            f"PV1|1|O|7720^^^CH-SUD{'|' * 16}260100^^^CH-SUD&300017985&N^VN{'|' * 25}20260210080000|",
            f"ORC|{'SC' if old else order}",
            f"OBR|1||LAB-99|{coded}|||20260210101000||||||||||||||||||F",
            f"OBX|1|ED|{coded}||^TEXT^XML^Base64^{document(event)}||||||{status}",
            *participations(who),
            *([second] if documents == 2 else []),
            *metadata(1 + documents, "CE", ROW_A, META, answers_in),
        ]
    )


def lps(event: str, edition: str = "1.1") -> bytes:
    order, status = ACTIONS[event]
    old = edition == "1.0"
    answers_in, who = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    coded = "^".join(LETTER[:3])
    replaced = OLD if event == "T10" else ""
    names = tuple(m for m in META if m[0] in IN_LPS)
    return text(
        [
            head(f"MDM^{event}^MDM_T02", "2.6", f"{edition}^CISIS_CDA_HL7_LPS", "PFI|CH-SUD|DPI-SUD|CH-SUD"),
            f"EVN||{T}",
            PID,
            "PV1||N",
            *([] if old else [f"ORC|{order}", f"OBR||||{coded}"]),
            f"TXA|1|{LETTER[0]}|TEXT|||||||||{DOC}|{replaced}||||{'LA' if old else 'AU'}|||||801234567866",
            f"OBX|1|ED|{coded}||^text^XML^Base64^{document(event)}||||||{status}",
            f"PRT||UC||SB^Send by^{who}|{THIERRY}|||Cabinet Diaz^^^^^{ST}^IDNST^^^1120459876|||||||^^X.400^diaz@cab.mssante.fr",
            f"PRT||UC||RCT^Result Copies To^{who}||||Cardiologie^^^^^300017985^SRV^^^CARD|||||||^^X.400^cardio@ch-sud.mssante.fr",
            f"PRT||UC||REPLY^Reply To^{who}|||||||||||^^X.400^diaz.secretariat@cab.mssante.fr",
            f"OBX|2|ED|<41.7@cab.mssante.fr>^XDM/1.0/DDM+Lettre de liaison PAT-TROIS||^text^^Base64^{encoded('Bonjour')}||||||F",
            *metadata(3, "CWE", "NNNN", names, answers_in),
        ]
    )


def ack(event: str, version: str, code: str = "AA", err: str = "", kind: str = "") -> bytes:
    lines = [head(kind or f"ACK^{event}^ACK", version, "", "PFI|CH-SUD|DPI-SUD|CH-SUD").rstrip("|")]
    return text([*lines, f"MSA|{code}|DPI.77", *([err] if err else [])])


def zam(event: str, answer: str = "Y", edition: str = "2.1") -> bytes:
    system, table = ("HL70136", "HL70357") if edition == "2.0" else ("expandedYes-NoIndicator", "messageErrorCondition")
    status = {
        "Z01": "ACK_RECEPTION_DMP^Accusé de réception DMP",
        "Z02": "ACK_RECEPTION_MSS^Accusé de réception MSSanté",
        "Z03": "ACK_LECTURE_MSS^Accusé de lecture",
    }[event]
    second = {"Z02": "DESTINATAIRE_MSS^Destinataire MSSanté", "Z03": "LECTEUR_MSS^Lecteur du courriel MSSanté"}.get(event)
    detail = {
        "Z01": "DMPClosed^DMP fermé^DMP_ERROR_CODE",
        "Z02": "550^Boîte introuvable^SMTPERRORCODE",
        "Z03": "902^Identifiant patient inconnu^applicationErrorCondition",
    }[event]
    lines = [
        head(f"ZAM^{event}^ZAM_Z01", "2.6", f"{edition}^CISIS_CDA_HL7_V2", "PFI|CH-SUD|DPI-SUD|CH-SUD"),
        f"EVN||{T}",
        f"OBX|1|CWE|{status}^AckMetierZAM|DPI.77|{answer}^^{system}||||||F",
    ]
    if second:
        lines.append(f"OBX|2|XTN|{second}^AckMetierZAM|801234567897|^^X.400^adam.hoda@test-ci-sis.mssante.fr||||||F")
    if answer == "N":
        lines.append(f"ERR|||207^Application error^{table}|E|{detail}")
    return text(lines)


# -- PAM ---------------------------------------------------------------------------------------------------------

STRUCTURE = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A05": "ADT_A05", "A06": "ADT_A06",
    "A07": "ADT_A06", "A11": "ADT_A09", "A12": "ADT_A12", "A13": "ADT_A01", "A14": "ADT_A05", "A15": "ADT_A15",
    "A16": "ADT_A16", "A21": "ADT_A21", "A22": "ADT_A21", "A25": "ADT_A21", "A26": "ADT_A21", "A27": "ADT_A21",
    "A28": "ADT_A05", "A31": "ADT_A05", "A38": "ADT_A38", "A40": "ADT_A39", "A44": "ADT_A43", "A47": "ADT_A30",
    "A49": "ADT_A30", "A52": "ADT_A52", "A53": "ADT_A52", "A54": "ADT_A54", "A55": "ADT_A52", "Z99": "ADT_A01",
}  # fmt: skip
CANCELLED = {
    "A11": "A01", "A12": "A02", "A13": "A03", "A25": "A16", "A26": "A15", "A27": "A14", "A38": "A05", "A52": "A21",
    "A53": "A22", "A55": "A54",
}  # fmt: skip
PENDING = ("A14", "A15", "A16", "A25", "A26", "A27")
ROL = (
    f"ROL||UC|ODRP|10000023084^AGNES^Isabelle^^^^^^{PS}^L^^^RPPS|||||||144 rue du Port^^La Rochelle^^17000^FRA^O"
    "|^WPN^PH^^^^^^^^^0546442221"
)
NK1 = f"NK1|1|MARTIN^Paul^^^^^L|SPO^Conjoint||^PRN^PH^^^^^^^^^0600000000||K^Personne de confiance{'|' * 26}C77^^^CH-SUD&1.2.250.1.888.5&ISO^PN"
PV2 = "PV2|||||||TN|20260210080000|20260214120000|||Suites opératoires||||||AN||||N||||||||||||||||5^Moyens personnels"
UF = "Chirurgie^^^^^CH-SUD&300017985&N^UF^^^4410"
EXTRA = (
    "ZFA|ACTIF|20260201|||||||INO^Informé et non opposé^ZFA9|20260201|IC|20260201",
    "ZFP|6|54",
    "ZFV|300017977&20260209|5||||12 rue des Alizés^^Nîmes^^30000^FRA^ORI||||",
    "ZFM|8|||",
    "ZFD|||Y|N|INSI|20260101|CN|20301231",
)


def adt_head(event: str) -> str:
    return (
        f"MSH|^~\\&|GAP|CH-SUD|DPI-SUD|CH-SUD|{T}||ADT^{event}^{STRUCTURE[event]}|GAP{event}.5|T|2.5^FRA^2.11|||||FRA"
        "|UNICODE UTF-8|FR||2.11^IHE_FRANCE-2.11-PAM"
    )


def pv1(category: str, leaving: str = "") -> str:
    visit = f"260099^^^CH-SUD&300017985&N^VN{'|' * 17}{leaving}|"
    return f"PV1|1|{category}|4410^12^1^CH-SUD&300017985&N^O|R|||||||||||||||{visit}|||||||20260210080000|"


def adt(event: str) -> bytes:
    """A sound ITI-30 or ITI-31 message."""
    real = "" if event in PENDING else "20260210143000"
    lines = [adt_head(event), f"EVN||{T}||||{real}|CH-SUD"]
    merged = "MRG|8001990^^^CH-SUD&1.2.250.1.888.5&ISO^PI"
    if event in ("A40", "A44"):
        return text([*lines, PID, merged])
    if event == "A47":
        return text([*lines, PID.replace("8001554^", "8001777^"), f"MRG|{IPP_CX}"])
    if event == "A49":
        return text([*lines, PID, f"{merged}||26000001^^^CH-SUD&300017985&N^AN"])
    if event in ("A28", "A31"):
        return text([*lines, PID, "PD1||||||||||||N", ROL, "PV1|1|N", EXTRA[0], EXTRA[4]])
    category = "O" if event in ("A04", "A07") else "I"
    lines.append(PID)
    if event in ("A01", "A04"):
        lines += [ROL, NK1]
    lines.append(pv1(category, "3" if event == "A03" else ""))
    if event in ("A01", "A04", "A07"):
        lines.append(PV2)
    action = "UPDATE|N|A01" if event == "Z99" else f"CANCEL|N|{CANCELLED[event]}" if event in CANCELLED else "INSERT|N|"
    lines.append(f"ZBE|MVT-5510^CH-SUD^1.2.250.1.888.6^ISO|20260210143000||{action}|{UF}|{UF}|HMS")
    if event in ("A01", "A04", "A05", "A14", "Z99"):
        lines += EXTRA
    return text(lines)


MESSAGES: dict[str, Callable[[], bytes]] = {
    **{f"MDM {e} {v}": (lambda e=e, v=v: mdm(e, v)) for e in ACTIONS for v in ("2.1", "2.0")},
    **{f"ORU {e} {v}": (lambda e=e, v=v: oru(e, v)) for e in ACTIONS for v in ("2.1", "2.0")},
    **{f"ORU two documents {e}": (lambda e=e: oru(e, documents=2)) for e in ACTIONS},
    **{f"LPS {e} {v}": (lambda e=e, v=v: lps(e, v)) for e in ACTIONS for v in ("1.1", "1.0")},
    **{f"ADT {e}": (lambda e=e: adt(e)) for e in STRUCTURE},
    **{f"ACK {e} {v}": (lambda e=e, v=v: ack(e, v)) for e, v in (("R01", "2.5"), ("T02", "2.6"), ("T10", "2.6"),
       ("T04", "2.6"), ("Z01", "2.6"), ("Z02", "2.6"), ("Z03", "2.6"))},
    "ACK refused": lambda: ack("T02", "2.6", "AE", "ERR||PID^1^3|101^Required field missing^messageErrorCondition|E"),
    "ACK rejected": lambda: ack("R01", "2.5", "AR", "ERR||MSH^1^9|201^Unsupported event code^messageErrorCondition|E"),
    "ACK of the LPS": lambda: ack(
        "T10", "2.6", "AE", "ERR|||207^Application error^messageErrorCondition|E|900^Version^applicationErrorCondition"
    ),
    "ACK of PAM": lambda: ack("A01", "2.5^FRA^2.11", kind="ACK^A01^ACK"),
    **{f"ZAM {e} {a} {v}": (lambda e=e, a=a, v=v: zam(e, a, v)) for e in ("Z01", "Z02", "Z03") for a in "YN"
       for v in ("2.1", "2.0")},
}  # fmt: skip
