"""Money paid to households."""
