"""Feeding the DMP from the DPI: orders that wait for their time, documents of the past, visibility, figures."""
