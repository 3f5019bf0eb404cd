"""IHE_XDM.ZIP (IHE ITI-32): the archive that an MSSanté mail carries, its documents and their metadata."""

from rempart.formats.xdm.archive import ARCHIVE_NAME, read, write
from rempart.formats.xdm.model import Submission, XdmDocument, XdmError, from_cda, patient_cx

__all__ = ["ARCHIVE_NAME", "Submission", "XdmDocument", "XdmError", "from_cda", "patient_cx", "read", "write"]
