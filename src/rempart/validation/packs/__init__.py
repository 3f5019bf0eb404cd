"""Official packs: XML schemas, schematrons and value sets of a publisher, brought by the user and checked by SHA-256.

`catalogue` says what each one is (`schemas/packs/packs.yaml`), `store` where it is kept, `source` and `install` how it
gets there, `integrity` whether it still is what was published, `plan` what of it applies to a document, `official`
what it says. Nothing here reaches the network: an archive is a file when it comes here.
"""
