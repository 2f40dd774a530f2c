"""What comes back from families: reply cards, verification visits and grievances."""
