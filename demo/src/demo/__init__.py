"""The whole system on one machine: `python -m demo up`. Nothing here runs in production."""
