"""SOAP 1.2 and WS-Addressing: the envelope of a message of the DMP, whatever its transaction."""
