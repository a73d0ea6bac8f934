"""Approval rules as data, requests and decisions (R3-11, R3-53..R3-55, Our rule 9).

Owns who must say yes; knows a subject only by kind and id.
"""
