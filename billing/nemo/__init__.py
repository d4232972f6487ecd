"""Taking over a site that used NEMO: reads its dumpdata file into our tables.

dump reads the file as a stream, values its fields; survey keeps the small tables of the
first pass, and people, payers, machines, reservations and usage write. Which NEMO row a
row came from is kept in origin and origin_id, so that an import can be repeated.
docs/nemo.md says what becomes of what. Lives in billing because rates become price lists.
"""
