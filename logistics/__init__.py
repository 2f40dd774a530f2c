"""Nuanliu (暖流): donations and relief goods, from the giver to the family, with proof."""

__version__ = "0.1.0"
