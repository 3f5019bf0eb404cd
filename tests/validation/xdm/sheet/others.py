"""Sound archives of documents by other authors: devices, patients, internal identifiers, several of them."""

from __future__ import annotations

from validation.cda.sheet.sound import SOUND as D
from validation.xdm.sheet import archives as A


def art(person: str, institution: str, specialty: str = "") -> str:
    """The slots of an author."""
    slots = A.slot("authorPerson", person) + (A.slot("authorInstitution", institution) if institution else "")
    return slots + (A.slot("authorSpecialty", specialty) if specialty else "")


SLOTS = art(A.PERSON, A.STRUCTURE, A.SPECIALTY)
AUTHOR = A.author("93606bcf-9494-43ec-9b4e-a7748d1a838d", "Document01")


def arch(data: bytes, author: str, legal: str = "", changes: tuple[tuple[str, str], ...] = ()) -> bytes:
    """An archive of one document, whose entry has this author and these changes."""
    entry = A.entry(1, data).replace(SLOTS, author, 1)
    for old, new in (*changes, (A.slot("legalAuthenticator", A.PERSON), A.slot("legalAuthenticator", legal or A.PERSON))):
        assert old in entry, old
        entry = entry.replace(old, new)
    return A.zipped(A.files(A.metadata(entry), data))


def coded(scheme: str, *code: str) -> str:
    return A.coded(scheme, "Document01", *code)


PS, PATIENT = "&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS", "&amp;1.2.250.1.213.1.4.10&amp;ISO^D^^^NH"
INTERNAL = f"3750100125/1453^CARDON^Bruno^^^^^^{PS}"
NURSE = art(f"0759900072^CARDON^Bruno^^^^^^{PS}", A.STRUCTURE, "G15_60^Infirmier^1.2.250.1.213.1.1.4.5")
ONESELF = f"279035121518989^PAT-TROIS^DOMINIQUE^^^^^^{PATIENT}"
EXPRESSION = ("EXP_PATIENT", "1.2.250.1.213.1.1.4.6", "Expression personnelle du patient")
START = A.slot("serviceStartTime", "20260310083000")
BY_OTHERS: dict[str, bytes] = {
    "device": arch(D["device"](), art("3750100125/88^Moniteur X^Releve 2.1^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^U^^^RI", A.STRUCTURE, "DISPOSITIF^Dispositif^1.2.250.1.213.1.1.4.6")),
    "internal identifier": arch(D["internal id"](), art(INTERNAL, A.STRUCTURE, A.SPECIALTY), INTERNAL),
    "ADELI": arch(D["ADELI author"](), NURSE),
    "two authors": arch(D["two authors"](), SLOTS, changes=((AUTHOR, AUTHOR + AUTHOR.replace(SLOTS, NURSE).replace('id="a-', 'id="b-')),)),
    "role": arch(D["author with function"](), SLOTS + A.slot("authorRole", "Médecin traitant")),
    "patient": arch(D["patient document"](), art(ONESELF, ""), ONESELF, (
        (coded("type", "34112-3", "2.16.840.1.113883.6.1", A.LABELS["34112-3"]), coded("type", "EXPPAT_2", "1.2.250.1.213.1.1.4.12", "Autre document du patient")),
        (coded("class", "10", "1.2.250.1.213.1.1.4.1", "Compte rendu"), coded("class", "90", "1.2.250.1.213.1.1.4.1", "Autres documents déposés par le patient")),
        (coded("facility", "SA01", "1.2.250.1.71.4.2.4", "Etablissement public de santé"), coded("facility", *EXPRESSION)),
        (coded("practice", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé"), coded("practice", *EXPRESSION)),
    )),
    "self-presentable": arch(D["self-presentable"](), SLOTS, changes=(('mimeType="text/xml"', 'mimeType="application/xslt+xml"'),)),
    "used name": arch(D["used names"](), SLOTS, changes=(("PID-5|PAT-TROIS^DOMINIQUE^^^^^L", "PID-5|PAT-TROIS^DOMINIQUE^^^^^L</rim:Value><rim:Value>PID-5|DUPONT^DOM^^^^^D"),)),
    "act with its end": arch(D["event to the second"](), SLOTS, changes=((START, A.slot("serviceStartTime", "20260310091500") + A.slot("serviceStopTime", "20260310093000")),)),
    "biology N3 alone": A.zipped(A.files(A.metadata(A.entry(1, A.N3_DOCUMENT, unique=A.OTHER, kind="11502-2", form=A.LAB)), A.N3_DOCUMENT)),
}  # fmt: skip
