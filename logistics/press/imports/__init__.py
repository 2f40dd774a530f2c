"""Gifts and bank statements that come as files."""
