"""How the reference is started: everything that the command line says, and the establishment that it plays."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.hl7v2.cisis import Party, Professional, Structure

DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"
DISPOSITIFS = {"dpi": DPI, "pfi": PFI}

VOLET_2_1, VOLET_2_0 = "2.1", "2.0"

ORGANISATION = "HOPITAL-REFERENCE"
PARTIES = {
    DPI: Party(application="DPI-REFERENCE", organisation=ORGANISATION),
    PFI: Party(application="PFI-REFERENCE", organisation=ORGANISATION),
}
# People and structure of the published examples: no real identity.
AUTHOR = Professional(id="801234567866", family="DIAZ", given="Thierry")
FINESS = "120456789"
STRUCTURE = Structure(name=ORGANISATION, id=FINESS)
MAILBOX = "bal.applicative@test-ci-sis.mssante.fr"  # one of software, that no person reads
CONTACT = "secretariat@test-ci-sis.mssante.fr"  # where persons answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`retry_count` counts the resendings after the first sending; delays and timeouts are in seconds."""

    dispositif: str
    host: str = "127.0.0.1"
    http_port: int = 0
    mllp_port: int = 0
    partner_host: str = "127.0.0.1"
    partner_port: int = 0  # 0: no partner, every sending stays pending
    database: str = ":memory:"
    mutants: tuple[str, ...] = ()
    retry_delay: float = 0.5  # short: its partners are simulators, and a campaign lasts a minute
    retry_count: int = 5
    ack_timeout: float = 2.0
    mail_host: str = ""  # "": no operator of MSSanté, mails stay here
    smtp_port: int = 0
    imap_port: int = 0
    crl_url: str = ""
    mail_timeout: float = 5.0  # seconds, for each exchange with the operator
    mail_password: str = "rempart-app"  # of MAILBOX, worth nothing outside of the simulated operator
    dmp_url: str = ""  # "": no DMP, the action `report_channel_result` answers for it (pfi/by_hand.py)
    certificates: str = ""  # folder of root.pem, org_auth_cli.pem and org_sign.pem, keys beside them
    dmp_timeout: float = 10.0
    volets: tuple[str, ...] = (VOLET_2_1,)  # editions that the PFI accepts in MSH-21

    @property
    def us(self) -> Party:
        return PARTIES[self.dispositif]

    @property
    def partner(self) -> Party:
        return PARTIES[PFI if self.dispositif == DPI else DPI]
