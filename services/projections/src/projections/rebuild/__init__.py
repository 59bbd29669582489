"""Rebuilding a projection from the first event, beside the live one: read, fold in memory, copy, compare, switch."""
