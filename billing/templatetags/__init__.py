"""What the templates of documents need beyond Django's own."""
