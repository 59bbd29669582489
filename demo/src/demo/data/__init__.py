"""Published figures; see README.md beside this file."""
