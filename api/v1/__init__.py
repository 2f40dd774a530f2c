"""Version 1 of the contract: thin doors, one domain call each."""
