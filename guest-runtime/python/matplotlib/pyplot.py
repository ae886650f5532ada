def _show_pending(): pass
