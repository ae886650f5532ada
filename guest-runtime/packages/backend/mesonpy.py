"""Stands in for meson-python while pip fetches a source archive: it answers with the archive's own metadata."""

import shutil
from pathlib import Path


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: object = None) -> str:
    folder = Path(metadata_directory, "source.dist-info")
    folder.mkdir()
    shutil.copy("PKG-INFO", folder / "METADATA")
    return folder.name
