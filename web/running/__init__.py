"""What the pages that run a platform show, and their routes."""
