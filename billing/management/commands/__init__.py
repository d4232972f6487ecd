"""Commands of the command line that need every app below."""
