#!/usr/bin/env bats
# make install, make uninstall and make deb: what is put there works from there, and goes again.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    export DRAINCTL ROOT=$BATS_TEST_DIRNAME/..
    export DEBFULLNAME="A Packager" DEBEMAIL=packager@drainctl.example
}

setup() {
    [[ "$DRAINCTL" != */asan/* ]] || skip "what goes where does not change with the sanitizers"
    export NO_COLOR=1
    cd "$BATS_TEST_TMPDIR" || return 1
}

# The Makefile's own words for what is under test; nothing of a make around this one.
make_it() {
    local build
    build=$(realpath --relative-to="$ROOT" "$(dirname "$DRAINCTL")")
    env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES make -s --no-print-directory -C "$ROOT" B="$build" "$@"
}

@test "install puts everything where it is looked for, and it works from there" {
    local root=$PWD/a\ root file
    make_it install prefix=/opt/drain DESTDIR="$root"
    cd "$root/opt/drain"
    [ "$(bin/drainctl --version)" = "$("$DRAINCTL" --version)" ]
    run bin/drainctl scenario share/drainctl/scenarios/sigint-as-sigterm.json
    exits 0
    run bin/drainctl scenario sigint-as-sigterm
    exits 0
    for file in share/man/man1/drainctl{,-scenario,-check}.1 share/man/man5/drainctl-{scenario,journal}.5 \
        share/bash-completion/completions/drainctl share/zsh/site-functions/_drainctl \
        share/fish/vendor_completions.d/drainctl.fish share/drainctl/scenarios/scenario.schema.json \
        share/doc/drainctl/README.md share/doc/drainctl/docs/scenario.md share/doc/drainctl/docs/defects/README.md \
        lib/bats/drainctl/load.bash; do
        [ -s "$file" ] || { echo "$file is missing" >&2; false; }
    done
    diff <(ls share/drainctl/scenarios) <(ls "$ROOT/scenarios")
    [ -z "$(find "$root" ! -type d ! -perm 644 ! -path '*/bin/drainctl')" ]
    run ! grep -rlF "$root" "$root" # nothing but the program may know where it was built
    [ -z "$output" ]
}

@test "every link between the installed pages leads to one, and install.md names every folder" {
    make_it install prefix=/usr DESTDIR="$PWD"
    run python3 - usr/share/doc/drainctl <<'END'
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
links = [(page, link) for page in root.rglob("*.md")
         for link in re.findall(r"\]\(([^)#]+)", page.read_text()) if not re.match("[a-z]+:", link)]
assert len(links) > 50, links
dead = [(str(page), link) for page, link in links if not (page.parent / link).exists()]
assert not dead, dead
END
    exits 0
    find usr -type f -printf '%P\n' | sed -E 's,(share/doc/drainctl|share/drainctl/scenarios|share/man/man.)/.*,\1/,' |
        sort -u | while IFS= read -r place; do
        grep -qF "$place" "$ROOT/docs/install.md" || { echo "install.md does not name $place" >&2; false; }
    done
}

@test "uninstall removes all of it, whichever way the folders are named" {
    make_it install PREFIX=/usr/other DESTDIR="$PWD/one"
    make_it uninstall prefix=/usr/other DESTDIR="$PWD/one"
    [ -z "$(ls -A one)" ]
    make_it install prefix=/p mandir=/m bindir=/b datadir=/d docdir=/doc DESTDIR="$PWD/two"
    [ -x two/b/drainctl ] && [ -f two/m/man1/drainctl.1 ] && [ -d two/d/drainctl ] && [ -f two/doc/README.md ]
    make_it uninstall prefix=/p mandir=/m bindir=/b datadir=/d docdir=/doc DESTDIR="$PWD/two"
    [ -z "$(ls -A two)" ]
}

@test "uninstall leaves what is not its own, also after a second install" {
    mkdir -p root/usr/share/man/man1 root/usr/share/drainctl root/usr/bin
    echo mine | tee root/usr/share/man/man1/drainctl-mine.1 root/usr/share/drainctl/mine >root/usr/bin/other
    find root | sort >before
    make_it install prefix=/usr DESTDIR="$PWD/root"
    make_it install prefix=/usr DESTDIR="$PWD/root"
    make_it uninstall prefix=/usr DESTDIR="$PWD/root"
    find root | sort >after
    diff before after
    run make_it uninstall prefix=/usr DESTDIR="$PWD/root"
    exits 0
    has "nothing of drainctl is installed below"
}

@test "an install that fails half-way is an error, and can be removed" {
    mkdir -p root/usr/share
    : >root/usr/share/doc # a file where a folder has to be
    run make_it install prefix=/usr DESTDIR="$PWD/root"
    [ "$status" -ne 0 ]
    [ -x root/usr/bin/drainctl ]
    make_it uninstall prefix=/usr DESTDIR="$PWD/root"
    [ "$(find root | sort | tr '\n' ' ')" = "root root/usr root/usr/share root/usr/share/doc " ]
}

# The package, built once for this file: sets deb.
build_deb() {
    deb=$BATS_FILE_TMPDIR/drainctl.deb
    [ -f "$deb" ] || cp "$ROOT/$(make_it deb | tail -1)" "$deb"
}

@test "the Debian package: lintian objects to nothing, and the same tree gives the same bytes" {
    local deb
    build_deb
    cmp "$deb" "$ROOT/$(TZ=Asia/Tokyo make_it deb | tail -1)"
    run lintian --allow-root --fail-on error,warning "$deb"
    exits 0
    [ -z "$output" ]
}

@test "the Debian package names who packages it, and asks when that is not known" {
    local deb
    build_deb
    [ "$(dpkg-deb -f "$deb" Maintainer)" = "A Packager <packager@drainctl.example>" ]
    unset DEBEMAIL
    GIT_DIR=/nonexistent run make_it deb
    [ "$status" -ne 0 ]
    has "set DEBFULLNAME and DEBEMAIL"
}

@test "the Debian package installs, runs and goes again" {
    local deb package
    build_deb
    mkdir -p root/var/lib/dpkg/updates root/var/lib/dpkg/info
    : >root/var/lib/dpkg/status
    # into a root of its own, where nothing else is: its dependencies are looked at below
    dpkg_here() {
        "${as_root[@]}" dpkg --root="$PWD/root" --force-depends,not-root,bad-path "$@"
    }
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(fakeroot)
    dpkg_here -i "$deb"
    [ "$(root/usr/bin/drainctl --version)" = "$("$DRAINCTL" --version)" ]
    run root/usr/bin/drainctl scenario root/usr/share/drainctl/scenarios/sigint-as-sigterm.json
    exits 0
    [ -z "$(dpkg_here -V drainctl)" ] # its checksums
    [ -z "$(find root/usr/share/man -type f ! -name '*.gz')" ]
    for package in "the drainctl authors" "Fedor Indutny" "Leon Sorokin"; do # whose work it holds
        grep -q "$package" root/usr/share/doc/drainctl/copyright
    done
    [ "$(find root/usr/share/man -name 'drainctl*' | wc -l)" -ge 11 ]
    for package in $(dpkg-deb -f "$deb" Depends | tr ',' '\n' | awk '{ print $1 }'); do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" | grep -qx installed
    done
    dpkg_here --purge drainctl
    [ ! -e root/usr ]
    [ "$(find root -path '*info/*' ! -name format)" = "" ]
}
