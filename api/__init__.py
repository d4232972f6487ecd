"""The DRF face: translates HTTP to service calls and back; decides nothing.

Imports services, queries, permissions and errors of the apps below, never their models.
"""
