"""The API client for desk staff; it knows the server only through its public API."""
