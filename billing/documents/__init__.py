"""Documents on paper: how quotes and invoices look, as HTML and as PDF.

`paper` draws what any of them is drawn with; what a document says lives beside it, in a
module of its own. Nothing here decides or writes.
"""
