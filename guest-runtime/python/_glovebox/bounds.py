"""How much of a text, or of a table, travels to the host in one message."""

#: Characters of one piece of printed text.
PIECE_CHARACTERS = 1 << 18
#: Characters of a displayed value's text, of an error's message, or of its traceback.
TEXT_CHARACTERS = 1 << 16
#: Characters of one cell of a displayed table.
CELL_CHARACTERS = 1 << 13
#: Columns of a displayed table.
TABLE_COLUMNS = 1000
#: Characters of all cells of a displayed table; rows beyond them are left out.
TABLE_CHARACTERS = 1 << 21


def cut(text, limit=TEXT_CHARACTERS):
    """`text`, or its beginning and how much is missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… [{len(text) - limit} characters more]"
