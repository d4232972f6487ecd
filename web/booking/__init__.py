"""What the booking panel shows: choices, verdict, price, ways out, and what was changed."""
