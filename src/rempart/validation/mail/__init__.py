"""MSSanté mails at rest, and what surrounds them on the wire: `schemas/mss/rules-mss.yaml`."""
