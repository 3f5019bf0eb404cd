"""The client of the DMP that the reference DPI and PFI share: who calls, one connection, one function a transaction."""
