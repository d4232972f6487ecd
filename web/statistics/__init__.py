"""Statistics in words, drawings and tables: plain values made from billing.figures."""
