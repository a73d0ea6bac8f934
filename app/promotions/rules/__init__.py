"""Trade schemes as pure functions: no session, no clock, no float (Our rule 5)."""
