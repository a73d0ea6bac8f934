"""How commands learn a password: never from the command's words, which others can see."""

import os

import typer


def asked_password(email: str) -> str:
    """Take it from TRIBUTARY_PASSWORD, else ask at the terminal, twice and unseen."""
    asked = f"Password for {email}, if the address is new here"
    return os.environ.get("TRIBUTARY_PASSWORD") or str(
        typer.prompt(asked, hide_input=True, confirmation_prompt=True, err=True)
    )
