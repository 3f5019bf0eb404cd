"""ISO Schematron of the official packs, run by SaxonC in one warm process shared by all who validate.

`read` resolves inclusions, `expand` abstract patterns and rules, `compile` writes XSLT 3.0, `cache` keeps it on disk;
`engine` runs it (the only module that loads saxonche), `worker` is the process around it, `service` the process that
owns the worker and answers on a socket, `client` what validation calls.
"""
