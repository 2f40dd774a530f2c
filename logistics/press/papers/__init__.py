"""What each kind of paper is made of: rows of the books in, plain values for the drawing out."""
