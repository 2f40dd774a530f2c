"""Reports of real distributions as worked examples: read a file, replay it, compare its figures with the ledgers."""
