"""Gifts of money and goods."""
