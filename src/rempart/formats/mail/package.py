"""A mail made from CDA documents: archive, PDF copies, and the subject and X-MSS headers that they call for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import parse_cda
from rempart.formats.mail.message import Mail, document_subject
from rempart.formats.mail.reading import Attachment
from rempart.formats.xdm import archive as xdm
from rempart.formats.xdm.model import Submission


def qualified(header: CdaHeader) -> bool:
    """Does the document carry a qualified INS, as MSS/CONF.14 says it: matricule, authority and the four traits?"""
    traits = (header.birth_name, header.first_birth_name, header.birth_time)
    return bool(header.ins and header.ins.extension and all(traits) and header.sex in ("M", "F"))


def with_documents(mail: Mail, submission: Submission, copies: Sequence[Attachment] = ()) -> Mail:
    """`mail` with the archive of these documents and all that follows from them.

    `copies` are the PDFs of the documents, for those that hold none (N3); the others are taken out of the documents.
    CdaError when a document cannot be read, ValueError when there is none.
    """
    headers = [parse_cda(d.data).header for d in submission.documents]
    if not headers:
        raise ValueError("a mail of documents holds one at least")
    first = headers[0]
    own = [Attachment(name=f"document-{n}.pdf", data=pdf, type="application/pdf") for n, pdf in _pdfs(headers)]
    return replace(
        mail,
        subject=" ".join(document_subject(_label(first), *_person(first)).split()),
        ins="O" if all(qualified(h) for h in headers) else "N",
        cda_codes=tuple(dict.fromkeys(h.type.code for h in headers)),
        archive=xdm.write(submission),
        attachments=(*own, *copies, *mail.attachments),
    )


def _pdfs(headers: Sequence[CdaHeader]) -> list[tuple[int, bytes]]:
    return [(n, pdf) for n, header in enumerate(headers, 1) if (pdf := header.pdf)]


def _label(header: CdaHeader) -> str:
    return header.title or header.type.label


def _person(header: CdaHeader) -> tuple[str, str, str]:
    return header.birth_name, header.first_birth_name, header.birth_time[:8]
