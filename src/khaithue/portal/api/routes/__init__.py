"""The routes of the API, a room a file."""
