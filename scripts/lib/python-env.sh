# Sourced by the scripts: makes a virtual environment under .cache once for each
# version of its requirements file.

# python_env NAME REQUIREMENTS [pip options…] -> .cache/venv-NAME
python_env() {
  local venv=".cache/venv-$1" requirements="$2" stamp
  shift 2
  stamp="$(python3 --version) $(sha256sum "$requirements" | cut -d' ' -f1) $*"
  if [[ ! -f "$venv/.stamp" || "$(<"$venv/.stamp")" != "$stamp" ]]; then
    echo "preparing $venv from $requirements" >&2
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" -r "$requirements" >&2
    printf '%s\n' "$stamp" > "$venv/.stamp"
  fi
}
