"""What is shown of the ways in and out: `mailboxes`, `chat`, `programs`, `agents`, `connector_views`."""
