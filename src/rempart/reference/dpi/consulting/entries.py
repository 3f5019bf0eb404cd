"""A document entry of the DMP, read for a screen: local times, marks of visibility and of status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.dpi.answers import Json
from rempart.reference.mutation import Mutants

HERE = ZoneInfo("Europe/Paris")  # of the establishment
HIDDEN_FROM_PATIENT, MASKED = "INVISIBLE_PATIENT", "MASQUE_PS"
HIDDEN_FROM_PARENTS = "INVISIBLE_REPRESENTANTS_LEGAUX"
_FROM_PATIENT = "90"  # classCode: other documents put in by the patient
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_STRUCTURE = 10  # component of an XON


@dataclass(frozen=True, eq=False)
class DmpEntry:
    """One line of the list. `found` is what the registry returned."""

    found: RegistryObject

    @property
    def unique_id(self) -> str:
        return self.found.identifier(xds.ENTRY_ID)

    @property
    def type_code(self) -> str:
        return self._code(xds.TYPE_CODE)

    @property
    def is_signature(self) -> bool:
        """The signature of a submission, which is no document of the patient."""
        return self._code(xds.FORMAT_CODE) == _SIGNATURE

    @property
    def codes(self) -> list[str]:
        """Confidentiality codes, in their order."""
        return [c.code for c in self.found.coded(xds.CONFIDENTIALITY)]

    @property
    def structures(self) -> set[str]:
        """Struct_IdNat of the authors' institutions."""
        names = (v.split("^") for c in self.found.coded(xds.ENTRY_AUTHOR) for v in c.slots.get("authorInstitution", ()))
        return {n[_STRUCTURE - 1] for n in names if len(n) >= _STRUCTURE}

    def shown(self, integrated: bool, mutants: Mutants) -> Json:
        """The line as the screen shows it."""
        author = next(iter(self.found.coded(xds.ENTRY_AUTHOR)), None)
        person = (author.value("authorPerson") if author else "").split("^")
        invisible = HIDDEN_FROM_PATIENT in self.codes and not mutants.on("invisibilite-non-affichee")
        return {
            "unique_id": self.unique_id,
            "title": self.found.title,
            "type_code": self.type_code,
            "class_code": self._code(xds.CLASS_CODE),
            "created": local_time(self.found.value("creationTime"), mutants),
            "service_start": local_time(self.found.value("serviceStartTime"), mutants),
            "author": " ".join(person[1:3]),
            "organisation": (author.value("authorInstitution") if author else "").partition("^")[0],
            "masked": MASKED in self.codes,
            "invisible_to_patient": invisible,
            "invisible_to_representatives": HIDDEN_FROM_PARENTS in self.codes,
            "archived": self.found.status == xds.ARCHIVED,
            "replaced": self.found.status == xds.DEPRECATED,
            "from_patient": self._code(xds.CLASS_CODE) == _FROM_PATIENT
            and not mutants.on("document-du-patient-non-distingue"),
            "integrated": integrated,
        }

    def _code(self, scheme: str) -> str:
        return next((c.code for c in self.found.coded(scheme)), "")


def local_time(utc: str, mutants: Mutants) -> str:
    """A time of XDS (UTC) as the screen shows it; what has no hour stays what it is."""
    if len(utc) != 14 or mutants.on("heures-utc-affichees"):
        return utc
    moment = datetime.strptime(utc, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.astimezone(HERE).strftime("%Y%m%d%H%M%S")


def midnight(day: str, mutants: Mutants, *, after: bool = False) -> str:
    """When this local day (AAAAMMJJ) begins, or when it is over, in UTC; "" without a day. Raises ValueError."""
    if not day:
        return ""
    begins = date(int(day[:4]), int(day[4:6]), int(day[6:8])) + timedelta(days=int(after))
    zone = UTC if mutants.on("dates-de-recherche-locales") else HERE
    return datetime.combine(begins, time(), zone).astimezone(UTC).strftime("%Y%m%d%H%M%S")
