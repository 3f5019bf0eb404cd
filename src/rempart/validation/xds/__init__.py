"""XDS metadata: rules on a submission, whether an XDM archive or an ITI-41 request carries it."""
