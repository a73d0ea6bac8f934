"""What is to be done after a commit: the job's own books, whatever carries it to a worker.

Owns jobs, dead letters and runs of schedules; refuses to know a queue's server and what a job does.
"""
