"""Deadlines as a projection: facts and clocks in tables, and what front-ends ask of them.

The engine that turns facts into clocks is ``projections.deadlines``; it knows no database. This package knows no law.
"""
