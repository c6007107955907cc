"""What programs sign in with (`api_tokens`), and messengers with what goes out by them (`messengers`)."""
