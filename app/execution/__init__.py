"""The compiled executor: an operation becomes one generated function per selection set."""

from app.execution.compiler import Compiled, Compiler, NotCompiled, Ran

__all__ = ["Compiled", "Compiler", "NotCompiled", "Ran"]
