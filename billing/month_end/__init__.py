"""The end of a month: what is still unbilled and why, how far it is, who is told."""
