"""TD0.2: does the DMP exist, may this user open it; and TD0.5, the search without INS. HL7 v3, as the DMP writes it.

Source: exemples de messages DMP 02.05.00, TD0.2. Only what the DMP says is modelled: the HL7 schemas are not.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from rempart.formats.ins import REGISTERS
from rempart.formats.xds.transactions import V3

DMP_OID = "1.2.250.1.213.4.1.1.1"  # the device that receives
REASONS = "1.2.250.1.213.1.1.4.11"  # system of controlActProcess/reasonCode
TEST_EXISTENCE = "TEST_EXST"
INTERACTIONS = "2.16.840.1.113883.1.6"
KEYWORDS = {"AUTORISATION": "1.2.250.1.213.4.1.2.6.1", "STATUT_MT": "1.2.250.1.213.4.1.2.6.3"}
AUTHORISATIONS = "1.2.250.1.213.4.1.2.6.2"
VALID, EXPIRED, FORBIDDEN, NONE = "VALIDE", "EXPIRE", "INTERDIT", "NON_EXISTE"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistenceRequest:
    """`message_id` and `sender` are OIDs; `created` is 14 digits. Defaults are what the DMP expects."""

    ins: str
    register: str
    message_id: str
    sender: str
    created: str
    reason: str = TEST_EXISTENCE
    reason_system: str = REASONS
    receiver: str = DMP_OID
    interaction: str = INTERACTIONS
    processing: str = "P"
    mode: str = "T"
    acknowledgement: str = "AL"
    version: str = "XML_1.0"
    status: str = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistenceAnswer:
    """`status` is `active`, `terminated` (closed), or "" when there is no DMP; `authorisation` one of VALID…NONE."""

    request_id: str
    acknowledgement: str  # AA, AE
    status: str = ""
    authorisation: str = ""
    attending: bool = False  # the caller is the patient's own doctor (médecin traitant DMP)
    ins: str = ""
    register: str = ""
    response: str = "OK"  # OK, NF


def read_existence(body: etree._Element) -> ExistenceRequest:
    """What a PRPA_IN201307UV02 asks; what is absent is empty."""
    act = _find(body, "controlActProcess")
    patient = _find(act, "queryByParameter/parameterList/patientIdentifier/value")
    return ExistenceRequest(
        ins=_at(patient, "extension"), register=_at(patient, "root"),
        message_id=_value(body, "id", "root"), sender=_value(body, "sender/device/id", "root"),
        created=_value(body, "creationTime", "value"),
        reason=_value(act, "reasonCode", "code"), reason_system=_value(act, "reasonCode", "codeSystem"),
        receiver=_value(body, "receiver/device/id", "root"), interaction=_value(body, "interactionId", "root"),
        processing=_value(body, "processingCode", "code"), mode=_value(body, "processingModeCode", "code"),
        acknowledgement=_value(body, "acceptAckCode", "code"), version=body.get("ITSVersion", ""),
        status=_value(act, "queryByParameter/statusCode", "code"),
    )  # fmt: skip


def write_existence(request: ExistenceRequest) -> etree._Element:
    root = _message("PRPA_IN201307UV02", request.message_id, request.created, request.processing)
    _devices(root, request.receiver, request.sender)
    act = _add(root, "controlActProcess", classCode="CACT", moodCode="EVN")
    _add(act, "code", code="PRPA_TE201307UV02", codeSystem=INTERACTIONS)
    _add(act, "reasonCode", code=request.reason, codeSystem=request.reason_system)
    query = _add(act, "queryByParameter")
    _add(query, "queryId", root=f"{request.message_id}.1")
    _add(query, "statusCode", code=request.status)
    identifier = _add(_add(query, "parameterList"), "patientIdentifier")
    _add(identifier, "value", root=request.register, extension=request.ins)
    _add(identifier, "semanticsText").text = "Patient.id"
    return root


def read_existence_answer(body: etree._Element) -> ExistenceAnswer:
    """What a PRPA_IN201308UV02 says. The patient is picked by the root of its id: an INS-C may stand beside the INS."""
    lines = {}
    for line in body.iter(_v3("attentionLine")):
        word = _find(line, "keyWordText")
        lines[_at(word, "code") or ("" if word is None else str(word.text or "").strip())] = _find(line, "value")
    patient = next(body.iter(_v3("patient")), None)
    ids = [] if patient is None else list(patient.iterchildren(_v3("id")))
    own = next((i for i in ids if i.get("root") in REGISTERS), None)
    return ExistenceAnswer(
        request_id=_value(body, "acknowledgement/targetMessage/id", "root"),
        acknowledgement=_at(_find(body, "acknowledgement"), "typeCode"),
        status=_value(patient, "statusCode", "code"), authorisation=_at(lines.get("AUTORISATION"), "code"),
        attending=_at(lines.get("STATUT_MT"), "value") == "true",
        ins=_at(own, "extension"), register=_at(own, "root"),
        response=_value(body, "controlActProcess/queryAck/queryResponseCode", "code"),
    )  # fmt: skip


def write_existence_answer(answer: ExistenceAnswer, *, message_id: str, created: str, receiver: str) -> etree._Element:
    root = _message("PRPA_IN201308UV02", message_id, created, "P")
    _devices(root, receiver, DMP_OID)
    if answer.status:
        for word, kind, value in (
            ("AUTORISATION", "CV", {"code": answer.authorisation, "codeSystem": AUTHORISATIONS}),
            ("STATUT_MT", "BL", {"value": str(answer.attending).lower()}),
        ):
            line = _add(root, "attentionLine")
            _add(line, "keyWordText", code=word, codeSystem=KEYWORDS[word])
            _add(line, "value", **value).set(f"{{{_XSI}}}type", kind)
    acknowledgement = _add(root, "acknowledgement", typeCode=answer.acknowledgement)
    _add(_add(acknowledgement, "targetMessage"), "id", root=answer.request_id)
    act = _add(root, "controlActProcess", classCode="CACT", moodCode="EVN")
    if answer.status:
        event = _add(_add(act, "subject", typeCode="SUBJ"), "registrationEvent", classCode="REG", moodCode="EVN")
        patient = _add(_add(event, "subject1", typeCode="SBJ"), "patient", classCode="PAT")
        _add(patient, "id", root=answer.register, extension=answer.ins)
        _add(patient, "statusCode", code=answer.status)
    _add(_add(act, "queryAck"), "queryResponseCode", code=answer.response)
    return root


def _message(interaction: str, id_: str, created: str, processing: str) -> etree._Element:
    root = etree.Element(_v3(interaction), ITSVersion="XML_1.0", nsmap={None: V3, "xsi": _XSI})  # type: ignore[dict-item]
    _add(root, "id", root=id_)
    _add(root, "creationTime", value=created)
    _add(root, "interactionId", root=INTERACTIONS, extension=interaction)
    _add(root, "processingCode", code=processing)
    _add(root, "processingModeCode", code="T")
    _add(root, "acceptAckCode", code="AL")
    return root


def _devices(root: etree._Element, receiver: str, sender: str) -> None:
    for role, kind, device in (("receiver", "RCV", receiver), ("sender", "SND", sender)):
        at = _add(root, role, typeCode=kind)
        _add(_add(at, "device", classCode="DEV", determinerCode="INSTANCE"), "id", root=device)


def _v3(name: str) -> str:
    return f"{{{V3}}}{name}"


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _v3(name), attributes)


def _find(parent: etree._Element | None, path: str) -> etree._Element | None:
    return None if parent is None else parent.find("/".join(_v3(step) for step in path.split("/")))


def _value(parent: etree._Element | None, path: str, name: str) -> str:
    return _at(_find(parent, path), name)


def _at(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "").strip()
