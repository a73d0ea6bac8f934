"""Tributary: the distribution network of fast-moving goods, from brand to retailer.

Owns every package of the server. Calls go down the layers and events go up; nothing here knows
in which size (laptop, server, cluster) it is run.
"""
