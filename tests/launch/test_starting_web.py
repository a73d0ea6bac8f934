"""Which processes of a web server start together, so that the first serves early."""

import pytest

from launch.web import starts


@pytest.mark.parametrize(
    ("workers", "processors", "together"),
    [
        (2, 1, [[0], [1]]),
        (2, 2, [[0], [1]]),
        (2, 4, [[0, 1]]),
        (8, 4, [[0, 1, 2], [3, 4, 5], [6, 7]]),
        (1, 64, [[0]]),
    ],
)
def test_one_processor_is_left_to_others_while_a_web_server_starts(workers, processors, together):
    assert [[*indexes] for indexes in starts(workers, processors)] == together
