"""A booking service on SQLite or PostgreSQL: what an application brings around `mila_core.bookings`.

`service` loads, decides and stores; `databases` has what differs between the two databases and the tables.
"""
