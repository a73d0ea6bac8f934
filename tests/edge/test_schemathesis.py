"""Random but repeatable documents against the running server: no answer says it is our fault."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from tests.support.branches import fill

IDS = "TRIBUTARY_IDS"
HOOKS = "tests.edge.schemathesis_hooks"
ROOT = Path(__file__).parents[2]
EXAMPLES = os.environ.get("TRIBUTARY_SCHEMATHESIS_EXAMPLES", "2")
OPERATIONS = 160
"""Root fields of queries and mutations that must have been asked."""
SECONDS = 1_200
CHECKS = "nothing_went_wrong_on_our_side"


async def test_no_random_document_is_our_fault(world, server, tmp_path):
    branch = await fill(world, await world.organisation("Brand", "BRAND"))

    code, shown = await _run(server, branch.seller.token, list(branch.things.values()), tmp_path)

    assert code == 0, shown[-8_000:]
    tested = re.search(r"Tested: (\d+)", shown)
    assert tested
    assert int(tested[1]) >= OPERATIONS


async def _run(server: str, token: str, ids: list[str], folder: Path) -> tuple[int | None, str]:
    options = ["--phases", "fuzzing", "--checks", CHECKS, "--max-examples", EXAMPLES]
    options += ["--generation-deterministic", "--request-timeout", "120"]
    options += ["--suppress-health-check", "all", "--warnings", "off", "--no-color"]
    options += ["--exclude-name", "Mutation.signOut"]  # Nobody would be signed in any more.
    options += ["--continue-on-failure", "--no-shrink", "-H", f"Authorization: Bearer {token}"]
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server}/graphql", *options]
    running = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": HOOKS,
            IDS: json.dumps(ids),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        shown, _ = await asyncio.wait_for(running.communicate(), SECONDS)
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    return running.returncode, shown.decode(errors="replace")
