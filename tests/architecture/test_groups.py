"""Tests of a group run one after the other on one worker, and share what is dear to set up."""

import pytest


@pytest.mark.xdist_group("told of")
def test_the_scheduler_is_told_of_groups(request):
    is_on_a_worker = hasattr(request.config, "workerinput")

    assert not is_on_a_worker or request.node.nodeid.endswith("@told of")
