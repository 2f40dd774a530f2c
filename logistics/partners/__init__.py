"""Partners' programs: their keys, and the sandboxes in which they try things out."""
