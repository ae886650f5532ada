#!/usr/bin/env bash
# Writes the types of the API, made of its document, to src/glovebox_client/models.py, or to the file that is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python=${PYTHON:-python3}
"$python" -W ignore -m datamodel_code_generator --input ../../host/tests/it/openapi.json --input-file-type openapi \
  --output "${1:-src/glovebox_client/models.py}" --output-model-type typing.TypedDict --target-python-version 3.11 \
  --use-standard-collections --use-union-operator --disable-timestamp --use-schema-description --use-field-description \
  --formatters builtin
