"""What money and goods are for: owner, holder, basis, terms and their revisions."""
