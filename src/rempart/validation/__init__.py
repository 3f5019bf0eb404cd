"""Engines and rules. Everything they say is a Finding; they open no socket, read no clock and decide no verdict."""
