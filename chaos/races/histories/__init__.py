"""Which anomalies our units of work show: histories of list appends, searched for cycles.

After Kingsbury and Alvaro, Elle: Inferring Isolation Anomalies from Experimental Observations
(VLDB 2020). Lists that only ever grow tell in which order their elements came, so that who wrote
before whom, who read of whom, and who did not see whom yet, follow from what was read.
"""
