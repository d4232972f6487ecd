"""What leaves for the accounts: the journal, the FEC, VAT, and months that are closed."""
