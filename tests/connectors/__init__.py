"""Systems for tests of connectors, and what they are told."""
