"""Messages of the DMP, by hand: what HTTP carries or an envelope at rest, put together from the parts of `pieces`.

A message keeps its parts apart until it is rendered: a fault put into one of them is sealed with it, so that nothing but
that part is at fault.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace

from validation.cda.sheet.templates import document
from validation.xds.sheet import pieces as p
from validation.xds.sheet.seal import EXC, b64, digest, reference, seal_assertion, seal_lot
from validation.xds.sheet.words import ACTIONS, ANSWERS, INS, LINK, NS, SOAP, STATUS, WSA, WSSE, XOP

MESSAGE_ID = "urn:uuid:5d2cc4a8-93ab-4a3f-a9c2-6ba4a1c7f001"
OLD = "urn:uuid:0b8e2f1c-6a35-4d0b-9c58-0f2a6f9c3d11"
BOUNDARY = "MIMEBoundary_0a1b2c3d4e5f"
SPACES = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NS.items() if name in ("lcm", "xdsb", "query", "rim", "rs"))


@dataclass(frozen=True, kw_only=True)
class Message:
    """`form`: rest (an envelope alone), http (its headers before it), mtom. `manifest`: lines of the signature of the
    submission, those of `files` when it is empty. `after`: changes of the sealed parts, by their name."""

    action: str
    body: str
    vihf: str = ""
    form: str = "rest"
    header: str = f"<wsa:To/><wsa:ReplyTo><wsa:Address>{WSA}/anonymous</wsa:Address></wsa:ReplyTo>"
    relates: bool = False
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # Document id -> uniqueId, bytes
    lot: str = "1.2.250.1.999.2.20260310.900"
    algorithm: str = "sha256"
    signed: bool = True
    form_of_lot: str = EXC  # canonical form of the signature of the submission
    after: tuple[tuple[str, str, str], ...] = ()

    def done(self, part: str, text: str) -> str:
        """A part, with the changes that come once it is sealed."""
        for name, old, new in self.after:
            if name == part:
                assert old in text, (part, old)
                text = text.replace(old, new, 1)
        return text

    def documents(self) -> dict[str, bytes]:
        """Every file, the signature of the submission last."""
        found = {name: data for name, (_, data) in self.files.items()}
        if self.files:
            lines = reference(f"urn:oid:{self.lot}", "AA==", self.algorithm)
            for ident, data in self.files.values():
                lines += reference(f"urn:oid:{ident}", digest(data, self.algorithm), self.algorithm)
            sealed = seal_lot(self.done("manifest", lines), self.algorithm, self.form_of_lot)
            found["Signature"] = self.done("signature", sealed).encode()
        return found

    def envelope(self, documents: str) -> str:
        security = ""
        if self.vihf:
            sealed = seal_assertion(self.vihf, self.algorithm) if self.signed else self.vihf
            security = f'<wsse:Security xmlns:wsse="{WSSE}">{self.done("assertion", sealed)}</wsse:Security>'
        ident = (
            f"<wsa:RelatesTo>{MESSAGE_ID}</wsa:RelatesTo>"
            if self.relates
            else f"<wsa:MessageID>{MESSAGE_ID}</wsa:MessageID>{self.header}"
        )
        return self.done("soap", (
            f'<s:Envelope xmlns:s="{SOAP}" xmlns:wsa="{WSA}"><s:Header><wsa:Action s:mustUnderstand="true">{self.action}'
            f"</wsa:Action>{ident}{security}</s:Header><s:Body>{self.body.replace('<!--documents-->', documents)}</s:Body>"
            "</s:Envelope>"
        ))  # fmt: skip

    def render(self) -> bytes:
        files = self.documents()
        if self.form == "mtom":
            return self._mtom(files)
        inline = "".join(f'<xdsb:Document id="{name}">{b64(data)}</xdsb:Document>' for name, data in files.items())
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + self.envelope(inline)
        if self.form == "http":
            text = f'Content-Type: application/soap+xml; charset=UTF-8; action="{self.action}"\r\n\r\n{text}'
        return self.done("wire", text).encode()

    def _mtom(self, files: dict[str, bytes]) -> bytes:
        held = {name: f"{name}@sih.test" for name in files}
        included = "".join(
            f'<xdsb:Document id="{name}"><xop:Include xmlns:xop="{XOP}" href="cid:{cid}"/></xdsb:Document>'
            for name, cid in held.items()
        )
        parts = [
            (
                "root@sih.test",
                'application/xop+xml; charset=UTF-8; type="application/soap+xml"',
                self.envelope(included),
            )
        ]
        parts += [(held[name], "text/xml", data.decode()) for name, data in files.items()]
        text = (
            f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="{BOUNDARY}"; type="application/xop+xml"; '
            f'start="<root@sih.test>"; start-info="application/soap+xml"; action="{self.action}"\r\n\r\n'
        )
        for cid, kind, content in parts:
            text += (
                f"--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{cid}>\r\n\r\n"
                f"{content}\r\n"
            )
        return self.done("wire", text + f"--{BOUNDARY}--\r\n").encode()


def feed(
    entries: tuple[str, ...] = (p.fiche(),), files: dict[str, tuple[str, bytes]] | None = None, *more: str,
    lot: str = "", **said: object,
) -> Message:  # fmt: skip
    """TD2.1; one N1 in PDF unless told otherwise."""
    held = files or {"Doc01": ("1.2.250.1.999.2.20260310.1", document())}
    listed = p.submission(lot or p.lot(), entries, tuple(held), *more)
    body = (
        f"<xdsb:ProvideAndRegisterDocumentSetRequest {SPACES}><lcm:SubmitObjectsRequest>{listed}"
        "</lcm:SubmitObjectsRequest><!--documents--></xdsb:ProvideAndRegisterDocumentSetRequest>"
    )
    return replace(Message(action=ACTIONS["feed"], body=body, vihf=p.vihf(), files=held), **said)  # type: ignore[arg-type]


AIR = "INDIRECTE_RENFORCEE"


def search(query: str, *slots: tuple[str, str], vihf: str = "") -> Message:
    """TD3.1."""
    listed = "".join(p.slot(name, value) for name, value in slots)
    body = (
        f'<query:AdhocQueryRequest {SPACES}><query:ResponseOption returnType="LeafClass" returnComposedObjects="true"/>'
        f'<rim:AdhocQuery id="urn:uuid:{query}">{listed}</rim:AdhocQuery></query:AdhocQueryRequest>'
    )
    return Message(action=ACTIONS["search"], body=body, vihf=vihf or p.vihf(AIR))


def retrieve(*ids: str) -> Message:
    """TD3.2."""
    asked = "".join(
        f"<xdsb:DocumentRequest><xdsb:RepositoryUniqueId>1.2.250.1.213.4.1.1.1.2</xdsb:RepositoryUniqueId>"
        f"<xdsb:DocumentUniqueId>{i}</xdsb:DocumentUniqueId></xdsb:DocumentRequest>" for i in ids
    )  # fmt: skip
    body = f"<xdsb:RetrieveDocumentSetRequest {SPACES}>{asked}</xdsb:RetrieveDocumentSetRequest>"
    return Message(action=ACTIONS["retrieve"], body=body, vihf=p.vihf(AIR))


def update(*parts: str, vihf: str = "") -> Message:
    body = f"<lcm:SubmitObjectsRequest {SPACES}>{p.objects(p.lot(), *parts)}</lcm:SubmitObjectsRequest>"
    return Message(action=ACTIONS["update"], body=body, vihf=vihf or p.vihf(AIR))


def status(before: str, after: str, vihf: str = "") -> Message:
    """TD3.3c and TD3.3d."""
    return update(p.link(STATUS, "Lot", OLD, p.slot("OriginalStatus", before) + p.slot("NewStatus", after)), vihf=vihf)


def change(*levels: p.Code) -> Message:
    """TD3.3a and TD3.3b: the whole entry again, with other levels."""
    kept = (
        p.slot("hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709") + p.slot("size", "4338")
        + p.slot("repositoryUniqueId", "1.2.250.1.213.4.1.1.1.2")
    )  # fmt: skip
    entry = p.fiche("Fiche", levels=levels, slots=kept, attributes=f' lid="{OLD}"')
    return update(entry, p.member("Fiche", 1, "1"))


def existence(reason: str = "TEST_EXST", patient: str = INS) -> Message:
    """TD0.2."""
    number, root = re.match(r"(\w+)\^\^\^&([\d.]+)", patient).groups()  # type: ignore[union-attr]
    body = (
        '<PRPA_IN201307UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="1.2.250.1.999.2.7701"/>'
        '<creationTime value="20260310092000"/><interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201307UV02"/>'
        '<processingCode code="P"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        '<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.250.1.213.4.1.1.1"/>'
        '<softwareName>DMP</softwareName></device></receiver><sender typeCode="SND"><device classCode="DEV" '
        'determinerCode="INSTANCE"><id root="1.2.250.1.999.2"/><softwareName>Logiciel de test</softwareName></device></sender>'
        f'<controlActProcess classCode="CACT" moodCode="EVN"><reasonCode code="{reason}" codeSystem="1.2.250.1.213.1.1.4.11"/>'
        '<queryByParameter><queryId root="1.2.250.1.999.2.7702"/><statusCode code="new"/><parameterList><patientIdentifier>'
        f'<value root="{root}" extension="{number}"/><semanticsText>Patient.id</semanticsText></patientIdentifier>'
        "</parameterList></queryByParameter></controlActProcess></PRPA_IN201307UV02>"
    )
    return Message(action=ACTIONS["existence"], body=body, vihf=p.vihf(AIR))


def authorise(action: str = "AJOUT", role: str = "") -> Message:
    """TD0.3."""
    more = f"<role>{role}</role>" if role else ""
    body = f'<setAuthorization xmlns="urn:si-dmp-habilitations"><action>{action}</action>{more}</setAuthorization>'
    return Message(action=ACTIONS["authorise"], body=body, vihf=p.vihf(AIR))


def patients(kind: str = "LASTDOC", more: str = "") -> Message:
    """TD0.4: no patient in its VIHF."""
    body = f'<patientList xmlns="urn:si-dmp-patients"><startDate>20260301000000</startDate><dateType>{kind}</dateType>{more}</patientList>'
    return Message(action=ACTIONS["patients"], body=body, vihf=p.vihf(AIR, patient=""))


def authorised(mode: str = "ACTIVE") -> Message:
    """TD1.6."""
    body = (
        f'<listAuthorizationByPatient xmlns="urn:si-dmp-habilitations"><mode>{mode}</mode></listAuthorizationByPatient>'
    )
    return Message(action=ACTIONS["authorised"], body=body, vihf=p.vihf(AIR))


def people() -> Message:
    """TD0.5, of a regulation centre: no patient in its VIHF."""
    body = existence().body.replace("PRPA_IN201307UV02", "PRPA_IN201305UV02").replace("TEST_EXST", "RECH_PAT")
    return Message(action=ACTIONS["people"], body=body, vihf=p.vihf(AIR, access="centre_15", patient=""))


def answer(of: str, body: str, form: str = "http") -> Message:
    return Message(action=ANSWERS[of], body=body, relates=True, form=form)


def registry_response(state: str, errors: str = "") -> str:
    known = {"PartialSuccess": "urn:ihe:iti:2007:ResponseStatusType:"}
    where = known.get(state, "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:")
    listed = f"<rs:RegistryErrorList>{errors}</rs:RegistryErrorList>" if errors else ""
    return f'<rs:RegistryResponse {SPACES} status="{where}{state}">{listed}</rs:RegistryResponse>'


def error(code: str, context: str, severity: str = "Error") -> str:
    kind = f"urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:{severity}"
    return f'<rs:RegistryError errorCode="{code}" codeContext="{context}" severity="{kind}"/>'


def fault(code: str = "Sender", sub: str = "DMPInvalidCertificate", reason: str = "Certificat invalide") -> str:
    return (
        f"<s:Fault><s:Code><s:Value>s:{code}</s:Value><s:Subcode><s:Value>s:{sub}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="fr">{reason}</s:Text></s:Reason></s:Fault>'
    )


def retrieved(data: bytes, ident: str = "1.2.250.1.999.2.20260310.1") -> Message:
    """The answer to TD3.2, its document inlined."""
    body = (
        f"<xdsb:RetrieveDocumentSetResponse {SPACES}>{registry_response('Success')}<xdsb:DocumentResponse>"
        "<xdsb:RepositoryUniqueId>1.2.250.1.213.4.1.1.1.2</xdsb:RepositoryUniqueId>"
        f"<xdsb:DocumentUniqueId>{ident}</xdsb:DocumentUniqueId><xdsb:mimeType>text/xml</xdsb:mimeType>"
        f"<xdsb:Document>{base64.b64encode(data).decode()}</xdsb:Document></xdsb:DocumentResponse>"
        "</xdsb:RetrieveDocumentSetResponse>"
    )
    return answer("retrieve", body, "rest")


def replaced(target: str = OLD) -> str:
    return p.link(f"{LINK}RPLC", "Doc01", target, number=90)
