"""One named fault each: the rule, the sound message that is spoilt, how, and where the finding must be.

`also`: findings that the same fault cannot but cause; each is written down, nothing else may appear.
"""

from __future__ import annotations

from dataclasses import dataclass

from validation.hl7v2.volet_messages import (
    HODA,
    INS_OID,
    NEW_ID,
    OLD_ID,
    OTHER_INS,
    PATIENT_IDS,
    TYPE,
    Change,
    after,
    b64,
    both,
    carrying,
    cda,
    cut,
    flag,
    moved,
    put,
)

Place = tuple[str, str]  # rule, location


@dataclass(frozen=True)
class Fault:
    rule: str
    base: str
    change: Change
    at: str
    severity: str = "error"
    also: tuple[Place, ...] = ()
    on_wire: bool = False

    def __str__(self) -> str:
        return f"{self.rule} {self.base} {self.at}"


W = "warning"
MDM, T10, T04, ORU, LPS = "mdm-T02-2.1", "mdm-T10-2.1", "mdm-T04-2.1", "oru-T02-2.1", "lps-T02-1.1"
LF: Change = lambda m: m.replace(b"\r", b"\n")  # noqa: E731
RCT = "PRT||UC||RCT^Result Copies To^participation"
TO = f"{'|' * 10}^^X.400^labo@chu.mssante.fr"
QUIET = both(flag("DESTDMP", "N"), flag("DESTMSSANTEPS", "N"), flag("DESTMSSANTEPAT", "N"))
NO_EXTENSION = "1.2.250.1.999.3"
EXTENDED = cda(identifier=(NO_EXTENSION, "A12"))


def renamed(name: str, occurrence: int, new: str) -> Change:
    """A segment under another name."""

    def change(message: bytes) -> bytes:
        lines = message.decode().split("\r")
        rank = [n for n, line in enumerate(lines) if line.startswith(f"{name}|")][occurrence - 1]
        lines[rank] = new + lines[rank][len(name) :]
        return "\r".join(lines).encode()

    return change


def msh_second(message: bytes) -> bytes:
    first, second, rest = message.split(b"\r", 2)
    return b"\r".join((second, first, rest))


SYNTAX = [
    Fault("HL7-001", MDM, lambda m: m, "bloc MLLP", also=(("HL7-001", "bloc MLLP"),), on_wire=True),
    Fault("HL7-001", MDM, lambda m: b"\x0b" + m, "bloc MLLP"),
    Fault("HL7-001", MDM, lambda m: b"\x0b" + m + b"\x1c", "bloc MLLP", on_wire=True),
    Fault("HL7-004", MDM, LF, "MSH", W),
    Fault("HL7-004", LPS, lambda m: b"\x0b" + LF(m) + b"\x1c\r", "MSH", on_wire=True),
    Fault("HL7-004", ORU, lambda m: m.replace(b"\r", b"\r\n"), "MSH", W),
    Fault("HL7-005", MDM, lambda m: m.replace(b"^~\\&", b"^~&\\", 1), "MSH-2"),
    Fault("HL7-005", MDM, lambda m: m.replace(b"^~\\&", "^˜\\&".encode(), 1), "MSH-2"),
    Fault("HL7-005", MDM, lambda m: m.replace(b"^~\\&", b"^~\\&#", 1), "MSH-2"),
    Fault("HL7-005", MDM, lambda m: m.replace(b"|", b"$"), "MSH-1"),
    Fault("HL7-005", MDM, lambda m: m + m, "MSH[2]"),
    Fault("HL7-005", MDM, msh_second, "MSH"),
    Fault("HL7-006", MDM, lambda m: b"\xef\xbb\xbf" + m, "MSH"),
    Fault("HL7-006", MDM, put("MSH-18", "8859/15"), "MSH-18"),
    Fault("HL7-006", "latin-9", put("MSH-18", "UNICODE UTF-8"), "OBR-4",
          also=tuple(("HL7-089", f"OBX[{n}]-3.2") for n in (2, 4, 8, 10, 11))),
    Fault("HL7-006", MDM, put("MSH-18", "UNICODE UTF-8~8859/15"), "MSH-18"),
    Fault("HL7-007", MDM, after("PV1", 1, "ZXX|1"), "ZXX", W),
    Fault("HL7-007", MDM, renamed("TXA", 1, "TXAA"), "TXA", W),
    Fault("HL7-007", MDM, after("PV1", 1, "Pv3|1"), "Pv3", W),
    Fault("HL7-008", MDM, put("PV1-3", "Uro\\Néphro"), "PV1-3", W),
    Fault("HL7-008", MDM, put("PV1-3", "Uro \\Q\\"), "PV1-3", W),
    Fault("HL7-008", ORU, put("OBR-4.2", "CR de R&D"), "OBR-4.2", W),
    Fault("HL7-009", MDM, put("MSH-7", "2026-01-05"), "MSH-7"),
    Fault("HL7-009", MDM, put("MSH-7", "20260230"), "MSH-7"),
    Fault("HL7-009", MDM, put("EVN-2", "202601052500"), "EVN-2"),
    Fault("HL7-009", ORU, put("PV1-44", "20260105T1015"), "PV1-44"),
    Fault("HL7-009", MDM, put("PID-33", "2026015"), "PID-33"),
    Fault("HL7-009", MDM, put("TXA-4", "20260105101500.5"), "TXA-4"),
    Fault("HL7-009", LPS, put("TXA-22.15", "hier"), "TXA-22.15"),
    Fault("HL7-009", ORU, put("MSH-7", "20260105101500+2500"), "MSH-7"),
]  # fmt: skip

HEADER = [
    *[Fault("HL7-011", base, put(f"MSH-{n}", ""), f"MSH-{n}") for base in (MDM, ORU, LPS) for n in (3, 4, 5, 6)],
    *[Fault("HL7-012", base, put("MSH-7", ""), "MSH-7") for base in (MDM, ORU, LPS)],
    Fault("HL7-013", MDM, put("MSH-9", "MDM^T02"), "MSH-9.3"),
    Fault("HL7-013", MDM, put("MSH-9.2", "T01"), "MSH-9.2"),
    Fault("HL7-013", MDM, put("MSH-9.2", "T11"), "MSH-9.2"),
    Fault("HL7-013", LPS, put("MSH-9.1", "MDN"), "MSH-9.1"),
    Fault("HL7-013", ORU, put("MSH-9.3", "ORU_R03"), "MSH-9.3"),
    Fault("HL7-013", ORU, put("MSH-9", ""), "MSH-9.1", also=(("HL7-013", "MSH-9.2"), ("HL7-013", "MSH-9.3"))),
    Fault("HL7-014", MDM, put("MSH-10", ""), "MSH-10"),
    Fault("HL7-014", LPS, put("MSH-10", "  "), "MSH-10"),
    Fault("HL7-015", ORU, put("MSH-11", "X"), "MSH-11.1"),
    Fault("HL7-015", MDM, put("MSH-11", "P"), "MSH-11.1", W),
    Fault("HL7-016", MDM, put("MSH-12", "2.5"), "MSH-12"),
    Fault("HL7-016", ORU, put("MSH-12", "2.5^FRA^2.11"), "MSH-12"),
    Fault("HL7-016", LPS, put("MSH-12", ""), "MSH-12"),
    Fault("HL7-018", MDM, put("MSH-17", "FR"), "MSH-17"),
    Fault("HL7-018", ORU, put("MSH-17", ""), "MSH-17"),
    Fault("HL7-019", MDM, put("MSH-18", "UTF-8"), "MSH-18"),
    Fault("HL7-019", LPS, put("MSH-18", ""), "MSH-18"),
    Fault("HL7-020", MDM, put("MSH-21", ""), "MSH-21"),
    Fault("HL7-020", MDM, put("MSH-21", "2.1^ CISIS_CDA_HL7_V2"), "MSH-21"),
    Fault("HL7-020", ORU, put("MSH-21", "2.2^CISIS_CDA_HL7_V2"), "MSH-21"),
    Fault("HL7-020", MDM, put("MSH-21", "1.1^CISIS_CDA_HL7_LPS"), "MSH-21"),
    Fault("HL7-020", MDM, put("MSH-21", "2.0^CISIS_CDA_HL7_V2"), "MSH-21"),
    Fault("HL7-020", ORU, put("MSH-21", "2.0^CISIS_CDA_HL7_V2"), "MSH-21"),
    Fault("HL7-020", ORU, put("MSH-21", "1.2^CISIS_CDA_HL7_V1"), "MSH-21"),
    Fault("HL7-020", "mdm-T02-2.0", put("MSH-21", "2.0"), "MSH-21"),
    Fault("HL7-021", LPS, put("MSH-21", ""), "MSH-21"),
    Fault("HL7-021", LPS, put("MSH-21", "2.1^CISIS_CDA_HL7_V2"), "MSH-21"),
    Fault("HL7-021", LPS, put("MSH-21", "1.0^CISIS_CDA_HL7_LPS"), "MSH-21"),
    Fault("HL7-021", "lps-T04-1.0", put("MSH-21", "1.0^CISIS_CDA_HL7_LP"), "MSH-21"),
    Fault("HL7-024", MDM, put("MSH-15", "XX"), "MSH-15", W),
]

STRUCTURE = [
    Fault("HL7-025", ORU, cut("PID"), "PID"),
    Fault("HL7-025", ORU, cut("ORC"), "ORC"),
    Fault("HL7-025", ORU, cut("OBR"), "OBR", also=()),
    Fault("HL7-025", ORU, after("PID", 1, "PID|||1^^^A"), "PID[2]",
          also=(("HL7-037", "PID[2]-5"), ("HL7-042", "PID[2]-18"), ("HL7-175", "PID[2]-32"))),
    Fault("HL7-025", ORU, moved("PV1", 1, "OBR"), "PV1"),
    Fault("HL7-025", ORU, moved("OBR", 1, "PID"), "OBR"),
    *[Fault("HL7-026", base, cut(name), name) for base in (MDM, LPS) for name in ("EVN", "PID", "PV1", "ORC", "TXA")],
    Fault("HL7-026", MDM, cut("OBR"), "OBR"),
    Fault("HL7-026", T04, moved("TXA", 1, "EVN"), "TXA"),
    Fault("HL7-026", MDM, moved("PV1", 1, "TXA"), "PV1"),
    Fault("HL7-026", MDM, moved("EVN", 1, "OBX", 12), "EVN"),
    Fault("HL7-026", MDM, moved("TXA", 1, "OBX", 12), "TXA"),
    Fault("HL7-026", MDM, after("EVN", 1, "EVN||20260105101500"), "EVN[2]"),
    Fault("HL7-026", MDM, after("PV1", 1, "NTE|1||un mot"), "NTE"),
    Fault("HL7-026", LPS, after("TXA", 1, "TXA|1"), "TXA[2]", also=(
        ("HL7-048", "TXA[2]-3"), ("HL7-048", "TXA[2]-17"), ("HL7-049", "TXA[2]-2"), ("HL7-051", "TXA[2]-12.1"),
        ("HL7-055", "TXA[2]-22.1"))),
    Fault("HL7-027", ORU, after("OBX", 12, "ORC|NW", f"OBR|1|||{TYPE}", "OBX|1|ST|X^Y^L||1||||||F"), "ORC[2]", W,
          also=(("HL7-034", "OBX[13]-3"),)),
    Fault("HL7-028", MDM, after("PRT", 4, f"OBX|2|ED|{TYPE}||^text^XML^Base64^{b64(cda())}||||||F"), "OBX[2]-3",
          also=(("HL7-032", "OBX[3]-1"),)),
    Fault("HL7-028", MDM, both(*[cut("PRT")] * 4, cut("OBX"), QUIET), "OBX", also=(("HL7-032", "OBX-1"),)),
    Fault("HL7-029", ORU, after("OBX", 12, f"OBX|13|ED|{TYPE}||^TEXT^XML^Base64^{b64(cda())}||||||F"), "OBX[13]", W,
          also=(("HL7-087", "OBX[13]"),)),
    Fault("HL7-030", MDM, both(cut("PRT", 4), cut("PRT", 3), cut("PRT", 2), cut("PRT", 1), QUIET,
                               moved("OBX", 1, "OBX", 2)), "OBX[2]", also=(("HL7-032", "OBX-1"),)),
    Fault("HL7-030", ORU, both(*[cut("PRT")] * 4, cut("OBX"), QUIET), "OBX", also=(("HL7-032", "OBX-1"),)),
    Fault("HL7-030", LPS, both(moved("OBX", 1, "OBX", 2), moved("PRT", 2, "OBX", 2), moved("PRT", 1, "OBX", 2)),
          "OBX[2]", also=(("HL7-130", "OBX"),)),
    Fault("HL7-031", MDM, moved("PRT", 4, "OBX", 3), "PRT[4]"),
    Fault("HL7-031", ORU, moved("PRT", 2, "OBX", 12), "PRT[4]"),
    Fault("HL7-031", LPS, moved("PRT", 2, "OBX", 2), "PRT[2]"),
    Fault("HL7-031", MDM, moved("PRT", 1, "PV1"), "PRT"),
    Fault("HL7-032", MDM, put("OBX[3]-1", "7"), "OBX[3]-1", W),
    Fault("HL7-033", ORU, put("ORC-16", "URG^Urgent"), "ORC-16.3"),
    Fault("HL7-033", MDM, put("OBR-31", "X^y^L~Z^w"), "OBR-31[2].3"),
    Fault("HL7-033", MDM, put("PID-16", "M"), "PID-16.3", W),
    Fault("HL7-033", ORU, after("OBR", 1, "NTE|1||un mot|RE"), "NTE-4.3"),
    Fault("HL7-034", MDM, put("PID-7", "19800101"), "PID-7", W),
    Fault("HL7-034", ORU, after("OBX", 12, "OBX|13|XTN|REPLY_TO||^^X.400^a@b.fr||||||F"), "OBX[13]-3", W),
    Fault("HL7-034", LPS, put("PID-8", "M"), "PID-8", W),
    Fault("HL7-034", ORU, put("PID-5.1", "PAT-QUATRE"), "PID-5.1", W),
]  # fmt: skip

PATIENT = [
    Fault("HL7-036", MDM, put("PID-3[2].4", ""), "PID-3[2].4"),
    Fault("HL7-036", ORU, put("PID-3[2].1", ""), "PID-3[2].1"),
    Fault("HL7-036", LPS, put("PID-3", ""), "PID-3", also=(("HL7-038", "PID-3"),)),
    Fault("HL7-037", MDM, put("PID-5", ""), "PID-5"),
    Fault("HL7-037", MDM, put("PID-5.7", ""), "PID-5.7"),
    Fault("HL7-037", ORU, put("PID-5.7", "D"), "PID-5"),
    Fault("HL7-037", LPS, put("PID-5[2]", "DUPONT^^^^^^M"), "PID-5[2].7"),
    Fault("HL7-038", MDM, put("PID-3[2].1", "000004"), "PID-3[2].1"),
    Fault("HL7-038", ORU, put("PID-3[2].4.2", "1.2.250.1.999.7"), "PID-3[2].4.2"),
    Fault("HL7-038", LPS, put("PID-3[1].1", OTHER_INS), "PID-3.1"),
    Fault("HL7-038", MDM, carrying(cda(patient=(*PATIENT_IDS, ("1.2.3", "9")))), "PID-3"),
    Fault("HL7-038", MDM, put("PID-3[3]", "9^^^LABO&1.2.3&ISO^PI"), "PID-3[3].1"),
    *[Fault("HL7-039", base, put("PID-32", "PROV"), "PID-32") for base in (MDM, ORU, LPS)],
    Fault("HL7-040", MDM, both(put("PID-3", "000003^^^CHU-X&1.2.250.1.999.1&ISO^PI"),
                               carrying(cda(patient=(("1.2.250.1.999.1", "000003"),)))), "PID-3"),
    Fault("HL7-041", MDM, both(put("PID-3[1].4", "ASIP-SANTE-INS-NIA&1.2.250.1.213.1.4.9&ISO"),
                               carrying(cda(patient=(("1.2.250.1.213.1.4.9", "279035121518989"), PATIENT_IDS[1]))),
                               put("PRT[3]-5.9.2", "1.2.250.1.213.1.4.9")), "PID-3.4.2", W,
          also=(("HL7-172", "PID-3.4.2"),)),
    Fault("HL7-042", MDM, put("PID-18", ""), "PID-18", W),
    Fault("HL7-042", ORU, put("PID-18.5", "VN"), "PID-18.5", W),
    Fault("HL7-043", MDM, put("PV1-2", "Z"), "PV1-2"),
    Fault("HL7-043", ORU, put("PV1-2", ""), "PV1-2"),
    *[Fault("HL7-044", base, both(put("PV1-2", code), put("PV1-19", "")), "PV1-19")
      for base, code in ((MDM, "E"), (ORU, "I"), (T10, "O"), (T04, "R"))],
    Fault("HL7-044", MDM, put("PV1-19.1", ""), "PV1-19.1"),
    Fault("HL7-045", MDM, put("PV1-44", ""), "PV1-44", W),
    Fault("HL7-046", LPS, put("PV1-2", "I"), "PV1-2"),
    Fault("HL7-046", LPS, put("PV1-19", "1^^^A"), "PV1-19", W),
    Fault("HL7-168", MDM, put("PID-19", "279035121518989"), "PID-19"),
    Fault("HL7-168", LPS, put("PID-4", "1"), "PID-4"),
    Fault("HL7-169", ORU, both(put("PID-3.1", "279035121518988"), put("PRT[3]-5.1", "279035121518988"),
                               put("PRT[3]-15.4", "279035121518988@patient.mssante.fr"),
                               carrying(cda(patient=((INS_OID, "279035121518988"), PATIENT_IDS[1])))), "PID-3.1"),
]  # fmt: skip

DOCUMENT = [
    Fault("HL7-048", MDM, put("TXA-1", "2"), "TXA-1"),
    Fault("HL7-048", LPS, put("TXA-3", "text"), "TXA-3"),
    Fault("HL7-048", T10, put("TXA-17", "LA"), "TXA-17"),
    Fault("HL7-048", "mdm-T02-2.0", put("TXA-17", "AU"), "TXA-17"),
    Fault("HL7-049", MDM, put("TXA-2", "99999-9"), "TXA-2"),
    Fault("HL7-049", LPS, put("TXA-2", ""), "TXA-2"),
    Fault("HL7-050", MDM, put("TXA-12.2", "CHU-X"), "TXA-12.2"),
    Fault("HL7-050", T10, put("TXA-13.2", "CHU-X"), "TXA-13.2"),
    Fault("HL7-050", LPS, put("TXA-12.4", "ISO"), "TXA-12.4"),
    Fault("HL7-050", MDM, both(QUIET, *[cut("PRT")] * 4, carrying(EXTENDED), put("TXA-12", f"A12^^{NO_EXTENSION}")),
          "TXA-12.4"),
    Fault("HL7-050", MDM, both(QUIET, *[cut("PRT")] * 4, carrying(EXTENDED), put("TXA-12", "A12^^^ISO")), "TXA-12.3"),
    Fault("HL7-050", MDM, both(carrying(""), put("TXA-12.4", "ISO")), "TXA-12.3", also=(("HL7-063", "OBX-5.5"),)),
    Fault("HL7-051", MDM, put("TXA-12.1", "1.2.250.1.999.2.9"), "TXA-12.1"),
    Fault("HL7-051", LPS, put("TXA-12", ""), "TXA-12.1"),
    Fault("HL7-051", MDM, carrying(cda().replace(f'<id root="{NEW_ID}"/>'.encode(), b"", 1)), "OBX-5.5"),
    Fault("HL7-051", MDM, both(QUIET, *[cut("PRT")] * 4, carrying(EXTENDED), put("TXA-12", "A12^^1.2.3^ISO")),
          "TXA-12.3"),
    Fault("HL7-052", T10, put("TXA-13", ""), "TXA-13"),
    Fault("HL7-052", "lps-T10-1.1", put("TXA-13", "1.2.250.1.999.2.9"), "TXA-13.1"),
    Fault("HL7-053", MDM, put("TXA-13", OLD_ID), "TXA-13", W),
    Fault("HL7-053", T04, put("TXA-13", OLD_ID), "TXA-13", W),
    Fault("HL7-054", MDM, both(carrying(EXTENDED), put("TXA-12", f"A12^^{NO_EXTENSION}^ISO")), "OBX-5.5", W),
    Fault("HL7-055", MDM, put("TXA-22", ""), "TXA-22.1", W),
    Fault("HL7-055", LPS, put("TXA-22", "801234567866"), "TXA-22.15", W),
    Fault("HL7-056", MDM, put("ORC-1", "SC"), "ORC-1"),
    Fault("HL7-056", ORU, put("ORC-1", ""), "ORC-1"),
    Fault("HL7-056", LPS, put("ORC-1", "XX"), "ORC-1"),
    Fault("HL7-056", "oru-T02-2.0", put("ORC-1", "NW"), "ORC-1"),
    Fault("HL7-057", MDM, put("ORC-1", "RO"), "ORC-1"),
    Fault("HL7-057", MDM, put("OBX-11", "D"), "OBX-11"),
    Fault("HL7-057", MDM, put("OBX-11", "P"), "OBX-11"),
    Fault("HL7-057", T04, put("MSH-9.2", "T02"), "MSH-9.2"),
    Fault("HL7-057", LPS, put("ORC-1", "CA"), "ORC-1"),
    Fault("HL7-057", ORU, put("OBX-11", "C"), "OBX-11"),
    Fault("HL7-057", ORU, put("ORC-1", "RO"), "ORC-1", also=(("HL7-068", "OBX-5.5"),)),
    Fault("HL7-057", "oru-T10-2.1", put("ORC-1", "NW"), "ORC-1"),
    Fault("HL7-057", "oru-T04-2.1", put("OBX-11", "F"), "OBX-11", also=(("HL7-057", "ORC-1"),)),
    Fault("HL7-059", MDM, both(put("OBR-4.1", "34555-3"), put("OBX-3.1", "18748-4")), "OBR-4.1"),
    Fault("HL7-059", ORU, put("OBR-4.2", ""), "OBR-4.2"),
    Fault("HL7-059", MDM, put("OBR-4.3", "TRE_A05"), "OBR-4.3"),
    Fault("HL7-059", LPS, put("OBR-4.3", "LOINC"), "OBR-4.3"),
    Fault("HL7-059", ORU, put("OBR-4.3", ""), "OBR-4.3"),
    Fault("HL7-059", ORU, both(put("OBR-4", "E1762^Full Document^LN"), put("OBX-3", "E1762^Full Document^LN"),
                               carrying(cda(code="E1762"))), "OBR-4.3"),
    Fault("HL7-060", MDM, put("OBX-3.1", "11488-4"), "OBX-3.1"),
    Fault("HL7-060", ORU, put("OBX-3.3", "TRE_A05"), "OBX-3.3"),
    Fault("HL7-060", LPS, put("OBX-3.3", ""), "OBX-3.3"),
    Fault("HL7-060", MDM, put("OBR-4.1", "11488-4"), "OBR-4.1"),
    Fault("HL7-060", ORU, put("OBX-3", ""), "OBX-3.1"),
    Fault("HL7-061", MDM, put("TXA-2", "11488-4"), "TXA-2"),
    Fault("HL7-061", LPS, put("TXA-2", "11490-0"), "TXA-2"),
    Fault("HL7-061", MDM, carrying(cda(code="11488-4")), "OBX-5.5", W),
    Fault("HL7-061", "mdm-T02-2.0", put("TXA-2", "11490-0"), "TXA-2"),
    Fault("HL7-061", "mdm-T02-2.0", put("OBX-3.1", "11490-0"), "OBX-3.1"),
    Fault("HL7-062", MDM, both(put("OBR-4", "51851-4^Document administratif^LN"), put("TXA-2", "51851-4"),
                               put("OBX-3", "51851-4^Document administratif^LN"), carrying(cda(code="51851-4"))),
          "OBR-4.1"),
    Fault("HL7-063", MDM, put("OBX-2", "TX"), "OBX-2"),
    Fault("HL7-063", ORU, put("OBX-5.3", "PDF"), "OBX-5.3"),
    Fault("HL7-063", LPS, put("OBX-5.4", "base64"), "OBX-5.4"),
    Fault("HL7-063", T10, put("OBX-5.5", ""), "OBX-5.5"),
    Fault("HL7-064", MDM, put("OBX-5.2", ""), "OBX-5.2"),
    Fault("HL7-064", MDM, put("OBX-5.2", "TEXT"), "OBX-5.2", W),
    Fault("HL7-064", ORU, put("OBX-5.2", "application"), "OBX-5.2"),
    Fault("HL7-065", MDM, carrying("PENs"), "OBX-5.5"),
    Fault("HL7-065", ORU, carrying(b64(cda())[:-1]), "OBX-5.5"),
    Fault("HL7-065", LPS, carrying(b64(cda())[:-2] + "*="), "OBX-5.5"),
    Fault("HL7-065", MDM, carrying(cda()[:-3]), "OBX-5.5"),
    Fault("HL7-065", MDM, carrying(cda(root="Document")), "OBX-5.5"),
    Fault("HL7-065", MDM, carrying(cda(prolog='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')), "OBX-5.5"),
    Fault("HL7-065", MDM, carrying(cda(tail="&e;")), "OBX-5.5"),
    Fault("HL7-067", T10, put("TXA-13", NEW_ID), "TXA-13"),
    Fault("HL7-067", "oru-T10-2.1", carrying(cda(replaces=(NEW_ID, ""))), "OBX-5.5"),
    Fault("HL7-068", "oru-T10-2.1", carrying(cda()), "OBX-5.5"),
    Fault("HL7-068", "lps-T10-1.1", carrying(cda()), "OBX-5.5"),
]  # fmt: skip

PARTICIPATIONS = [
    Fault("HL7-069", MDM, put("PRT-2", "AD"), "PRT-2"),
    Fault("HL7-069", LPS, put("PRT[2]-2", ""), "PRT[2]-2"),
    Fault("HL7-070", ORU, put("PRT[4]-4.1", "RPY"), "PRT[4]-4.1"),
    Fault("HL7-070", MDM, put("PRT-4.3", "HL70912"), "PRT-4.3"),
    Fault("HL7-070", "mdm-T02-2.0", put("PRT-4.3", "participation"), "PRT-4.3"),
    Fault("HL7-070", LPS, put("PRT[2]-4.3", ""), "PRT[2]-4.3"),
    Fault("HL7-071", MDM, put("PRT[2]-4.2", ""), "PRT[2]-4.2", W),
    Fault("HL7-072", MDM, cut("PRT", 1), "PRT"),
    Fault("HL7-072", ORU, after("PRT", 1, f"PRT||UC||SB^Send by^participation|{HODA}|||CHU-X^^^^^"
          "ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^300017985"), "PRT[2]-4.1"),
    Fault("HL7-073", MDM, put("PRT-8", ""), "PRT-8"),
    Fault("HL7-073", ORU, put("PRT-8.10", ""), "PRT-8.10"),
    Fault("HL7-074", MDM, put("PRT-5", ""), "PRT-5"),
    Fault("HL7-074", ORU, both(put("PRT-5", ""), flag("DESTDMP", "N")), "PRT-5", W),
    Fault("HL7-075", MDM, put("PRT-5.9.2", "1.2.250.1.71.4.2.2"), "PRT-5.9.2"),
    Fault("HL7-075", ORU, put("PRT[2]-5.9.3", ""), "PRT[2]-5.9.3"),
    Fault("HL7-075", LPS, put("PRT-5.13", "XYZ"), "PRT-5.13"),
    Fault("HL7-075", MDM, put("PRT[2]-5.13", ""), "PRT[2]-5.13"),
    Fault("HL7-075", MDM, put("PRT[2]-5.13", "FINEG"), "PRT[2]-5.13", W),
    Fault("HL7-075", MDM, put("PRT-5.9.1", "ASIP-SANTE- PS"), "PRT-5.9.1", W),
    Fault("HL7-075", MDM, put("PRT[2]-5.1", ""), "PRT[2]-5.1", W),
    Fault("HL7-076", MDM, put("PRT-8.6", "ASIP-SANTE-ST&1.2.250.1.71.4.2.1&ISO"), "PRT-8.6.2"),
    Fault("HL7-076", ORU, put("PRT-8.6.3", "L"), "PRT-8.6.3"),
    Fault("HL7-076", LPS, put("PRT[2]-8.6", ""), "PRT[2]-8.6", W),
    Fault("HL7-076", MDM, after("PRT", 2, f"{RCT}||||Urologie^^^^^^UF^^^3435{TO[3:]}"), "PRT[3]-8.6"),
    Fault("HL7-077", MDM, put("PRT-8.7", "UF"), "PRT-8.7"),
    Fault("HL7-077", ORU, put("PRT-8.7", ""), "PRT-8.7"),
    Fault("HL7-077", LPS, put("PRT[2]-8.7", "FINESS"), "PRT[2]-8.7"),
    Fault("HL7-077", LPS, put("PRT[2]-8.7", "SVR"), "PRT[2]-8.7", W),
    Fault("HL7-078", MDM, put("PRT-8.10", "1300017985"), "PRT-8.10", W),
    Fault("HL7-078", MDM, put("PID-18.4", "CHU-X&1204567809&M"), "PID-18.4.2", W),
    Fault("HL7-079", MDM, put("PRT-5.13", "RPPS"), "PRT-5.1", W),
    Fault("HL7-080", MDM, put("PRT[2]-15.3", "Internet"), "PRT[2]-15.3"),
    Fault("HL7-080", ORU, put("PRT[3]-15.4", "patient"), "PRT[3]-15.4"),
    Fault("HL7-080", LPS, put("PRT[2]-15", ""), "PRT[2]-15.3", also=(("HL7-080", "PRT[2]-15.4"),)),
    Fault("HL7-081", MDM, cut("PRT", 2), "PRT"),
    Fault("HL7-082", ORU, cut("PRT", 3), "PRT"),
    Fault("HL7-083", MDM, both(flag("DESTMSSANTEPS", "N"), flag("DESTMSSANTEPAT", "N")), "PRT[2]-4.1", W),
    Fault("HL7-084", MDM, put("PRT[3]-5.1", OTHER_INS), "PRT[3]-5.1", W),
    Fault("HL7-084", ORU, put("PRT[3]-5.9", INS_OID), "PRT[3]-5.9.2", W),
    Fault("HL7-084", MDM, put("PRT[3]-15.4", f"{OTHER_INS}@patient.mssante.fr"), "PRT[3]-15.4", W),
    Fault("HL7-085", MDM, after("PRT", 4, f"PRT||UC||REPLY^Reply To^participation{'|' * 11}^^X.400^a@b.mssante.fr"),
          "PRT[5]-4.1", W),
    Fault("HL7-085", ORU, put("PRT[4]-15.4", ""), "PRT[4]-15.4", W),
    Fault("HL7-086", MDM, put("PRT[2]-15.2", "NET"), "PRT[2]-15.2", W),
    Fault("HL7-086", LPS, put("PRT-1", "1"), "PRT-1", W),
    Fault("HL7-086", ORU, put("PRT[2]-15", "^^X.400^a@b.fr~^^X.400^c@d.fr"), "PRT[2]-15", W),
]  # fmt: skip

METADATA = [
    *[Fault("HL7-087", MDM, both(cut("OBX", n), *[put(f"OBX[{k}]-1", str(k)) for k in range(n, 12)]), "OBX")
      for n in (2, 5, 7)],
    *[Fault("HL7-087", ORU, both(cut("OBX", n), *[put(f"OBX[{k}]-1", str(k)) for k in range(n, 12)]), "OBX", W)
      for n in (10, 11)],
    Fault("HL7-087", MDM, put("OBX[2]-3.1", "MASQUE_PSS"), "OBX[2]-3.1"),
    Fault("HL7-087", MDM, put("OBX[5]-3.1", ""), "OBX[5]-3.1"),
    Fault("HL7-087", ORU, put("OBX[8]-3", ""), "OBX[8]-3.1", also=(("HL7-089", "OBX[8]-3.3"),)),
    Fault("HL7-087", ORU, moved("OBX", 3, "OBX", 5), "OBX[5]-3.1", also=(("HL7-032", "OBX[3]-1"),)),
    Fault("HL7-087", MDM, put("OBX[3]-3", "MASQUE_PS^Masqué aux professionnels de Santé^MetaDMPMSS"), "OBX[3]-3.1",
          also=(("HL7-087", "OBX"),)),
    Fault("HL7-087", MDM, after("OBX", 12, "OBX|13|CWE|AUTRE^Autre^MetaDMPMSS||Y^^expandedYes-NoIndicator||||||F"),
          "OBX[13]-3.1", W),
    Fault("HL7-088", MDM, put("OBX[4]-2", "CE"), "OBX[4]-2"),
    Fault("HL7-088", ORU, put("OBX[4]-2", "CWE"), "OBX[4]-2"),
    Fault("HL7-088", LPS, put("OBX[4]-2", "ST"), "OBX[4]-2"),
    Fault("HL7-089", MDM, put("OBX[5]-3.3", ""), "OBX[5]-3.3"),
    Fault("HL7-089", LPS, put("OBX[5]-3.3", "L"), "OBX[5]-3.3"),
    Fault("HL7-089", ORU, put("OBX[5]-3.2", "Connexion Secrète"), "OBX[5]-3.2", W),
    Fault("HL7-089", MDM, put("OBX[12]-3.3", ""), "OBX[12]-3.3"),
    Fault("HL7-090", MDM, put("OBX[6]-5.1", "O"), "OBX[6]-5.1"),
    Fault("HL7-090", ORU, put("OBX[6]-5.1", ""), "OBX[6]-5.1"),
    Fault("HL7-090", LPS, put("OBX[6]-5.3", "HL70136"), "OBX[6]-5.3"),
    Fault("HL7-090", "oru-T02-2.0", put("OBX[6]-5.3", "expandedYes-NoIndicator"), "OBX[6]-5.3"),
    Fault("HL7-091", MDM, put("OBX[2]-11", ""), "OBX[2]-11"),
    Fault("HL7-091", T04, put("OBX[2]-11", "D"), "OBX[2]-11"),
    Fault("HL7-091", ORU, put("OBX[12]-11", "C"), "OBX[12]-11"),
    Fault("HL7-091", LPS, put("OBX[3]-11", "C"), "OBX[3]-11"),
    Fault("HL7-092", MDM, put("OBX[4]-3.1", "INVISIBLE_REPRESENTANTS_LEGAUX"), "OBX[4]-3.1"),
    Fault("HL7-092", ORU, put("OBX[6]-3.1", "MODIF_CONFIDENTIALITYCODE"), "OBX[6]-3.1"),
    Fault("HL7-092", MDM, put("OBX[11]-3.1", "ACK_LECTURE"), "OBX[11]-3.1"),
    Fault("HL7-093", MDM, put("OBX[12]-2", "TX"), "OBX[12]-2"),
    Fault("HL7-093", ORU, put("OBX[12]-5.5", "Q2hlc"), "OBX[12]-5.5"),
    Fault("HL7-093", MDM, put("OBX[12]-5", ""), "OBX[12]-5"),
    Fault("HL7-093", MDM, after("OBX", 12, "OBX|13|ED|CORPSMAIL_PS^Corps du mail pour un PS^MetaDMPMSS||x||||||F"),
          "OBX[13]-3.1"),
    Fault("HL7-094", MDM, after("OBX", 9, "NTE|1|||STOP"), "NTE-4"),
    Fault("HL7-094", ORU, after("OBX", 8, "NTE|1|||FIN"), "NTE-4"),
    Fault("HL7-095", MDM, flag("MODIF_CONF_CODE", "Y"), "OBX[6]-5.1", W),
    Fault("HL7-095", LPS, flag("MODIF_CONF_CODE", "Y"), "OBX[6]-5.1", W),
    Fault("HL7-096", MDM, flag("INVISIBLE_PATIENT", "Y"), "OBX[3]-5.1"),
    Fault("HL7-096", ORU, both(flag("INVISIBLE_PATIENT", "Y"), cut("PRT", 3)), "OBX[9]-5.1"),
    Fault("HL7-098", MDM, flag("MASQUE_PS", "Y"), "OBX[2]-5.1", W),
    Fault("HL7-098", ORU, both(flag("DESTMSSANTEPAT", "N"), cut("PRT", 3)), "OBX[3]-5.1", W),
    Fault("HL7-098", MDM, both(flag("DESTMSSANTEPS", "N"), cut("PRT", 2)), "OBX[7]-5.1", W),
    Fault("HL7-100", MDM, carrying(cda(confidentiality="V")), "OBX[7]-5.1", W),
    Fault("HL7-100", ORU, carrying(cda(confidentiality="MASQUE_PS")), "OBX[2]-5.1", W),
]  # fmt: skip

_RENUMBER = [put(f"OBX[{k}]-1", str(k)) for k in range(2, 6)]
LPS_VOLET = [
    Fault("HL7-130", LPS, both(cut("OBX", 2), *_RENUMBER), "OBX"),
    Fault("HL7-130", LPS, both(cut("OBX", 4), put("OBX[4]-1", "4"), put("OBX[5]-1", "5")), "OBX"),
    Fault("HL7-130", LPS, moved("OBX", 3, "OBX", 5), "OBX[5]-3.1"),
    Fault("HL7-130", LPS, moved("OBX", 2, "OBX", 6), "OBX[6]"),
    Fault("HL7-130", LPS, put("OBX[2]-1", "1"), "OBX[2]-1"),
    Fault("HL7-130", LPS, put("OBX[4]-3.1", "INVISIBLE"), "OBX[4]-3.1"),
    Fault("HL7-131", LPS, put("OBX[2]-2", "TX"), "OBX[2]-2"),
    Fault("HL7-131", LPS, put("OBX[2]-3.1", ""), "OBX[2]-3.1"),
    Fault("HL7-131", LPS, put("OBX[2]-3.2", ""), "OBX[2]-3.2"),
    Fault("HL7-131", LPS, put("OBX[2]-4", "1"), "OBX[2]-4"),
    Fault("HL7-131", LPS, put("OBX[2]-5.5", "Q29"), "OBX[2]-5.5"),
    Fault("HL7-131", LPS, put("OBX[2]-5.5", ""), "OBX[2]-5.5"),
    Fault("HL7-131", LPS, put("OBX[2]-11", "C"), "OBX[2]-11"),
    Fault("HL7-132", LPS, cut("PRT", 1), "PRT"),
    Fault("HL7-132", LPS, put("PRT-15", ""), "PRT-15.3", also=(("HL7-132", "PRT-15.4"),)),
    Fault("HL7-133", LPS, cut("PRT", 2), "PRT", W),
    Fault("HL7-134", LPS, after("OBX", 6, "OBX|7|CWE|DESTDMP^Destinataire DMP^MetaDMPMSS||Y^^expandedYes-NoIndicator"
          "||||||F"), "OBX[7]-3.1", W),
]  # fmt: skip

FAULTS = [*SYNTAX, *HEADER, *STRUCTURE, *PATIENT, *DOCUMENT, *PARTICIPATIONS, *METADATA, *LPS_VOLET]
