"""Parcels: what is reserved, packed and sent, one for one household."""
