"""What each route answers: one file per noun, each a few functions from a call to JSON data."""
