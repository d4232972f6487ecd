"""How they hear of it: the transactional outbox and its deliveries.

The ground floor: knows messages and addresses, never a booking. Other apps publish
events in their own transaction and register how an event reads as a mail.
"""
