"""Read only, across subjects: ledgers, figures and traces."""
