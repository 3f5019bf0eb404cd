"""XDS metadata in ebRIM 3.0 (METADATA.XML, ITI-41), and what they should say of a CDA document."""

from rempart.formats.xds.cda_view import CdaView, cda_view
from rempart.formats.xds.model import Association, Classification, Identifier, RegistryObject, SubmittedObjects
from rempart.formats.xds.read import read_objects

__all__ = [
    "Association", "CdaView", "Classification", "Identifier", "RegistryObject", "SubmittedObjects", "cda_view",
    "read_objects",
]  # fmt: skip
