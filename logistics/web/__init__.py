"""Doors for people: thin views, templates, static files."""
