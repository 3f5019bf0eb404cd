"""What a PFI feeds, beside the order that it comes from and the connection that carried it."""

from __future__ import annotations

import json
from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding
from dmp_samples import FEEDING, edited, feed, letter, signer, sound

from rempart.formats.vihf import model as vihf
from rempart.resources import schemas_dir
from rempart.validation.checks import run_check

ORDER = (schemas_dir() / "hl7v2" / "examples" / "mdm-t02.hl7").read_bytes()
SENDER = "300017985"
HERE = ORDER.replace(b"|I|UFNEPH", b"|O|UFNEPH").replace(b"FINEG^^^" + SENDER.encode(), b"FINEG^^^750000001")


def rules(order: bytes, message: bytes) -> set[str]:
    return {f.rule for f in run_check("xds.order", [order, message], {})}


def test_what_is_fed_is_what_was_ordered() -> None:
    assert run_check("xds.order", [HERE, sound()["feed"]], {}) == []
    assert run_check("xds.order", [HERE, sound()["feed-mtom"]], {}) == []


def test_each_difference_has_its_rule() -> None:
    assert rules(ORDER, sound()["feed"]) == {"XDS-017", "DMP-007", "DMP-009"}
    assert rules(HERE.replace(b"|UC||SB^", b"|UC||XX^"), sound()["feed"]) == set()
    masked = HERE.replace(b"MetaDMPMSS||N", b"MetaDMPMSS||Y", 1)
    assert rules(masked, sound()["feed"]) == {"XDS-045"}
    hidden = replace(letter(), confidentiality=("N", "MASQUE_PS"))
    assert rules(masked, feed(hidden)) == set() and rules(HERE, feed(hidden)) == {"XDS-045"}


def test_the_vihf_is_that_of_the_order() -> None:
    """Its person, its structure, its patient; a number that HL7v2 types is prefixed in the VIHF."""
    for changed in (
        replace(FEEDING, user="801234567897"), replace(FEEDING, patient=FEEDING.patient.replace("2790", "1790")),
    ):  # fmt: skip
        assert "DMP-009" in rules(HERE, feed(letter(), holder=changed))
    elsewhere = HERE.replace(b"FINEG^^^750000001", b"FINEG^^^750000002")
    assert rules(elsewhere, sound()["feed"]) == {"DMP-007", "DMP-009"}
    rpps = HERE.replace(b"801234567866", b"01234567866").replace(b"^IDNPS", b"^RPPS")
    assert rules(rpps, sound()["feed"]) == set()


def test_the_code_of_parents_has_another_name_on_the_wire() -> None:
    start = HERE.index(b"INVISIBLE_REP_LEGAUX")
    asked = HERE[:start] + HERE[start:].replace(b"MetaDMPMSS||N", b"MetaDMPMSS||Y", 1)
    good = feed(replace(letter(), confidentiality=("N", vihf.HIDDEN_FROM_PARENTS)))
    assert rules(asked, good) == set()
    assert rules(asked, sound()["feed"]) == {"XDS-045"}


def test_the_secret_and_the_destination_are_those_of_the_order() -> None:
    secret = replace(FEEDING, secret=True)
    hidden = replace(letter(), confidentiality=("N", vihf.HIDDEN_FROM_PARENTS))
    assert "XDS-045" in rules(HERE, feed(hidden, holder=secret))
    start = HERE.index(b"DESTDMP")
    kept = HERE[:start] + HERE[start:].replace(b"MetaDMPMSS||Y", b"MetaDMPMSS||N", 1)
    assert rules(kept, sound()["feed"]) == {"XDS-045"}


def test_what_cannot_be_read_is_told() -> None:
    assert rules(b"rien", sound()["feed"]) == {"XDS-045"}
    assert rules(HERE, b"rien") == {"DMP-005"}
    assert rules(HERE, sound()["search"]) == {"XDS-045"}


def test_the_connection_and_the_vihf_have_their_own_certificates() -> None:
    def said(message: bytes, **connection: str) -> list[str]:
        return [f.rule for f in run_check("xds.transport", [json.dumps(connection).encode(), message], {})]

    def pem(name: str) -> str:
        return signer(name).certificate.public_bytes(Encoding.PEM).decode()

    good = {"tls": "TLSv1.2", "cipher": "ECDHE-RSA-AES256-GCM-SHA384", "client": pem("Connexion")}
    assert said(sound()["feed"], **good) == []
    own = signer().certificate.public_bytes(Encoding.PEM).decode()
    assert said(sound()["feed"], **good | {"client": own}) == ["XDS-009"]
    assert said(sound()["feed"], **good | {"tls": "TLSv1.1"}) == ["XDS-008"]
    assert said(sound()["feed"], **good | {"cipher": "AES128-SHA"}) == ["XDS-008"]
    assert said(sound()["feed"], **good | {"client": ""}) == ["XDS-008"]


def test_a_recorded_message_is_judged_as_at_rest() -> None:
    spoilt = edited(sound()["feed"], 'nodeRepresentation="07"', 'nodeRepresentation="77"')
    assert "XDS-016" in {f.rule for f in run_check("xds.message", [spoilt], {})}
    late = run_check("xds.message", [sound()["feed"]], {"received": "2026-05-04T12:15:00+00:00"})
    assert "XDS-013" in {f.rule for f in late}
