"""Tools of matplotlib that scripts know."""
