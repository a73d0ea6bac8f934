"""Measure the whole server over real HTTP, beside the limits that bare SQL sets.

Owns the load client, the workloads and what is read from processes; judges nothing.
"""
