"""What is shown of the ways in and out: `mailboxes`, `chat`, `programs`, `messengers`, `connector_views`."""
