"""Business systems that are called by an OpenAPI file.

What a file says: `imported`. What a person decided: `classified`. The whole: `connector`.
"""
