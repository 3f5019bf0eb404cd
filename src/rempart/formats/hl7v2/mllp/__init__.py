"""MLLP over asyncio streams, plain or TLS: 0x0B, message, 0x1C 0x0D (HL7 MLLP release 1; IHE ITI TF-2, C.2.1).

Frames may arrive split or glued, several to a connection; a block is bounded in size and every wait in time. What came
in is kept whole, broken or not: it is evidence before it is a message.
"""

from rempart.formats.hl7v2.mllp.connection import Connection, connect, exchange
from rempart.formats.hl7v2.mllp.framing import END, MAX_FRAME, START, Fault, Framer, MllpError, unwrap, wrap
from rempart.formats.hl7v2.mllp.listener import Handler, Listener, OnFault, serve

__all__ = [
    "END",
    "MAX_FRAME",
    "START",
    "Connection",
    "Fault",
    "Framer",
    "Handler",
    "Listener",
    "MllpError",
    "OnFault",
    "connect",
    "exchange",
    "serve",
    "unwrap",
    "wrap",
]
