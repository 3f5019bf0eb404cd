"""What a requirement is: the exigence of a REM, its scénarios de conformité and their preuves, as data.

A requirement is keyed by (dispositif, id): the same id exists in both REMs with different texts.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Dispositif = Literal["HOP-DPI-Va2", "HOP-PFI-Va2"]
Nature = Literal["exigence", "préconisation", "règle de gestion"]
Verification = Literal["automatic", "semi-automatic", "manual"]
# The natures of preuve met in the hospital REM; which of them the harness can produce is the campaign's business.
EvidenceKind = Literal[
    "attestation",
    "certificate",
    "cnda",
    "configuration",
    "dashboard",
    "dat",
    "demonstration",
    "document",
    "documentation",
    "engagement",
    "flux",
    "gazelle",
    "hds",
    "interface_contract",
    "list",
    "log",
    "message_hl7",
    "mss_execution",
    "pas",
    "pentest_form",
    "pssi",
    "scan",
    "smtp_source",
    "soap_vihf",
    "source_code",
    "xdm_archive",
]
Text = Annotated[str, Field(min_length=1)]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Source(_Item):
    """Where the text was read. `wording` says whether `statement` is ours or the document's own."""

    document: Text
    edition: Text
    locus: str = ""
    wording: Literal["paraphrase", "original"] = "paraphrase"


class Evidence(_Item):
    """A preuve: the unit that an editor deposits."""

    id: Text
    kind: EvidenceKind
    label: Text


class Scenario(_Item):
    """A scénario de conformité. Feature files name it in a tag."""

    id: Text
    summary: Text
    verification: Verification
    evidence: tuple[Evidence, ...] = ()


class Requirement(_Item):
    """One exigence, préconisation or règle de gestion, of one dispositif.

    `id` has no `SC.`, `DPI.` or `PFI.` prefix; `id_source` keeps it as published. `edition` names the technical text
    that the scenarios are judged against. `official` is false for the rules of the programme's own documents, which no
    REM numbers. `note` tells a contradiction of the texts and the reading chosen. `not_tested` says why nothing runs.
    """

    id: Text
    id_source: Text
    dispositif: Dispositif
    title: Text
    nature: Nature
    profile: Text = "Général"
    statement: Text
    section: Text
    aliases: tuple[str, ...] = ()
    official: bool = True
    edition: Text
    source: Source
    note: str = ""
    not_tested: str = ""
    scenarios: tuple[Scenario, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.dispositif, self.id
