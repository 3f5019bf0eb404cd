"""A bounded HTTP/1.1 server over TLS (h11 speaks, asyncio carries) that shows every byte before it is understood."""

from rempart.simulators.https.channel import Channel, Limits, Request, Response
from rempart.simulators.https.listener import Listener, serve

__all__ = ["Channel", "Limits", "Listener", "Request", "Response", "serve"]
