"""What a script finds without an import, beside Python's own builtins."""

from typing import Any

params: dict[str, Any]
"""The job's parameters by name: text, numbers, booleans or None."""

def display(*values: Any) -> None: """Show each value as a notebook does: a data frame as a table, a figure as a chart, anything else as text."""
