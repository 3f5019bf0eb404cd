"""The DMP, simulated: SOAP over HTTPS with mutual TLS, its state, its rights, its refusals, and its bad days."""

from rempart.simulators.dmp.calls import Call
from rempart.simulators.dmp.partner import SimulatedDmp
from rempart.simulators.dmp.patients import DmpPatient, Grant
from rempart.simulators.dmp.registry import Entry, Status
from rempart.simulators.dmp.service import Dmp, Settings

__all__ = ["Call", "Dmp", "DmpPatient", "Entry", "Grant", "Settings", "SimulatedDmp", "Status"]
