"""Why somebody may do something with a record, or may not, and who may (R3-33).

Owns no table: it puts roles, scopes and the facts of a record beside each other, as the packages
that guard the record do, and refuses to decide anything itself: nobody is let in by what it says.
"""
