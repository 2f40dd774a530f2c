"""One-to-one sponsorship of a child: stages, yearly grants, letters both ways."""
