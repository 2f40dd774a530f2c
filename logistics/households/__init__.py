"""Families and their members: the vault of personal data."""
