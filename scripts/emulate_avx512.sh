#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs programs of a built tree on an emulated processor with AVX-512, for those who have none: Bochs boots Debian's
# kernel with these programs as its first file system. About a minute passes before the first of them starts; each then
# takes about a hundred times as long as here. Fails unless all of them end with status 0.
#
#     scripts/emulate_avx512.sh [COMMAND...]     without commands: the tests that compare kernels bit for bit
#     scripts/emulate_avx512.sh 'test_run --gtest_filter=*Width*' 'ANSATZ_CPU=avx512 ansatz train --epochs 1 ...'
#
# A command is a line of shell. It runs where the repository is, which holds tests/golden and examples/data there.
# From the environment: BUILD (build), KERNEL (a vmlinuz; else Debian's is downloaded, but not installed),
# CPU (corei7_skylake_x; `bochs --help cpu` lists others), LIMIT (3600 seconds for everything).
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
commands=("$@")
((${#commands[@]})) || commands=(
  'test_kernels --gtest_filter=*avx512*'
  'test_run --gtest_filter=*DoNotDependOnTheVectorsWidth*:GeneratedLoops.*'
  'test_ops --gtest_brief=1')

fail() { echo "emulate_avx512: $*" >&2; exit 2; }

for tool in bochs grub-mkrescue xorriso mformat cpio busybox; do
  type -P $tool >/dev/null || fail "there is no $tool here: scripts/setup.sh emulate installs what this needs"
done

work=$(mktemp -d)
emulator=
trap '[[ -z $emulator ]] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,tmp}

# The file and the shared libraries it needs, at the same places in the guest.
add() {
  cp -L --parents "$@" "$root"
  for file in "$@"; do
    ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | xargs -r cp -L --parents -t "$root" || true
  done
}

add "$(type -P busybox)"
read -ra words <<<"${commands[*]}"
for word in "${words[@]}"; do
  [[ $word =~ ^(ansatz|test_[a-z0-9_]+)$ && ! -e $root/bin/$word ]] || continue
  program=$(find "$PWD/$build" -name "$word" -type f -executable -print -quit)
  [[ -n $program ]] || fail "$word is not in $build: build it first (cmake --preset release && cmake --build $build)"
  add "$program"
  strip "$root$program"
  ln -s "$program" "$root/bin"
done
cp -r --parents "$PWD"/{tests/golden,examples/data} "$root"

if [[ -z ${KERNEL-} ]]; then
  package=$(apt-cache depends --important linux-image-cloud-amd64 | sed -n 's/.*Depends: //p' | head -1)
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x "$package"_*.deb kernel) ||
    fail "apt-get cannot download Debian's kernel: apt-get update, or name one with KERNEL=/boot/vmlinuz-..."
  KERNEL=$(echo "$work"/kernel/boot/vmlinuz-*)
fi

# What the guest's kernel starts first. LD_BIND_NOW: Bochs 2.7's XSAVEC does not keep the arguments of functions that are
# bound when they are first called.
{
  cat <<INIT
#!$(type -P busybox) sh
$(type -P busybox) --install -s /bin
export PATH=/bin HOME=/tmp TERM=dumb LD_BIND_NOW=1
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
stty -onlcr
cd '$PWD'
sed -n 's/^model name.*: //p' /proc/cpuinfo
grep -o 'avx512[a-z]*' /proc/cpuinfo | xargs
grep -q avx512vl /proc/cpuinfo || { sleep 1; poweroff -f; }
INIT
  for command in "${commands[@]}"; do
    printf 'echo %q; (%s); echo "status $?"\n' "== $command" "$command"
  done
  echo 'sleep 1; poweroff -f'
} >"$root/init"
chmod +x "$root/init"

iso=$work/iso/boot
mkdir -p "$iso/grub"
cp "$KERNEL" "$iso/vmlinuz"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$iso/initrd"
# Bochs 2.7 gives a wrong size of the compacted registers, whereupon Linux would do without AVX altogether.
options='console=ttyS0,115200 loglevel=3 clearcpuid=xsavec,xsaves mitigations=off tsc=reliable panic=-1 reboot=t'
printf '%s\n' "linux /boot/vmlinuz $options" 'initrd /boot/initrd' boot >"$iso/grub/grub.cfg"
grub-mkrescue -o "$work/boot.iso" "$work/iso" --install-modules='linux normal iso9660 biosdisk' --locales= --fonts= \
  --themes= >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "grub-mkrescue failed"; }

cat >"$work/bochsrc" <<BOCHS
config_interface: textconfig
display_library: term
cpu: model=${CPU:-corei7_skylake_x}, ips=40000000, reset_on_triple_fault=0
clock: sync=none, time0=utc
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0-master: type=cdrom, path=$work/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/serial
log: $work/log
panic: action=fatal
BOCHS
echo c >"$work/continue"  # to the debugger that Debian's build begins with
touch "$work/serial"
TERM=linux timeout -k 1 "${LIMIT:-3600}" bochs -q -f "$work/bochsrc" -rc "$work/continue" </dev/null >"$work/out" 2>&1 &
emulator=$!
screen=
for _ in {1..100}; do
  screen=$(grep -o -m 1 '/dev/pts/[0-9]*' "$work/out") && break
  sleep 0.1
done
[[ -z $screen ]] || cat "$screen" >/dev/null 2>&1 &  # Bochs stops when nobody reads its screen
tail -n +1 -f --pid=$emulator "$work/serial"
wait $emulator || true  # switching off is an error to Bochs

grep -q avx512vl "$work/serial" || fail "the guest has no AVX-512"
passed=$(grep -c '^status 0$' "$work/serial" || true)
if ((passed < ${#commands[@]})); then
  grep -F PANIC "$work/log" | grep -vF 'soft power off' >&2 || true
  if grep -q 'Emulator 2\.7' "$work/log"; then
    echo "emulate_avx512: Bochs 2.7 takes log and pow of denormal f64 wrongly (docs/numbers.md): StepKernels find that" >&2
  fi
  fail "$passed of ${#commands[@]} commands ended with status 0"
fi
