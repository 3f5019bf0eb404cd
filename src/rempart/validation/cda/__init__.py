"""Validation of CDA documents: our schema of the header, its lines as data, and the rules that compare."""

from rempart.validation.cda.validate import EDITION, validate_cda

__all__ = ["EDITION", "validate_cda"]
