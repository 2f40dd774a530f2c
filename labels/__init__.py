"""Paper. Gets plain data, knows no tables and no persons."""
