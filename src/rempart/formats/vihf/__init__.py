"""The VIHF: the SAML 2.0 assertion by which the establishment says who calls the DMP, where from, and about whom."""

from rempart.formats.vihf.model import Attribute, Vihf, VihfError
from rempart.formats.vihf.read import parse_vihf, read_vihf
from rempart.formats.vihf.write import Holder, write_vihf

__all__ = ["Attribute", "Holder", "Vihf", "VihfError", "parse_vihf", "read_vihf", "write_vihf"]
