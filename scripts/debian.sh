#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Types a page on a bare Debian, as an ordinary user in an empty home folder, and compares what is printed
# (scripts/type_page.sh). The user clones what is committed here. Needs root, for debootstrap and chroot.
#
#     scripts/debian.sh debian12|debian13 readme [UNTIL]  README.md, by a user with sudo; to the heading UNTIL
#     scripts/debian.sh debian12|debian13 without_root    docs/without_root.md, by one without, where git, a compiler,
#                                                         CMake and make are installed
#
# From the environment: MIRROR (http://deb.debian.org/debian), ROOTS (/var/tmp/ansatz-roots: the bare systems, kept),
# ANSATZ_ARCHIVES (a folder of archives for docs/without_root.md, where github.com cannot be reached).
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "debian: $*" >&2; exit 2; }
case ${1-} in
  debian12) suite=bookworm ;;
  debian13) suite=trixie ;;
  *) fail "which system: debian12 or debian13?" ;;
esac
case ${2-} in
  readme) page=README.md ;;
  without_root) page=docs/without_root.md ;;
  *) fail "which page: readme or without_root?" ;;
esac
((EUID == 0)) || fail "debootstrap and chroot need root: sudo $0 $*"
command -v debootstrap >/dev/null || fail "there is no debootstrap: scripts/setup.sh debian installs it"

bare=${ROOTS:-/var/tmp/ansatz-roots}/$suite
if [[ ! -e $bare/etc/debian_version ]]; then
  mkdir -p "$bare"
  echo "debian: installing a bare $suite in $bare"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$bare" "${MIRROR:-http://deb.debian.org/debian}" \
    >"$bare.log" 2>&1 || { tail -n 20 "$bare.log" >&2; rm -rf "$bare"; fail "debootstrap failed: $bare.log"; }
fi

# A copy is used and thrown away. Nothing is removed while something is mounted in it.
root=$(mktemp -d "$bare.XXXXXX")
finish() {
  for place in dev/pts dev proc; do umount "$root/$place" 2>/dev/null || umount -l "$root/$place" 2>/dev/null || true; done
  grep -q " $root/" /proc/mounts || rm -rf --one-file-system "$root"
}
trap finish EXIT
cp -a "$bare/." "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
cp /etc/resolv.conf "$root/etc/"
within() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

within useradd --create-home --shell /bin/bash reader
within apt-get -qq update
if [[ $page == README.md ]]; then
  within apt-get -qq install --no-install-recommends sudo >/dev/null 2>&1
  echo 'reader ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/reader"
else
  within apt-get -qq install --no-install-recommends git ca-certificates g++ cmake make >/dev/null 2>&1
fi
git clone --quiet --bare . "$root/srv/ansatz.git"
cp scripts/type_page.sh "$page" "$root/srv/"
if [[ -n ${ANSATZ_ARCHIVES-} ]]; then cp -r "$ANSATZ_ARCHIVES" "$root/srv/archives"; fi
chown -R --reference="$root/home/reader" "$root/srv"

echo "debian: typing $page on Debian $(cat "$root/etc/debian_version") as an ordinary user"
begin=$SECONDS
within su - reader -c "export ANSATZ_URL=/srv/ansatz.git LANG=C.UTF-8 ANSATZ_ARCHIVES=${ANSATZ_ARCHIVES:+/srv/archives}
  cd && /srv/type_page.sh /srv/$(basename "$page") '${3-}' && du -sh ansatz | sed 's/^/disk  /'"
echo "debian: $page holds on Debian $(cat "$root/etc/debian_version"), $((SECONDS - begin)) s"
