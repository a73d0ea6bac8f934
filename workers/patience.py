"""How long workers wait, and for what: every default of it, told in docs/jobs.md."""

CONNECT_SECONDS = 5
"""For a new connection to the database."""

STATEMENT_SECONDS = 15
"""The server stops a statement of leaders and of the broker that takes longer."""

ANSWER_SECONDS = STATEMENT_SECONDS + 5.0
"""For any answer: the server itself stops what takes longer, so that none comes after it."""

DOUBT_SECONDS = 0.5
"""Until the server is asked, through a new connection, whether it works on the answer at all.

Each time that it does, the next doubt comes twice as late.
"""

LONGEST_DOUBT_SECONDS = 4.0
"""Between two doubts about the same answer."""

UNDER_WAY_SECONDS = 0.5
"""So long ago must a server have answered, that what never came is not on its way any more."""

LOOK_SECONDS = 2
"""For the new connection through which it is asked, and for its answer."""

LOOKS_AT_ONCE = 4
"""Of one process: doubts must not take the connections that are left on a busy server."""

POOL_SECONDS = 3.0
"""For one of the broker's connections."""

LEAD_SECONDS = 4
"""After so long without a word of the leading relay the server gives the lead to another."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 10.0
"""Between two tries of a leader to connect; each pause is twice as long as the one before."""

LOCK_SECONDS = 0.5
"""Between two tries to take the lead."""
