"""Sound PAM FR messages, one for each event, written by us; and the ways to spoil them, one fault at a time."""

from __future__ import annotations

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.write import build, replace, without

CHU = "CHU-X&1.2.250.1.999.1&ISO"
INS = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
SECOND_INS = "277076322082910^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
DELETED_INS = '""^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS'
IPP = f"000003^^^{CHU}^PI"
WHEN = "20260105101500"

STRUCTURES = {
    "ADT_A01": "A01 A04 A13 Z99",
    "ADT_A02": "A02",
    "ADT_A03": "A03",
    "ADT_A05": "A05 A14 A28 A31",
    "ADT_A06": "A06 A07",
    "ADT_A09": "A09 A10 A11",
    "ADT_A12": "A12",
    "ADT_A15": "A15",
    "ADT_A16": "A16",
    "ADT_A21": "A21 A22 A25 A26 A27 A32 A33",
    "ADT_A30": "A47 A49",
    "ADT_A38": "A38",
    "ADT_A39": "A40",
    "ADT_A43": "A44",
    "ADT_A52": "A52 A53 A55",
    "ADT_A54": "A54",
}
STRUCTURE = {event: name for name, events in STRUCTURES.items() for event in events.split()}
CANCELS = {
    "A11": "A01",
    "A12": "A02",
    "A13": "A03",
    "A25": "A16",
    "A26": "A15",
    "A27": "A14",
    "A38": "A05",
    "A52": "A21",
    "A53": "A22",
    "A55": "A54",
}
PENDING = ("A14", "A15", "A16", "A25", "A26", "A27")
ITI30 = ("A28", "A31", "A40", "A47")
NO_MOVEMENT = (*ITI30, "A44", "A49", "A09", "A10", "A32", "A33")
NO_VISIT = ("A40", "A44", "A47", "A49")


def msh(event: str) -> str:
    return (
        f"MSH|^~\\&|GAM|CHU-X|DPI|CHU-X|{WHEN}||ADT^{event}^{STRUCTURE[event]}|{event}-1|T|2.5^FRA^2.11"
        "|||||FRA|UNICODE UTF-8|||2.11^IHE_FRANCE-2.11-PAM"
    )


def pid(identifiers: str = f"{IPP}~{INS}", account: bool = True, status: str = "VALI") -> str:
    name = "PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L"
    address = "28 Av de Breteuil^^PARIS^^75007^FRA^H~^^^^^FRA^BDL^^63220"
    number = f"24000006^^^{CHU}^AN" if account else ""
    return f"PID|1||{identifiers}||{name}||19790328|F|||{address}|||||S||{number}" + "|" * 14 + status


def pv1(category: str = "I") -> str:
    return f"PV1|1|{category}|6268^101^1^{CHU}^O" + "|" * 16 + f"000897406^^^{CHU}^VN" + "|" * 25 + WHEN


def zbe(event: str, action: str = "INSERT", origin: str = "", nature: str = "HMS") -> str:
    ward = f"Chir V^^^^^{CHU}^UF^^^6268"
    return f"ZBE|{event}-312^CHU-X^1.2.250.1.999.1^ISO|{WHEN}||{action}|N|{origin}|{ward}|{ward}|{nature}"


ROL = (
    "ROL||UC|ODRP|801234567866^DIAZ^Thierry^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
    "NK1|1|ADAM^Hoda^^^^^U|FND||||K" + "|" * 26 + f"P7^^^{CHU}^PN",
)
Z_SEGMENTS = (
    f"ZFA|ACTIF|{WHEN}|||||||INO|{WHEN}|IC|{WHEN}",
    "ZFP|7|74",
    "ZFV||3^Ambulance privée||||^^PARIS^^75007^FRA^ORI||A-12^^^CHU-X&1.2.250.1.999.1&ISO^MR|||AUCUN",
    "ZFM|8",
    "ZFD|||Y|N|INSI|20260105|CN|20300101",
)


def message(event: str) -> bytes:
    """A sound message of this event."""
    occurred = "" if event in PENDING else WHEN
    head = [msh(event), f"EVN||{WHEN}||||{occurred}"]
    if event in NO_VISIT:
        return build(head + _without_visit(event))
    if event in ITI30:
        consent = f"ZFA|ACTIF|{WHEN}|||||||INO|{WHEN}|INC|{WHEN}"
        legal = f"ZFS|1|9^CHU-X|{WHEN}||INSERT|SPL^Soins libres|1"
        return build([*head, pid(account=False), "PV1|1|N", "ZFD|||N|N|SM", consent, legal])
    segments = [*head, pid()]
    if event in ("A01", "A04"):
        segments += ROL
    segments.append(pv1("O" if event in ("A04", "A07") else "I"))
    if event not in NO_MOVEMENT:
        if event == "Z99":
            segments.append(zbe(event, "UPDATE", "A01"))
        elif event in CANCELS:
            segments.append(zbe(event, "CANCEL", CANCELS[event]))
        else:
            segments.append(zbe(event))
    if event in ("A01", "A04", "A05", "A14", "Z99"):
        segments += Z_SEGMENTS
    if event == "A01":
        segments.append(f"ACC|{WHEN}|P^Accident voie publique")
    return build(segments)


def _without_visit(event: str) -> list[str]:
    if event == "A47":
        return [pid(f"{IPP}~{SECOND_INS}", account=False), f"MRG|{INS}"]
    old = f"MRG|000009^^^{CHU}^PI"
    if event == "A49":
        return [pid(), f"{old}||24000001^^^{CHU}^AN"]
    return [pid(account=event == "A44"), old]


def deletion_of_ins() -> bytes:
    """A47 that takes a wrong INS back: the identity goes down to provisional."""
    people = pid(f"{IPP}~{DELETED_INS}", account=False, status="PROV")
    return build([msh("A47"), f"EVN||{WHEN}||||{WHEN}", people, f"MRG|{INS}"])


def after(data: bytes, name: str, line: str) -> bytes:
    """The same message with a segment added behind the first one of this name."""
    parsed = Message.parse(data)
    at = parsed.first(name)
    assert at is not None, f"no {name} to stand behind"
    return data[: at.end + 1] + (line + "\r").encode(parsed.codec) + data[at.end + 1 :]


def moved(data: bytes, name: str, behind: str) -> bytes:
    """The same message with one segment taken to another place."""
    segment = Message.parse(data).first(name)
    assert segment is not None
    return after(without(data, name), behind, segment.raw)


def spoiled(data: bytes, *changes: tuple[str, str]) -> bytes:
    """The same message with some places changed: `("PV1-3", "")`; `("-ZBE", "")` takes a segment out, `("ZFA>PV1", "")`
    moves one behind another, `("+PV1", line)` adds one behind it."""
    for path, value in changes:
        if path.startswith("-"):
            name, _, occurrence = path[1:].partition("[")
            data = without(data, name, int(occurrence.rstrip("]") or 1))
        elif path.startswith("+"):
            data = after(data, path[1:], value)
        elif ">" in path:
            data = moved(data, *path.split(">"))
        else:
            data = replace(data, path, value)
    return data
