"""Fetch RabbitMQ for the tests, which go on without it where that fails."""

import sys

from rich.console import Console

from launch.rabbitmq.programs import HOW_TO_INSTALL, fetch_programs

if obstacle := fetch_programs():
    Console(stderr=True).print(f"{HOW_TO_INSTALL} ({obstacle}). Its tests are skipped.")
sys.exit(0)
