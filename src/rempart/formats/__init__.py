"""Reading and writing wire formats. Nothing here judges: a format says what is there, validation says if it is right."""
