"""The pages about money: quotes, orders, invoices, payments, prices and the books."""
