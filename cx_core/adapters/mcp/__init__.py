"""MCP, the Model Context Protocol, by its official SDK: tools of others' servers, and ours for other agents.

As a client: `tool_listing` makes operations of tools, `pinned_transport` carries the SDK's requests over checked
addresses, `tool_sessions` lists and calls within bounds, `tool_results` says what a result may be, `tool_calls` looks
again whether a tool is what two people signed. As a server: `served_tools`.
"""
