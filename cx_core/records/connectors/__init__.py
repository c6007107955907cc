"""Business systems that are called by an OpenAPI file, or as MCP servers.

What a file or a server says: `imported`. What a person decided: `classified`. The whole: `connector`.
"""
