"""Calls that go out to the Internet: to public addresses only, at the very address checked."""
