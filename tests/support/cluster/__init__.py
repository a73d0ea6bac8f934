"""What a statement must be like to run on a cluster that is distributed by tenant (tech I.4)."""

from tests.support.cluster.judging import faults

__all__ = ["faults"]
