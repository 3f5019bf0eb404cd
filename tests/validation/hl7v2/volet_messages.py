"""Sound messages of the two volets, written by us, and the ways to spoil them, one fault at a time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.write import build, replace, without

INS = "279035121518989"
INS_OID = "1.2.250.1.213.1.4.10"
OTHER_INS = "277076322082910"
IPP, IPP_OID = "000003", "1.2.250.1.999.1"
NEW_ID, OLD_ID = "1.2.250.1.999.2.71024000082", "1.2.250.1.999.2.71024000081"
PATIENT_IDS = ((INS_OID, INS), (IPP_OID, IPP))

PS = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
ST = "ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO"
THIERRY = f"801234567866^DIAZ^Thierry^^^^^^{PS}^D^^^IDNPS"
HODA = f"801234567897^ADAM^Hoda^^^^^^{PS}^D^^^IDNPS"
FLAGS = {
    "MASQUE_PS": ("Masqué aux professionnels de Santé", "N"),
    "INVISIBLE_PATIENT": ("Document Non Visible par le patient", "N"),
    "INVISIBLE_REP_LEGAUX": ("Non visible par les représentants Légaux du patient", "N"),
    "CONNEXION_SECRETE": ("Connexion Secrete", "N"),
    "MODIF_CONF_CODE": ("Modification Confidentiality Code", "N"),
    "DESTDMP": ("Destinataire DMP", "Y"),
    "DESTMSSANTEPS": ("Destinataire (Professionnel de Santé, organisation ou BAL applicative)", "Y"),
    "DESTMSSANTEPAT": ("Destinataire Patient", "Y"),
    "ACK_RECEPTION": ("Accusé de réception", "Y"),
    "ACK_LECTURE_MSS": ("Accusé de lecture", "N"),
}
LPS_FLAGS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "MODIF_CONF_CODE")
ACTIONS = {"T02": ("NW", "F"), "T10": ("RO", "C"), "T04": ("CA", "D")}


def cda(
    identifier: tuple[str, str] = (NEW_ID, ""),
    replaces: tuple[str, str] | None = None,
    patient: tuple[tuple[str, str], ...] = PATIENT_IDS,
    code: str = "18748-4",
    confidentiality: str = "N",
    name: str = "PAT-TROIS",
    birth: str = "19790328",
    sex: str = "F",
    prolog: str = "",
    root: str = "ClinicalDocument",
    tail: str = "",
) -> bytes:
    """The header that the rules read, and a body of one word."""

    def ii(tag: str, pair: tuple[str, str]) -> str:
        extension = f' extension="{pair[1]}"' if pair[1] else ""
        return f'<{tag} root="{pair[0]}"{extension}/>'

    parent = f"<parentDocument>{ii('id', replaces)}</parentDocument>" if replaces else ""
    rplc = f'<relatedDocument typeCode="RPLC">{parent}</relatedDocument>' if replaces else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<{root} xmlns="urn:hl7-org:v3">{ii("id", identifier)}'
        f'<code code="{code}" codeSystem="2.16.840.1.113883.6.1"/><title>Compte rendu</title>'
        f'<confidentialityCode code="{confidentiality}" codeSystem="2.16.840.1.113883.5.25"/>'
        f"<recordTarget><patientRole>{''.join(ii('id', p) for p in patient)}"
        f'<patient><name><family qualifier="BR">{name}</family><given>DOMINIQUE</given></name>'
        f'<administrativeGenderCode code="{sex}"/><birthTime value="{birth}"/></patient></patientRole></recordTarget>'
        f"{rplc}<component><nonXMLBody><text>é</text></nonXMLBody></component>{tail}</{root}>"
    ).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def msh(kind: str, version: str, profile: str, charset: str = "UNICODE UTF-8") -> str:
    return (
        f"MSH|^~\\&|DPI|CHU-X|PFI|CHU-X|20260105101500||{kind}|DOC-1|T|{version}|||||FRA|{charset}|||{profile}"
    )


PID = (
    f"PID|||{INS}^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^INS~{IPP}^^^CHU-X&{IPP_OID}&ISO^PI"
    "||PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L||19790328|F|||28 Av de Breteuil^^PARIS^^75007^FRA^H~^^^^^^BDL^^63220"
    "|||||||405660^^^CHU-X&000897406&N^AN||||||||||||||VALI"
)
PV1 = f"PV1|1|I|UFNEPH{'|' * 16}000897407^^^CHU-X&000897406&N^VN{'|' * 25}20260104080000"
EVN = "EVN||20260105101500|||801234567866^DIAZ^Thierry|20260105101500"
TYPE = "18748-4^CR d'imagerie médicale^LN"


def obx(n: int, kind: str, code: str, value: str, status: str = "F") -> str:
    return f"OBX|{n}|{kind}|{code}||{value}||||||{status}"


def prts(system: str = "participation") -> list[str]:
    return [
        f"PRT||UC||SB^Send by^{system}|{THIERRY}|||CHU-X^^^^^{ST}^FINEG^^^300017985",
        f"PRT||UC||RCT^Result Copies To^{system}|{HODA}{'|' * 10}^^X.400^adam.hoda@test-ci-sis.mssante.fr",
        f"PRT||UC||RCT^Result Copies To^{system}"
        f"|{INS}^PAT-TROIS^DOMINIQUE^^^^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^L^^^INS"
        f"{'|' * 10}^^X.400^{INS}@patient.mssante.fr",
        f"PRT||UC||REPLY^Reply To^{system}{'|' * 11}^^X.400^adam.hoda@test-ci-sis.mssante.fr",
    ]


def txa(event: str, final: str = "AU") -> str:
    old = OLD_ID if event == "T10" else ""
    date = f"801234567866^DIAZ^Thierry{'^' * 12}20260105101400"
    return f"TXA|1|18748-4|TEXT|20260105101400{'|' * 8}{NEW_ID}|{old}||||{final}|||||{date}"


def flags(kind: str, first: int, codes: Mapping[str, str], table: str = "expandedYes-NoIndicator") -> list[str]:
    return [
        obx(first + n, kind, f"{code}^{FLAGS[code][0]}^MetaDMPMSS", f"{value}^^{table}")
        for n, (code, value) in enumerate(codes.items())
    ]


def _document(event: str) -> bytes:
    return cda(replaces=(OLD_ID, "") if event == "T10" else None)


@cache
def mdm(event: str = "T02", edition: str = "2.1", charset: str = "UNICODE UTF-8") -> bytes:
    """MDM of the volet CDA, every metadata flag in row A of the matrix."""
    old = edition == "2.0"
    order, status = ACTIONS[event]
    values = {code: value for code, (_, value) in FLAGS.items()}
    table, system = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    lines = [
        msh(f"MDM^{event}^MDM_T02", "2.6", f"{edition}^CISIS_CDA_HL7_V2", charset), EVN, PID, PV1,
        *([] if old else [f"ORC|{order}", f"OBR|1|||{TYPE}"]),
        txa(event, "LA" if old else "AU"),
        obx(1, "ED", TYPE, f"^text^XML^Base64^{b64(_document(event))}", status),
        *prts(system),
        *flags("CWE", 2, values, table),
        obx(12, "ED", "CORPSMAIL_PS^Corps du mail pour un PS^MetaDMPMSS", f"^text^^Base64^{b64(b'Bonjour')}"),
    ]  # fmt: skip
    return build(lines, charset)


@cache
def oru(event: str = "T02", edition: str = "2.1") -> bytes:
    """ORU of the volet CDA; `event` is that of the MDM that would say the same."""
    old = edition == "2.0"
    order, status = ACTIONS[event]
    values = {code: value for code, (_, value) in FLAGS.items()}
    table, system = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    lines = [
        msh("ORU^R01^ORU_R01", "2.5", f"{edition}^CISIS_CDA_HL7_V2"), PID, PV1,
        f"ORC|{'SC' if old else order}", f"OBR|1|||{TYPE}",
        obx(1, "ED", TYPE, f"^TEXT^XML^Base64^{b64(_document(event))}", status),
        *prts(system),
        *flags("CE", 2, values, table),
        obx(12, "ED", "CORPSMAIL_PS^Corps du mail pour un PS^MetaDMPMSS", f"^TEXT^^Base64^{b64(b'Bonjour')}"),
    ]  # fmt: skip
    return build(lines)


@cache
def lps(event: str = "T02", edition: str = "1.1") -> bytes:
    """MDM of the volet LPS: PFI to DPI."""
    old = edition == "1.0"
    order, status = ACTIONS[event]
    table, system = ("HL70136", "HL70912") if old else ("expandedYes-NoIndicator", "participation")
    to = "^^X.400^dpi@hopital-a.mssante.fr"
    unit = "Urologie^^^^^120456789^UF^^^3435"
    lines = [
        msh(f"MDM^{event}^MDM_T02", "2.6", f"{edition}^CISIS_CDA_HL7_LPS"), EVN, PID, "PV1|1|N",
        *([] if old else [f"ORC|{order}", f"OBR|1|||{TYPE}"]),
        txa(event, "LA" if old else "AU"),
        obx(1, "ED", TYPE, f"^text^XML^Base64^{b64(_document(event))}", status),
        f"PRT||UC||SB^Send by^{system}|{THIERRY}{'|' * 10}^^X.400^diaz.thierry@medecin.mssante.fr",
        f"PRT||UC||RCT^Result Copies To^{system}||||{unit}{'|' * 7}{to}",
        obx(2, "ED", "<1@mssante.fr>^XDM/1.0/DDM+CR d'imagerie PAT-TROIS", f"^text^^Base64^{b64(b'Bonjour')}"),
        *flags("CWE", 3, dict.fromkeys(LPS_FLAGS, "N"), table),
    ]  # fmt: skip
    return build(lines)


BASES: dict[str, Callable[[], bytes]] = {
    **{f"mdm-{e}-{v}": (lambda e=e, v=v: mdm(e, v)) for e in ACTIONS for v in ("2.1", "2.0")},
    **{f"oru-{e}-{v}": (lambda e=e, v=v: oru(e, v)) for e in ACTIONS for v in ("2.1", "2.0")},
    **{f"lps-{e}-{v}": (lambda e=e, v=v: lps(e, v)) for e in ACTIONS for v in ("1.1", "1.0")},
    "latin-9": lambda: mdm("T02", "2.1", "8859/15"),
}

Change = Callable[[bytes], bytes]


def put(path: str, value: str) -> Change:
    return lambda message: replace(message, path, value)


def cut(name: str, occurrence: int = 1) -> Change:
    return lambda message: without(message, name, occurrence)


def after(name: str, occurrence: int, *lines: str) -> Change:
    """Segments written behind another one."""

    def change(message: bytes) -> bytes:
        segment = Message.parse(message).all(name)[occurrence - 1]
        text = "".join(f"\r{line}" for line in lines).encode()
        return message[: segment.end] + text + message[segment.end :]

    return change


def moved(name: str, occurrence: int, behind: str, rank: int = 1) -> Change:
    """One segment taken from its place and written behind another one."""

    def change(message: bytes) -> bytes:
        segment = Message.parse(message).all(name)[occurrence - 1]
        line = message[segment.start : segment.end].decode()
        target = Message.parse(message).all(behind)[rank - 1]
        if target.start < segment.start:
            return after(behind, rank, line)(without(message, name, occurrence))
        rank_left = rank - (name == behind)
        return after(behind, rank_left, line)(without(message, name, occurrence))

    return change


def carrying(document: bytes | str) -> Change:
    """Another document in the first OBX: bytes, or the very text of OBX-5.5."""
    return put("OBX-5.5", document if isinstance(document, str) else b64(document))


def flag(code: str, value: str) -> Change:
    """The value of a metadata flag."""

    def change(message: bytes) -> bytes:
        segments = Message.parse(message).all("OBX")
        rank = next(n for n, s in enumerate(segments, 1) if s.get("3.1") == code)
        return replace(message, f"OBX[{rank}]-5.1", value)

    return change


def both(*changes: Change) -> Change:
    def change(message: bytes) -> bytes:
        for one in changes:
            message = one(message)
        return message

    return change
