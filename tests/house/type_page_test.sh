#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# scripts/type_page.sh passes pages that hold, and finds those that do not.
set -uo pipefail
type_page=$(realpath "$(dirname "$0")/../../scripts/type_page.sh")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

expect() { # STATUS WHAT, the page on standard input
  cat >page.md
  "$type_page" page.md >log 2>&1
  local status=$?
  ((status == $1)) || { printf 'status %d instead of %d of a page that %s:\n' "$status" "$1" "$2"; cat log; failures=1; }
}

expect 0 'shows what is printed, with other times' <<'PAGE'
```sh
mkdir -p made
cd made
echo 'took 3.4 s'; seq 9
```

Prose.

```text
took 1 s
1
  ⋮
8
9
```

`a file`:

```cpp
int $x;
```

```console
$ cat 'a file'
int $x;
$ basename "$PWD"
ma…
```
PAGE
expect 0 'shows under another heading what was not printed' <<'PAGE'
```sh
echo 3
```

## More

```text
4
```
PAGE
expect 1 'shows another output' <<'PAGE'
```console
$ echo 3
4
```
PAGE
expect 1 'leaves out a line' <<'PAGE'
```console
$ seq 3
1
3
```
PAGE
expect 1 'shows a line too many' <<'PAGE'
```console
$ seq 2
⋮
2
3
```
PAGE
expect 1 'has a command that fails' <<'PAGE'
```sh
true
false
true
```
PAGE
expect 1 'has nothing to type' <<'PAGE'
Prose.
PAGE
exit $failures
