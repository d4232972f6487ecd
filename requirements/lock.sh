#!/usr/bin/env bash
# Resolve pyproject.toml into hashed requirement files that name no registry host.
# Usage: requirements/lock.sh UV [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$1
shift
compile=("$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes
    --no-emit-index-url --no-emit-find-links --no-header)

# dev.txt is the superset: the smaller files are held to the same versions.
"${compile[@]}" "$@" --extra local --extra dev --extra sso -o requirements/dev.txt pyproject.toml
"${compile[@]}" -c requirements/dev.txt -o requirements/core.txt pyproject.toml
"${compile[@]}" -c requirements/dev.txt --extra local -o requirements/local.txt pyproject.toml
"${compile[@]}" -c requirements/dev.txt --extra sso -o requirements/sso.txt pyproject.toml
"${compile[@]}" "$@" -o requirements/uv.txt requirements/uv.in
