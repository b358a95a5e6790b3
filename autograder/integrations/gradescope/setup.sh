#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. Run again, it keeps what is there and adds what is
# missing. It ends with 1, and a line that says why, when something that grading needs cannot be had.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
kit="$root/source/kit"
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # where ldconfig lies

fail() {
    echo "setup.sh: $*" >&2
    exit 1
}

install() {
    echo "setup.sh: installing $*"
    command -v apt-get >/dev/null || fail "this image lacks $* and has no apt-get: choose one with Ubuntu or Debian"
    apt-get update -q || fail "apt-get update failed: see above"
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" || return 1
}

find_python() { # 3.11 or newer, with all that a virtual environment needs
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

has_seccomp() { [[ "$(ldconfig -p)" == *libseccomp.so.2* ]]; }

python="$(find_python)" || {
    install python3 python3-venv || fail "python3 could not be installed: see above"
    python="$(find_python)" || { # Ubuntu 22.04 has a newer one beside its own
        install python3.11 python3.11-venv || true
        python="$(find_python)" || fail "Python 3.11 or newer is needed, this image has $(python3 --version 2>&1)"
    }
}
has_seccomp || install libseccomp2 || true
has_seccomp || fail "libseccomp2 is missing and could not be installed: without it there is no wall, and no grading"
if grep -q 'bubblewrap: required' "$root/source/course/course.yml"; then
    command -v bwrap >/dev/null || install bubblewrap || fail "course.yml requires bubblewrap: see above"
fi

"$root/venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$root/venv"
"$root/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$kit/constraints.txt" --requirement "$kit/requirements.txt" ||
    fail "Python's packages could not be installed: see above"

AUTOGRADER_PYTHON="$root/venv/bin/python" "$BASH" "$root/source/run_autograder" --check
echo "setup.sh: done"
