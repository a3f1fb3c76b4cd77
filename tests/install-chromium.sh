#!/bin/sh
# The page is tested in a real Chromium. Where it is missing and we may, install Debian's.
set -eu
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the page tests..."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core >/dev/null
else
  echo "The page tests need Chromium: sudo apt-get install chromium fonts-dejavu-core" >&2
  exit 1
fi
