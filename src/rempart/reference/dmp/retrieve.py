"""TD3.2: the bytes of documents that a search has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rempart.formats.soap.capture import content_of
from rempart.formats.xds import model
from rempart.formats.xds.messages import RegistryError, Wanted, read_response, read_retrieved, write_retrieve
from rempart.formats.xds.transactions import RETRIEVE
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Bytes by uniqueId, and why what is missing is (PartialSuccess)."""

    documents: dict[str, bytes]
    errors: tuple[RegistryError, ...]


async def retrieve(
    dmp: Dmp, caller: Caller, unique_ids: Sequence[str], repository: str = model.DMP_REPOSITORY
) -> Retrieved:
    """Raises Outage, and Refused when none can be had."""
    body = write_retrieve([Wanted(repository=repository, unique_id=u) for u in unique_ids])
    answer = await dmp.call(RETRIEVE, body, caller)
    response = read_response(answer.body)
    found = {u: content_of(element, answer.capture) for u, element in read_retrieved(answer.body)}
    return Retrieved({u: data for u, data in found.items() if data}, response.errors if response else ())
