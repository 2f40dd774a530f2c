"""Who takes part: organisations, programmes, donors, suppliers and people with their roles."""
