"""What is shown of the ways in and out: `mailboxes`, `chat`, `programs`, `agents`, `messengers`, `connector_views`."""
