"""Races: many people reach for one thing at once, and exactly one outcome is right."""
