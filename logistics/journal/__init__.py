"""The append-only books of money and goods."""
