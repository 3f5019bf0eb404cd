"""A small client of the DMP for tests: an establishment (INDIRECTE) or a professional (AIR, DIRECTE), one signer."""

from __future__ import annotations

import http.client
import ssl
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from rempart.formats.cda import Coded
from rempart.formats.dmp import existence, habilitations
from rempart.formats.signing import Signer
from rempart.formats.soap import Capture, Envelope, read_capture, read_envelope, write_capture
from rempart.formats.soap.envelope import Addressing, security, write_envelope
from rempart.formats.vihf import Holder, write_vihf
from rempart.formats.vihf import model as vihf
from rempart.formats.xdm.model import Submission, XdmDocument, XdsAuthor
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import (
    RegistryResponse,
    StoredQuery,
    Wanted,
    read_response,
    write_query,
    write_retrieve,
)
from rempart.formats.xds.messages import quoted as quoted
from rempart.formats.xds.provide import objects_of, provide, status_change
from rempart.formats.xds.transactions import AUTHORISATION, EXISTENCE, FEED, PATIENT_LIST, RETRIEVE, SEARCH, UPDATE
from rempart.simulators.patients import ESTABLISHMENT
from rempart.simulators.pki import Credential

INS, REGISTER = "279035121518989", "1.2.250.1.213.1.4.10"
PATIENT = f"{INS}^^^&{REGISTER}&ISO^NH"
STRUCTURE = f"1{ESTABLISHMENT.id}"
DOCTOR, OTHER_DOCTOR = "801234567866", "801234567897"
FIND, GET = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
_PROFESSION = Coded("10", vihf.PROFESSIONS, "Médecin")
_ACTIVE = (xds.APPROVED,)


def oid() -> str:
    return f"2.25.{uuid.uuid4().int}"


def person(user: str) -> str:
    return f"{user}^DIAZ^Thierry^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"


def institution(structure: str) -> str:
    return f"CHU-X^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{structure}"


def document(data: bytes = b"", **changes: object) -> XdmDocument:
    """A sound entry; its bytes are its own when none are given."""
    unique_id = oid()
    data = data or f"<ClinicalDocument xmlns='urn:hl7-org:v3'><id root='{unique_id}'/></ClinicalDocument>".encode()
    sound = XdmDocument(
        data=data, unique_id=unique_id, patient_id=PATIENT, type=Coded("34112-3", "2.16.840.1.113883.6.1", "CR"),
        title="Compte rendu", created="20260301080000", start="20260301080000",
        class_code=Coded("11", "1.2.250.1.213.1.1.4.1", "Comptes rendus"),
        format=Coded("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF"),
        facility=Coded("SA01", "1.2.250.1.71.4.2.4", "EPS"), practice=Coded("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
        authors=(XdsAuthor(person=person(DOCTOR), institution=institution(STRUCTURE)),),
        legal_authenticator=person(DOCTOR), source_patient_id=PATIENT,
    )  # fmt: skip
    return replace(sound, **changes)  # type: ignore[arg-type]


def submission(*documents: XdmDocument, **changes: object) -> Submission:
    sound = Submission(
        documents=documents, unique_id=oid(), source_id="1.2.250.1.213.9.1", submitted="20260301080000",
        author_person=person(DOCTOR), author_institution=institution(STRUCTURE), patient_id=PATIENT,
        content_type=Coded("03", "1.2.250.1.213.2.2", "Hospitalisation"),
    )  # fmt: skip
    return replace(sound, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back: HTTP status, envelope, and the parts beside it."""

    status: int
    envelope: Envelope
    capture: Capture

    @property
    def response(self) -> RegistryResponse:
        content = self.envelope.content
        assert content is not None
        found = read_response(content)
        assert found is not None, etree.tostring(content)
        return found

    @property
    def errors(self) -> list[str]:
        """Codes of the refusal; those of the fault when it is one."""
        if self.envelope.fault:
            return list(self.envelope.fault.codes)
        return [e.code for e in self.response.errors]

    @property
    def accepted(self) -> bool:
        return self.envelope.fault is None and self.response.success

    @property
    def content(self) -> etree._Element:
        assert self.envelope.content is not None
        return self.envelope.content


@dataclass(eq=False)
class Client:
    """`mode`, `access`, `user`… are those of the VIHF that goes with each call: change them as the test needs."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    sign: Credential
    mode: str = vihf.INDIRECT
    access: str = vihf.NORMAL
    user: str = DOCTOR
    structure: str = STRUCTURE
    patient: str = PATIENT
    roles: tuple[Coded, ...] = (_PROFESSION,)
    age: timedelta = timedelta()
    assertion_id: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    def as_(self, **changes: object) -> Client:
        """The same client, another caller."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @cached_property
    def signer(self) -> Signer:
        key = load_pem_private_key(self.sign.key.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return Signer(key, x509.load_pem_x509_certificate(self.sign.cert.read_bytes()))

    def assertion(self) -> etree._Element:
        holder = Holder(
            id=self.assertion_id or f"_{uuid.uuid4()}", issued=datetime.now(UTC) - self.age, user=self.user,
            user_name="Thierry DIAZ", structure=self.structure, patient=self.patient, mode=self.mode, roles=self.roles,
            purpose=self.access,
        )  # fmt: skip
        return write_vihf(replace(holder, **self.extra), self.signer)  # type: ignore[arg-type]

    def message(
        self, body: etree._Element, action: str, attachments: Mapping[str, bytes] | None = None,
        assertion: etree._Element | None = None,
    ) -> tuple[str, bytes]:  # fmt: skip
        """Content-Type and body of the HTTP request."""
        headers = (security(self.assertion() if assertion is None else assertion),)
        envelope = write_envelope(body, Addressing(action=action, message_id=uuid.uuid4().urn, extra=headers))
        head, _, content = write_capture(etree.tostring(envelope), action, attachments).partition(b"\r\n\r\n")
        return head.decode().removeprefix("Content-Type: "), content

    def post(self, content_type: str, content: bytes, path: str = "/si-dmp-server/v2/services") -> Answer:
        status, head, data = self.http("POST", path, content, {"Content-Type": content_type})
        capture = read_capture(f"Content-Type: {head}\r\n\r\n".encode() + data)
        return Answer(status, read_envelope(capture.root), capture)

    def http(self, method: str, path: str, content: bytes | None = None,
             headers: Mapping[str, str] | None = None) -> tuple[int, str, bytes]:  # fmt: skip
        """Status, Content-Type and body of the answer, on a connection of its own."""
        if self.tls:
            connection = http.client.HTTPSConnection(self.host, self.port, timeout=10, context=self.tls)
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=10)  # type: ignore[assignment]
        try:
            connection.request(method, path, content, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        finally:
            connection.close()

    # -- transactions

    def feed_message(
        self, lot: Submission, replaces: Mapping[str, str] | None = None, assertion: etree._Element | None = None
    ) -> tuple[str, bytes]:
        names = {f"Document{n:02d}": f"d{n}@test" for n in range(1, len(lot.documents) + 1)}
        body = provide(objects_of(lot, replaces), names)
        parts = dict(zip(names.values(), (d.data for d in lot.documents), strict=True))
        return self.message(body, FEED.action, parts, assertion)

    def feed(self, *documents: XdmDocument, replaces: Mapping[str, str] | None = None, **changes: object) -> Answer:
        return self.post(*self.feed_message(submission(*documents, **changes), replaces))

    def query(self, id_: str, **parameters: str | Sequence[str]) -> Answer:
        """Parameters by name, `$` left out; a text is one quoted value, a sequence a list."""
        written = {
            f"${name}": (quoted(value) if isinstance(value, str) else quoted(*value, listed=True),)
            for name, value in parameters.items()
        }
        return self.post(*self.message(write_query(StoredQuery(id=id_, parameters=written)), SEARCH.action))

    def find(self, status: Sequence[str] = _ACTIVE, **parameters: str | Sequence[str]) -> Answer:
        return self.query(FIND, XDSDocumentEntryPatientId=PATIENT, XDSDocumentEntryStatus=status, **parameters)

    def reference(self, unique_id: str) -> Answer:
        return self.query(GET, XDSDocumentEntryUniqueId=[unique_id])

    def retrieve(self, *unique_ids: str, repository: str = xds.DMP_REPOSITORY) -> Answer:
        wanted = [Wanted(repository=repository, unique_id=u) for u in unique_ids]
        return self.post(*self.message(write_retrieve(wanted), RETRIEVE.action))

    def set_status(self, entry_uuid: str, before: str, after: str) -> Answer:
        return self.update(status_change(submission(), entry_uuid, before, after))

    def update(self, body: etree._Element) -> Answer:
        return self.post(*self.message(body, UPDATE.action))

    def existence(self, ins: str = INS) -> existence.ExistenceAnswer:
        request = existence.ExistenceRequest(
            ins=ins, register=REGISTER, message_id=oid(), sender="1.2.3", created="20260301080000"
        )
        answer = self.post(*self.message(existence.write_existence(request), EXISTENCE.action))
        return existence.read_existence_answer(answer.content)

    def authorise(self, action: str = habilitations.ADD, role: str = "") -> Answer:
        request = habilitations.Authorisation(action=action, role=role)
        return self.post(*self.message(habilitations.write_authorisation(request), AUTHORISATION.action))

    def patients(self, since: str = "20200101000000", kind: str = "LASTAUTORIZATION") -> Answer:
        request = habilitations.ListRequest(since=since, date_type=kind)
        return self.as_(patient="").post(*self.message(habilitations.write_list(request), PATIENT_LIST.action))
