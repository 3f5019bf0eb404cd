"""CDA R2 as the CI-SIS uses it: safe reading, a light view of the header, and writing our own documents."""

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, CdaTree, location, parse_cda

__all__ = ["CdaError", "CdaHeader", "CdaTree", "location", "parse_cda"]
