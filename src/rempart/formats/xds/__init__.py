"""XDS metadata in ebRIM 3.0: the submission of a METADATA.XML or of an ITI-41 request, and the XDS view of a CDA header."""

from rempart.formats.xds.cda_view import CdaView, cda_view
from rempart.formats.xds.model import Association, Classification, Identifier, RegistryObject, SubmittedObjects
from rempart.formats.xds.read import read_objects

__all__ = [
    "Association", "CdaView", "Classification", "Identifier", "RegistryObject", "SubmittedObjects", "cda_view",
    "read_objects",
]  # fmt: skip
