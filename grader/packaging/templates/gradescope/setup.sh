#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image of the autograder: installs torch and the grader, and tries both.
# Made by `grade package gradescope`, grade @{ version }@.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
# Outside of $root: student code runs as a user of its own, who has to read Python and must not read the course.
venv="${AUTOGRADER_VENV:-/opt/grade}"
source_dir="$root/source"
<% if datasets %>
data="${AUTOGRADER_DATA:-/opt/grade-data}"
<% endif %>

fits() { python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

if ! fits; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install -y --no-install-recommends python3 python3-venv
  rm -rf /var/lib/apt/lists/*
fi
if ! fits; then
  echo "The grader needs Python 3.10 or newer: choose Ubuntu 22.04 or newer as the base image." >&2
  exit 1
fi

python3 -m venv "$venv"
pip=("$venv/bin/python" -m pip install --disable-pip-version-check --no-cache-dir)
<% if gpu %>
# With CUDA, as PyPI has it.
<% else %>
# From PyTorch's index of builds for the CPU, which leave out the gigabytes of CUDA.
<% endif %>
"${pip[@]}" torch torchvision --index-url @{ torch_index }@
"${pip[@]}" "$source_dir/@{ wheel }@"

export GRADE_COURSE="$source_dir/course"
<% for dataset in datasets %>
"$venv/bin/grade" data @{ dataset }@ --root "$data"
<% endfor %>
<% if datasets %>
# Student code may read the images, never the labels of the test images.
find "$data" -name 't10k-labels*' -exec chmod go= {} +
export GRADE_DATA="$data"
<% endif %>
# The course holds hidden suites and solutions. Only root, as whom the grader runs, may look into it.
chmod -R go= "$source_dir"

"$venv/bin/grade" list
<% if has_solution %>
# The machine that builds may be another than the one that grades, so this warns and does not stop.
if ! "$venv/bin/grade" @{ exercise }@ "$source_dir/course/solutions/@{ exercise }@/@{ file }@" --quiet; then
  echo "WARNING: the reference solution does not pass on this machine; read the lines above." >&2
fi
<% endif %>
