"""On which days a seller delivers to whom, and until when one orders for a day.

Owns delivery calendars; refuses to know orders, which packages above hold to them.
"""
