#!/bin/sh
# What a module is built with when there is no SDK: pip install and zip, for each layer and each function.
# Usage: pip-and-zip.sh MODULE
set -eu
cd "$1/backend"
rm -rf .build
mkdir -p .build/work

package() { # source directory, directory in the zip, zip
  work=".build/work/$3"
  mkdir -p "$work/$2"
  cp -r "$1/." "$work/$2"
  requirements="$1/requirements.txt"
  [ -f "$requirements" ] || requirements="$1/../requirements.txt"
  if grep -q '^[^#]' "$requirements"; then
    python3 -m pip install --quiet --disable-pip-version-check -r "$requirements" -t "$work/$2"
  fi
  if command -v zip > /dev/null; then
    (cd "$work" && zip -q -r "../../$3" .)
  else
    (cd "$work" && python3 -m zipfile -c "../../$3" .)
  fi
}

for layer in layers/*/; do package "${layer}python" python "$(basename "$layer")-layer.zip"; done
for function in lambdas/*/; do package "${function%/}" . "$(basename "$function").zip"; done
