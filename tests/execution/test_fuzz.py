import gc

import pytest

from app.execution.failures import Failures
from tests.execution.fuzz import DOCUMENTS_IN_TESTS, Fuzzer

SHARES = 4

pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # coroutines that graphql-core drops
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("seed", range(1, SHARES + 1))
async def test_both_executors_agree_on_random_documents(seed):
    fuzzer = Fuzzer(seed)

    report = await fuzzer.run(DOCUMENTS_IN_TESTS // SHARES)
    gc.collect()

    assert not report.disagreements, "\n\n".join(report.disagreements)
    assert report.with_errors > report.compared / 4
    assert not [reason for reason in report.counts if reason.startswith("not compiled")]


async def test_the_fuzzer_sees_an_error_that_is_swallowed(monkeypatch):
    monkeypatch.setattr(Failures, "visible", lambda *_: [])
    fuzzer = Fuzzer(5)

    for documents in range(1, 41):
        report = await fuzzer.run(documents)
        if report.disagreements:  # Each is made as small as it goes, which takes its time.
            break
    gc.collect()

    assert report.disagreements
