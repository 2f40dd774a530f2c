"""What others wrote and what judges us: linters and clients in other languages."""
