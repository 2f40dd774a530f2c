"""Jobs that make files. Reads subjects, calls labels."""
