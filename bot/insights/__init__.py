"""What the log teaches: questions the documents leave open, and what a change would have said to past questions."""
