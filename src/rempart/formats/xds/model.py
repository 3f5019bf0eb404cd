"""The words of XDS: UUIDs of ebRIM schemes (IHE ITI TF-3), and what a submission says, as written."""

from __future__ import annotations

from dataclasses import dataclass, field

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
OBJECT = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"

SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
FOLDER = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"
SUBMISSION_AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
CONTENT_TYPE = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
SUBMISSION_PATIENT = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SUBMISSION_SOURCE = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
SUBMISSION_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"

STABLE_DOCUMENT = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
ENTRY_AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
CLASS_CODE = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
EVENT_CODE = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
FORMAT_CODE = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"

HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
RPLC = "urn:ihe:iti:2007:AssociationType:RPLC"
XFRM_RPLC = "urn:ihe:iti:2007:AssociationType:XFRM_RPLC"
XFRM = "urn:ihe:iti:2007:AssociationType:XFRM"
SIGNS = "urn:ihe:iti:2007:AssociationType:signs"
UPDATE_STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
ARCHIVED, DELETED = "urn:asip:ci-sis:2010:StatusType:Archived", "urn:asip:ci-sis:2010:StatusType:Deleted"
# PS_IdNat of somebody numbered by an establishment (a pattern): a FINESS, a SIREN, a SIRET or an office, /, the number.
INTERNAL_PS = r"(?:3[0-9A-Z]{9}|4[0-9]{9}|5[0-9]{14}|[16][0-9A-Z]{5,14})/\S+"
DMP_REPOSITORY = "1.2.250.1.213.4.1.1.1.2"

BASE_LEVEL, FRENCH_LEVEL = "2.16.840.1.113883.5.25", "1.2.250.1.213.1.1.4.13"

Slots = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """A coded metadata, or an author. `systems` are the values of its slot codingScheme: one is expected."""

    scheme: str
    node: str = ""
    code: str = ""
    label: str = ""
    owner: str = ""
    slots: Slots = field(default_factory=dict)
    line: int = 0

    @property
    def system(self) -> str:
        return next(iter(self.slots.get("codingScheme", ())), "")

    def value(self, name: str) -> str:
        return next(iter(self.slots.get(name, ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    scheme: str
    value: str
    owner: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryObject:
    """A RegistryPackage (submission set) or an ExtrinsicObject (document entry).

    `place` is its path under RegistryObjectList: `ExtrinsicObject[2]`. `title` is its Name, `slots` its own slots.
    """

    place: str
    id: str
    object_type: str = ""
    mime_type: str = ""
    status: str = ""
    home: str = ""
    lid: str = ""  # logicalID, and its version: the registry gives them
    version: str = ""
    title: str = ""
    slots: Slots = field(default_factory=dict)
    classifications: tuple[Classification, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    line: int = 0

    def values(self, slot: str) -> tuple[str, ...]:
        return self.slots.get(slot, ())

    def value(self, slot: str) -> str:
        """First value of a slot; "" without one."""
        return next(iter(self.values(slot)), "")

    def coded(self, scheme: str) -> list[Classification]:
        return [c for c in self.classifications if c.scheme == scheme]

    def identified(self, scheme: str) -> list[Identifier]:
        return [i for i in self.identifiers if i.scheme == scheme]

    def identifier(self, scheme: str) -> str:
        return next((i.value for i in self.identified(scheme)), "")

    @property
    def action(self) -> str:
        """The extra metadata of the CI-SIS: "" for a new document, C for a replacement, D for a deletion."""
        named = ((name.rpartition(":")[2].lower(), values) for name, values in self.slots.items())
        return next((values[0] for name, values in named if name == "action" and values), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    place: str
    id: str
    type: str
    source: str
    target: str
    slots: Slots = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class SubmittedObjects:
    """What a SubmitObjectsRequest holds; `packages` are submission sets, folders apart."""

    packages: tuple[RegistryObject, ...]
    entries: tuple[RegistryObject, ...]
    associations: tuple[Association, ...]
    folders: tuple[RegistryObject, ...] = ()
