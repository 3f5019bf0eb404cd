"""A client of MSSanté: mails handed to the operator, mails taken out of a mailbox."""
