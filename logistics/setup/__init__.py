"""What runs before the environment stands. Standard library only."""
