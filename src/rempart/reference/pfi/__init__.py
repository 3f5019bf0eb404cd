"""The reference PFI: documents taken in charge, transmitted, and answered for; mails opened for the DPI."""
