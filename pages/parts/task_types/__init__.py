"""The Task types page: the form in its sections, where one stands, its trial, and what the knowledge folder has."""
