"""MSSanté mails at rest, and what surrounds them on the wire: rules MSS-001 to MSS-075 (`schemas/mss/rules-mss.yaml`)."""
