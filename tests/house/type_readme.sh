#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Types the README's blocks up to the first C++ program in an empty folder, with the program of a build tree: what
# installs, clones and builds is left out.
#
#     type_readme.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source=$(realpath "$1") build=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/prelude" <<PRELUDE
sudo() { :; }
git() { mkdir ansatz; ln -s '$build' ansatz/build; ln -s '$source/examples' ansatz/examples; }
make() {
  [[ \$* == demo ]] || { echo "type_readme.sh knows no make \$*"; return 1; }
  echo 'build/ansatz train examples/data/digits.csv.gz --target digit -o digits.ansatz'
  build/ansatz train examples/data/digits.csv.gz --target digit -o digits.ansatz
}
PRELUDE
mkdir "$folder/home"
cd "$folder/home"
ANSATZ_URL=nowhere PRELUDE=$folder/prelude "$source/scripts/type_page.sh" "$source/README.md" '## First C++ program'
