# Sets $python to a Python of at least 3.11: $PYTHON if that is set, otherwise the first one on PATH.
# Sourced by ./run and ./test; ends the script that sources it when there is none.

new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if new_enough "$candidate"; then
        python=$candidate
        break
    fi
done

if [ -z "$python" ]; then
    echo "servicebalie needs Python 3.11 or newer; found: $(${PYTHON:-python3} --version 2>&1)" >&2
    echo "Install it (on Debian 12 or newer: sudo apt-get install python3 python3-venv)," >&2
    echo "or set PYTHON to the one to use, for instance: PYTHON=/opt/python3.12/bin/python3 $0" >&2
    exit 1
fi
