"""The INS key, against published test identities and against digit errors."""

from __future__ import annotations

import pytest

from rempart.formats import ins


@pytest.mark.parametrize(
    "matricule",
    [
        "279035121518989",  # PAT-TROIS DOMINIQUE
        "277076322082910",
        "276037510669326",
        "297022A02077878",  # Corse-du-Sud
        "160012B02077713",  # Haute-Corse
        "109076322088835",  # NIA
        "260058815400233",
    ],
)
def test_published_matricules_have_their_key(matricule: str) -> None:
    assert ins.key(matricule[:13]) == matricule[13:]
    assert ins.is_matricule(matricule)


@pytest.mark.parametrize(
    "matricule",
    [
        "276037510669380",  # published with a wrong key
        "279035121518988",
        "2790351215189",  # key missing
        "27903512151898",
        "2790351215189890",
        " 279035121518989",
        "297022C02077878",
        "27903512151898A",
        "",
    ],
)
def test_a_wrong_matricule_is_not_one(matricule: str) -> None:
    assert not ins.is_matricule(matricule)


def test_every_digit_counts() -> None:
    good = "279035121518989"
    for position, digit in enumerate(good):
        for other in "0123456789":
            if other != digit:
                assert not ins.is_matricule(good[:position] + other + good[position + 1 :])


def test_a_key_is_two_digits_between_01_and_97() -> None:
    keys = {ins.key(f"{n:013d}") for n in range(2790351215000, 2790351215200)}
    assert {len(k) for k in keys} == {2}
    assert min(keys) == "01" and max(keys) == "97"


def test_the_body_of_a_key_is_thirteen_characters() -> None:
    with pytest.raises(ValueError, match="12"):
        ins.key("123456789012")


def test_only_two_registers_are_for_production() -> None:
    production = {r.oid for r in ins.REGISTERS.values() if r.environment is ins.Environment.PRODUCTION}
    assert production == {ins.NIR, ins.NIA}
    assert {ins.TEST, ins.DEMONSTRATION} == set(ins.REGISTERS) - production
