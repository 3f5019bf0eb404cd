"""The structure of a profile as a pattern over segment names: it accepts what the grammar makes, and stays linear."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

import pytest

from rempart.formats.hl7v2 import Message
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.profile import Node
from rempart.validation.hl7v2.profiles import profiles
from rempart.validation.hl7v2.structure import check_structure


def written(nodes: Sequence[Node], dice: random.Random) -> Iterator[str]:
    """Segment names that the grammar accepts."""
    for node in nodes:
        least, most = node.card
        often = dice.choice([least, least, least + dice.randint(0, 3) if most is None else most])
        for _ in range(often):
            yield from written(node.children, dice) if node.children else [node.name]


def required(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if node.card[0]:
            yield from required(node.children) if node.children else [node.name]


def message(names: Sequence[str]) -> Message:
    return Message.parse("\r".join(["MSH|^~\\&|A", *(f"{name}|1" for name in names[1:])]).encode())


@pytest.mark.parametrize("profile", list(profiles().values()), ids=list(profiles()))
def test_what_the_grammar_makes_is_in_order(profile: object) -> None:
    dice = random.Random(1)
    for _ in range(20):
        names = list(written(profile.structure, dice))
        assert list(check_structure(Context(message(names), profile))) == [], names


@pytest.mark.parametrize("profile", list(profiles().values()), ids=list(profiles()))
def test_a_required_segment_taken_out_is_a_fault(profile: object) -> None:
    absent = list(required(profile.structure))[-1]
    names = [name for name in written(profile.structure, random.Random(1)) if name != absent]
    found = list(check_structure(Context(message(names), profile)))
    assert absent in [f.location for f in found]


def test_groups_that_come_again_are_in_order() -> None:
    """TQ1 in a second group of orders, after what follows it in the first."""
    names = ["MSH", "PID", "ORC", "OBR", "CTD", "OBX", "ORC", "OBR", "TQ1", "TQ2", "OBX", "PRT"]
    assert list(check_structure(Context(message(names), profiles()["oru-cda-2.0"]))) == []


@pytest.mark.parametrize("tail", [["OBX", "NTE"], ["NTE"], ["ORC"], ["PRT", "OBX"], ["TXA"]])
def test_endless_segments_are_read_once(tail: list[str]) -> None:
    started = time.process_time()
    for name in ("mdm-cda-2.1", "oru-cda-2.1"):
        list(check_structure(Context(message(["MSH", "PID", "PV1", *(tail * (9_000 // len(tail)))]), profiles()[name])))
    assert time.process_time() - started < 3
