"""The command line `tributary`: one file a subject, which reads words and hands on.

What a subject does stands beside this folder and never prints but through the console it gets.
"""

import typer

from launch.cli import (
    audit,
    backup,
    books,
    building,
    database,
    doctor,
    jobs,
    payments,
    running,
    schema,
    tables,
    tenants,
    users,
)

tributary = typer.Typer(
    name="tributary",
    help="Run and look after a Tributary installation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for subject in (running, doctor, database, building, tables):
    tributary.add_typer(subject.commands)
tributary.add_typer(audit.commands, name="audit")
tributary.add_typer(backup.commands, name="backup")
tributary.add_typer(books.commands, name="books")
tributary.add_typer(jobs.commands, name="jobs")
tributary.add_typer(payments.commands, name="payments")
tributary.add_typer(schema.commands, name="schema")
tributary.add_typer(tenants.commands, name="tenant")
tributary.add_typer(users.commands, name="user")
