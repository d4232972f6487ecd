"""The forms of the pages, one subject a file: what is typed becomes plain values."""
