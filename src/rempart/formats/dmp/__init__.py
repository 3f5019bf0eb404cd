"""Bodies of the DMP that are not XDS: existence and authorisation (TD0.2, TD0.3), lists of patients (TD0.4, TD0.5)."""
