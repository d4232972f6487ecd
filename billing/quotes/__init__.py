"""Quotes: their lines and states, who reads and answers them, and their paper."""
