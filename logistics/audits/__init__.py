"""Auditors: what they may look at and until when, what they looked at, what they found and what was answered."""
