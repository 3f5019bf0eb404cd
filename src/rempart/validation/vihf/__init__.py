"""The VIHF: rules on the assertion, alone or in the message that it goes with."""
