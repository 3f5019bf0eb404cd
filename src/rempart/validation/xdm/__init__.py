"""XDM archives (IHE ITI-32), as MSSanté mails carry them: the ZIP, its metadata, the documents inside."""
