"""IHE_XDM.ZIP (IHE ITI-32): the archive that an MSSanté mail carries, its documents and their metadata."""

from rempart.formats.xdm.archive import ARCHIVE_NAME, Fault, Opened, open_archive, read, write
from rempart.formats.xdm.model import Submission, XdmDocument, XdmError, XdsAuthor, from_cda, patient_cx

__all__ = [
    "ARCHIVE_NAME", "Fault", "Opened", "Submission", "XdmDocument", "XdmError", "XdsAuthor", "from_cda",
    "open_archive", "patient_cx", "read", "write",
]  # fmt: skip
