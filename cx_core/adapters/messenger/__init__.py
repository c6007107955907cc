"""Messengers called and believed by signed webhooks.

- `signed_calls`: one signed POST out, and the check of a signature that came in.
"""
