#!/bin/sh
# Bundles the editor once: ./build.sh writes ../assets/editor.js and its licences. Needs node and npm; a site does not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/editor.mjs" "$work"
cd "$work"
npm install --silent --no-package-lock --no-audit --no-fund
node_modules/.bin/esbuild editor.mjs --bundle --format=esm --minify --target=es2022 --legal-comments=none \
  --charset=ascii --outfile="$here/../assets/editor.js"
{
  echo "editor.js holds these packages, made into one file by ../editor/build.sh. All are under the MIT License."
  cd node_modules
  for package in @codemirror/* @lezer/* @marijn/* crelt style-mod w3c-keyname; do
    echo
    echo "== $package $(node -p "require('./$package/package.json').version")"
    cat "$package"/LICENSE*
  done
} > "$here/../assets/editor.LICENSE.txt"
