"""The server-rendered face: translates pages to service calls; decides nothing.

Imports services, queries, permissions and errors of the apps below, never their models.
"""
