"""What programs may do: the tokens they sign in with, and what the HTTP API and the MCP
server ask of the desk."""
