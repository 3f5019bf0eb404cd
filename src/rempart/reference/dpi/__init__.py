"""The reference DPI: patients, choices, documents, orders to the PFI, and what comes back of them."""
