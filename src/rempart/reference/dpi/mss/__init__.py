"""MSSanté in the reference DPI: documents handed over by the PFI, and documents that leave by themselves."""
