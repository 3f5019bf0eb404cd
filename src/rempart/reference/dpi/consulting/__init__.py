"""The DPI consults the DMP: who asks, what is allowed, what the record shows, documents listed, read, kept, changed."""
