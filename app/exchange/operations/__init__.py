"""How tables are read, checked, written and taken out."""
