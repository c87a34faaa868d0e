"""What the platforms do with what we write, written anew from their sources: none of it is the grader's own code.

Sources: actions/runner (ActionCommand.cs, ActionCommandManager.cs), gitlabhq (parsers/test/junit.rb, reports/test_suite.rb and the
XML reader of Rails), jenkinsci/xunit-plugin (junit-10.xsd, here as tests/schemas/junit.xsd), gradescope/autograder_samples
(docs/specs.md), foundation50/classroom50 (schemas/result-v1.schema.json, runner.py), github-education-resources/
autograding-grading-reporter (src/*.js).
"""

from __future__ import annotations

import base64
import functools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xmlschema
from jsonschema import Draft202012Validator

# GitHub's runner

REGISTERED = {
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "add-mask",
    "stop-commands",
    "set-output",
    "add-path",
}
KEPT_ANNOTATIONS = 10
SUMMARY_BYTES = 1024 * 1024


def commands_in(log):
    """Return what a runner reads as commands in a log, as (name, properties, message), without minding `stop-commands`."""
    return [command for command in map(_command, _lines(log)) if command]


def carried_out(log):
    """Return the commands that a runner carries out: none between `::stop-commands::TOKEN` and `::TOKEN::`."""
    found, token = [], None
    for line in _lines(log):
        if token is not None:
            resumed = _second(line.lstrip(), {token}) or _first(line, {token})
            token = None if resumed else token
            continue
        command = _command(line)
        if command and command[0] == "stop-commands":
            token = command[2]
        elif command:
            found.append(command)
    return found


def _lines(log):
    return re.split("\r\n|\r|\n", log)


def _command(line):
    return _second(line.lstrip(), REGISTERED) or _first(line, REGISTERED)


def _second(line, registered):
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if pair)
    properties = {pair[0]: _unescape(pair[1], {"%3A": ":", "%2C": ","}) for pair in pairs if len(pair) == 2}
    return (name, properties, _unescape(line[end + 2 :], {})) if name in registered else None


def _first(line, registered):
    start = line.find("##[")
    end = line.find("]", max(start, 0))
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return (name, {}, line[end + 1 :]) if name in registered else None


def _unescape(text, more):
    for escaped, plain in ({"%0D": "\r", "%0A": "\n"} | more | {"%25": "%"}).items():
        text = text.replace(escaped, plain)
    return text


def outputs_in(text):
    """Return the outputs of a step that the file in `$GITHUB_OUTPUT` sets, `name=value` or `name<<DELIMITER` (FileCommandManager.cs)."""
    outputs, lines = {}, iter(text.split("\n"))
    for line in lines:
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            outputs[line[:equals]] = line[equals + 1 :]
        elif heredoc >= 0:
            end = line[heredoc + 2 :]
            outputs[line[:heredoc]] = "\n".join(iter(functools.partial(next, lines), end))
        else:
            assert line == "", f"the runner refuses the line {line!r}"
    return outputs


# GitLab

_RAILS_TYPES = {"symbol", "yaml", "integer", "float", "decimal", "boolean", "date", "datetime", "base64Binary", "file", "array", "string"}


@dataclass
class GitLabCase:
    """One test as GitLab shows it."""

    status: str
    suite: str
    classname: str
    name: str
    seconds: float
    output: str | None
    attachment: str | None


def gitlab_cases(document):
    """Return the tests that GitLab keeps of a report."""
    kept = {}
    for suite in ET.fromstring(document).iter("testsuite"):
        for case in suite.findall("testcase"):
            found = _gitlab_case(suite, case)
            key = (found.status, found.suite, found.classname, found.name)
            kept[key] = found
    return list(kept.values())


def _gitlab_case(suite, case):
    told = {"failure": "failed", "error": "error", "skipped": "skipped"}
    said = next((element for element in map(case.find, told) if element is not None), None)
    status = "success" if said is None else told[said.tag]
    if said is not None:
        # Rails makes a hash of an element without text, and reads text by the `type` of the element.
        assert (said.text or "").strip(), "GitLab would show a hash"
        assert said.get("type") not in _RAILS_TYPES
    attached = re.search(r"\[\[ATTACHMENT\|(.+?)\]\]", case.findtext("system-out") or "") if status == "failed" else None
    return GitLabCase(
        status,
        suite.get("name"),
        case.get("classname"),
        case.get("name"),
        float(case.get("time")),
        None if said is None else said.text,
        attached and attached[1],
    )


# Jenkins

JUNIT_SCHEMA = Path(__file__).parent / "schemas" / "junit.xsd"


@functools.cache
def jenkins_schema():
    """Return the schema of Jenkins's xUnit plugin."""
    return xmlschema.XMLSchema(str(JUNIT_SCHEMA))


def jenkins_faults(document):
    """Return what the schema of Jenkins's xUnit plugin objects to."""
    return [str(error) for error in jenkins_schema().iter_errors(document.decode("utf-8").partition("?>")[2])]


# Gradescope

_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": _FORMAT,
        "test_output_format": _FORMAT,
        "test_name_format": _FORMAT,
        "visibility": _VISIBILITY,
        "stdout_visibility": _VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": _FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string", "not": {"pattern": "\\r"}},
                    "output_format": _FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": _VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
        "leaderboard": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "value"],
                "properties": {
                    "name": {"type": "string"},
                    "value": {"type": ["number", "string"]},
                    "order": {"enum": ["asc", "desc"]},
                },
            },
        },
    },
}


def gradescope_faults(text):
    """Return what is not as Gradescope's specification has it."""
    read = json.loads(text, parse_constant=_refuse)
    faults = [error.message for error in Draft202012Validator(GRADESCOPE_SCHEMA).iter_errors(read)]
    if "score" not in read and any("score" not in test for test in read["tests"]):
        faults.append("no score")
    return faults


def _refuse(word):
    """Refuse what Python writes as JSON and nobody else reads: NaN, Infinity."""
    raise ValueError(f"{word} is no JSON")


def student_sees(text):
    """Return what a student reads on Gradescope at once: the visible tests, and the total unless a test is hidden."""
    read = json.loads(text)
    top = read.get("visibility", "visible")
    shown = [test for test in read["tests"] if test.get("visibility", top) == "visible"]
    return (read["score"] if len(shown) == len(read["tests"]) else None), shown


# Classroom 50

_COUNT = {"type": "integer", "minimum": 0}
_WORD = {"type": "string", "minLength": 1}
CLASSROOM50_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), _WORD),
        "assignment_type": {"enum": ["individual", "group", "team"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": _COUNT,
        "max-score": _COUNT,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": _WORD, "passed": {"type": "boolean"}, "score": _COUNT, "max-score": _COUNT},
            },
        },
    },
}


def classroom50_faults(text):
    """Return what the schema objects to, and the runner, which compares scores as well."""
    read = json.loads(text)
    faults = [error.message for error in Draft202012Validator(CLASSROOM50_SCHEMA).iter_errors(read)]
    for scored in (read, *read["tests"]):
        if type(scored["score"]) is not int or type(scored["max-score"]) is not int:
            faults.append("a score is no whole number")
        elif scored["score"] > scored["max-score"]:
            faults.append("score above max-score")
    return faults


# GitHub Classroom's older reporter

REPORTER_SCHEMA = {
    "type": "object",
    "required": ["version", "status", "max_score", "tests"],
    "properties": {
        "version": {"enum": [1, 3]},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": {"type": "number"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "status", "score"],
                "properties": {
                    "name": {"type": "string"},
                    "status": {"enum": ["pass", "fail", "error"]},
                    "score": {"type": "number"},
                    "line_no": {"type": "integer"},
                },
            },
        },
    },
}


@dataclass
class Reported:
    """What the reporter tells GitHub Classroom, and the log of its step."""

    total: float
    maximum: float
    failed: bool
    log: str


def report_to_classroom(runners: dict[str, str]) -> Reported:
    """Return what the reporter makes of the outputs of steps, name of a step -> base64."""
    read: dict[str, Any] = {name: json.loads(base64.b64decode(text).decode("utf-8")) for name, text in runners.items()}
    for results in read.values():
        Draft202012Validator(REPORTER_SCHEMA).validate(results)
    scored = [results for results in read.values() if results["max_score"]]
    log = []
    for results in read.values():
        for test in results["tests"]:
            if test["status"] == "pass":
                log.append(f"\x1b[32m✅ {test['name']}\n\x1b[0m")
            else:
                words = test.get("message") or f"Failed to run test '{test['name']}'"
                log += [f"\x1b[31m❌ {test['name']}\n", f"Error: {words}\n\x1b[0m"]
    return Reported(
        total=sum(test["score"] for results in scored for test in results["tests"]),
        maximum=sum(results["max_score"] for results in scored),
        failed=any(results["status"] in ("fail", "error") for results in read.values()),
        log="\n".join(log),
    )
