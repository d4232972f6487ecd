"""What is ordered by the piece or stands at a platform: stages, counts, and what they promise."""
