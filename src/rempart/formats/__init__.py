"""Reading and writing wire formats. A format says what is there; whether it is right is for validation to say."""
