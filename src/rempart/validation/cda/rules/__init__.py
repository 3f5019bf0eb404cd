"""Rules that compare several places of a CDA document: functions, one module per part of the document."""
