"""The HTTP API for programs: who may call, how often, and what each call asks of the desk."""
