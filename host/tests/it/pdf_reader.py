"""Reads PDFs, each given as a path, with pypdf. Prints for each a list of pages: their text and their pictures."""

import json
import sys

from pypdf import PdfReader

for path in sys.argv[1:]:
    reader = PdfReader(path, strict=True)
    pages = []
    for page in reader.pages:
        box = page.mediabox
        fonts = page["/Resources"]["/Font"]
        pages.append(
            {
                "text": page.extract_text(),
                "pictures": [[image.image.width, image.image.height] for image in page.images],
                "size": [float(box.width), float(box.height)],
                "embedded": all(
                    "/FontFile2" in font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
                    for font in fonts.values()
                ),
            }
        )
    print(json.dumps({"title": reader.metadata.title, "pages": pages}))
