"""The embedded reference candidate: a small DPI and a small PFI, programs of their own, and their known defects.

`python -m rempart.reference dpi` listens, stores, sends and answers the `http` driver like any other candidate. It
shares the wire formats with the harness and nothing else.
"""
