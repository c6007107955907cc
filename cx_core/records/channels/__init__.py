"""What programs sign in with, and business systems that are called by an OpenAPI file."""
