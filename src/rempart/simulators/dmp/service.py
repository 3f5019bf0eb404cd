"""The DMP itself, without its wire: what it knows, how it is set, and what a call is once read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from rempart.formats.soap import Capture, Envelope
from rempart.simulators.dmp.patients import DmpPatient, published_patients
from rempart.simulators.dmp.refusals import Refusal, refused
from rempart.simulators.dmp.registry import Registry
from rempart.simulators.dmp.rights import Caller


@dataclass(slots=True, kw_only=True)
class Settings:
    """Parameters of the DMP that a scenario may change.

    `masked_and_invisible`: the published parameter cumul-invisible_patient-masque_ps. `n1_wanted`: an N3 must come with
    its N1 (vague 1). `check_vihf`: refuse an AIR assertion that is old or already used. `max_results`: of a search.
    """

    masked_and_invisible: bool = False
    n1_wanted: bool = False
    check_vihf: bool = True
    max_results: int = 1000


@dataclass(slots=True, kw_only=True)
class Dmp:
    """State and settings; `patients` by matricule.

    `judge` reads a whole message of TD2.1, from its Content-Type on, and says (French) why it must be refused: the
    simulator has no rules of its own on codes and documents, who builds it may lend it some.
    """

    registry: Registry = field(default_factory=Registry)
    patients: dict[str, DmpPatient] = field(default_factory=published_patients)
    usual: Settings = field(default_factory=Settings)  # what every scenario starts from
    settings: Settings = field(init=False)
    judge: Callable[[bytes], Sequence[str]] | None = None
    verified: dict[bytes, Caller] = field(default_factory=dict)  # by SHA-256 of an assertion that was accepted
    used_assertions: dict[str, float] = field(default_factory=dict)  # ID -> when it stops to matter (epoch seconds)

    def __post_init__(self) -> None:
        self.settings = replace(self.usual)

    def patient(self, ins: str) -> DmpPatient:
        """The open DMP of this INS. Raises Refused when there is none, or when it is closed."""
        found = self.patients.get(ins)
        if found is None:
            raise refused("XDSUnknownPatientId", ins)
        if found.closed:
            raise refused("DMPClosed", ins)
        return found

    def reset(self) -> None:
        """As at the start."""
        self.registry.clear()
        self.patients, self.settings = published_patients(), replace(self.usual)
        self.used_assertions.clear()
        self.verified.clear()


@dataclass(frozen=True, eq=False, kw_only=True)
class Incoming:
    """A call once read. `body` is the element that the SOAP body holds, `message` its bytes from Content-Type on."""

    transaction: str
    envelope: Envelope
    capture: Capture
    body: etree._Element
    caller: Caller
    message: bytes


@dataclass(frozen=True, eq=False, kw_only=True)
class Reply:
    """What a transaction answers. `attachments`: bytes by Content-ID (None: no MTOM); `documents`: what it was about.

    `transaction`: the precise one, when the body alone tells it (TD3.3c).
    """

    body: etree._Element
    transaction: str
    attachments: Mapping[str, bytes] | None = None
    documents: tuple[str, ...] = ()
    errors: tuple[Refusal, ...] = ()
