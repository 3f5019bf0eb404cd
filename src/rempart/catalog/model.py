"""What a requirement is: the exigence of a REM, its scénarios de conformité and their preuves, as data.

A requirement is keyed by (dispositif, id): the same id exists in both REMs with different texts.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

GENERAL = "Général"
Dispositif = Literal["HOP-DPI-Va2", "HOP-PFI-Va2"]
# « non lue »: the identifier is published, its wording was not read, so neither was its nature.
Nature = Literal[
    "exigence", "préconisation", "règle de gestion", "organisation", "indicateur", "calendrier ou contexte", "non lue"
]
Verification = Literal["automatic", "semi-automatic", "manual"]
# Which state of the official text was read (REM working states of 2023; a public document that cites the identifier).
RefState = Literal["working-2023-02", "working-2023-02-21", "working-2023-01-18", "published-cited", "programme"]
Interface = Literal["annuaire", "cda", "hl7v2", "insi", "mss", "organisation", "psc", "ssi", "ui", "xds"]
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
    """A preuve: the unit that an editor deposits.

    `ref` is the published number where it breaks the numbering rule (`id` follows it). `media` says what a
    demonstration is recorded as; both: the editor chooses.
    """

    id: Text
    kind: EvidenceKind
    label: Text
    media: tuple[Literal["video", "image"], ...] = ()
    ref: str = ""

    @property
    def reference(self) -> str:
        """The number under which it is deposited."""
        return self.ref or self.id


class Scenario(_Item):
    """A scénario de conformité. Feature files name it in a tag. `ref`: as for a preuve.

    `verification` is how much of it a harness can judge; what this one does is seen in the features that carry it.
    """

    id: Text
    summary: Text
    verification: Verification
    ref: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def reference(self) -> str:
        return self.ref or self.id


class Table(_Item):
    """A table of the source, as data: decision tables, dates, targets."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def rows_are_as_wide_as_columns(self) -> Table:
        if wrong := next((row for row in self.rows if len(row) != len(self.columns)), None):
            raise ValueError(f"une ligne de table a {len(wrong)} valeur(s) pour {len(self.columns)} colonne(s)")
        return self


class Requirement(_Item):
    """One exigence, préconisation, or rule of the programme, of one dispositif.

    `id` has no `SC.`, `DPI.` or `PFI.` prefix, except where the socle and the dispositif give one number to two texts:
    the dispositif's own then keeps its prefix. `id_source` is the id as published. `edition` names the technical text
    that the scenarios are judged against. `official` is false for the rules of the programme's own documents, which no
    REM numbers. `note` tells a contradiction of the texts and the reading chosen. `not_tested` says why nothing runs.
    `wording_known` says how much of the text was read; `certainty`, whether its dispositif was read or deduced.
    `elsewhere` names the dispositifs of other couloirs that share it. `published` is `cited` when a public document of
    2024 to 2026 quotes the id, `wording` when the text was found again.
    """

    id: Text
    id_source: Text
    dispositif: Dispositif
    title: Text
    nature: Nature
    profile: Text = GENERAL
    statement: Text
    section: Text
    rubrique: str = ""
    bloc: str = ""
    fonction: str = ""
    elsewhere: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    official: bool = True
    lifecycle: str = ""
    ref_state: RefState = "working-2023-02"
    wording_known: Literal["full", "partial", "none"] = "full"
    certainty: Literal["certain", "probable"] = "certain"
    published: Literal["none", "cited", "wording", "programme"] = "none"
    actors: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    edition: str = ""
    source: Source
    note: str = ""
    table: Table | None = None
    not_tested: str = ""
    scenarios: tuple[Scenario, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.dispositif, self.id

    @property
    def conditional(self) -> bool:
        """« Exigence conditionnelle »: only an editor that declares its profile has to meet it."""
        return self.profile != GENERAL

    @property
    def mandatory(self) -> bool:
        """False for a préconisation (PEUT): it never blocks."""
        return self.nature != "préconisation"
