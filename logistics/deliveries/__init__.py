"""Scans, what they conclude, and what the books cannot take yet."""
