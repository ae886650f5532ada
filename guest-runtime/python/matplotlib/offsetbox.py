"""Boxes of artists; of their kinds there are those that legends are made of."""


class OffsetBox:
    """A box of artists."""

    def __init__(self, children=()):
        self._children = list(children)

    def get_children(self):
        """What is in it."""
        return self._children

    def set_width(self, width):
        """Accepted; boxes take the width of what is in them."""


class VPacker(OffsetBox):
    """Boxes below each other."""


class HPacker(OffsetBox):
    """Boxes beside each other."""


class DrawingArea(OffsetBox):
    """The key of an entry."""


class TextArea(OffsetBox):
    """The text of an entry."""
