"""How much, who pays: prices, the ledger, quotes, documents, payments and the books.

Pulls finished uses from bookings and writes each once to an append-only ledger. Each topic
has a package with its pure rules, reads, permissions, errors and letters: prices, orders,
costs, quotes, month_end, documents, einvoicing, payments, books. What is written lives in
services, the tables in models. Imported by the faces only.
"""
