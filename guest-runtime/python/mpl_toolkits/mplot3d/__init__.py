"""Charts in three directions are not available; the import alone does no harm."""


class Axes3D:
    """Not offered."""

    def __init__(self, *args, **kwargs):
        raise NotImplementedError("charts in three directions are not available; show the third by colour or size, or draw several charts")
