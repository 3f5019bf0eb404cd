"""The screens of the DPI: the record, the documents of the DMP, the consent form; plain HTML, for a browser."""
