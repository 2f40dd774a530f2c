"""Every code that is printed on paper: one row a code."""
