"""What people do for a family: micro-wishes, companions and errands."""
