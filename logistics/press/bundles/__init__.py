"""The auditor's bundle: everything that is needed to check the books offline, and the program that checks it."""
