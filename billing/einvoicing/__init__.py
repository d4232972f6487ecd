"""Electronic invoices on their way: who is addressed how, and the portals that carry them."""
