"""Timelines, statutory deadlines and the case register: read models built from the topics alone."""
