"""What was paid, by the bank's word, what is open, and who is reminded."""
