"""What the browser asks for beside pages: plain HTTP, each behind the `gate` but for sign-in, health and a rating."""
