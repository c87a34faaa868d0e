"""The `grade` command: parses, calls, prints, and ends with an exit code. Imports nothing slow until a command needs it."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

import click

from grader.cli.commands import cli
from grader.cli.exits import Exit
from grader.faults import GraderFault, UsageError


def main() -> NoReturn:
    """Run the command line and end the process."""
    gc.disable()  # a run is short; collecting costs more than it frees
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # the reader of a pipe has gone; nothing is left to say to it
            code = code or Exit.NOT_PASSED
    os._exit(code)  # skips the tearing down of modules


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; faults are told on stderr."""
    try:
        result = cli.main(args=arguments, prog_name="grade", standalone_mode=False)
        return int(result or 0)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return int(Exit.USAGE)
    except UsageError as error:
        return _tell("error", error, Exit.USAGE)
    except GraderFault as error:
        return _tell("the grader failed (this is not the fault of the submission)", error, Exit.GRADER_FAULT)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nstopped", err=True)
        return 130
    except BrokenPipeError:
        return int(Exit.NOT_PASSED)
    # Border: an exception that nobody foresaw is our fault; it is told in full, since only we can mend it.
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo(
            "\nthe grader failed (this is not the fault of the submission); please report the lines above", err=True
        )
        return int(Exit.GRADER_FAULT)


def _tell(kind: str, error: UsageError | GraderFault, code: Exit) -> int:
    from grader.render.escape import without_commands

    click.echo(f"{kind}: {without_commands(error.cause)}", err=True)
    if error.where:
        click.echo(f"  where  {without_commands(error.where)}", err=True)
    if error.cure:
        click.echo(f"  next   {without_commands(error.cure)}", err=True)
    return int(code)
