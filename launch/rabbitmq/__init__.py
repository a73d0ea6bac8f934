"""A RabbitMQ server of one's own, for tests and trials: found on the machine or unpacked beside.

Knows nothing of what uses it; installations run theirs as its makers tell them to.
"""
