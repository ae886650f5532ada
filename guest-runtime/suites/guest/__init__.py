"""The half of the harness that runs inside the guest: it runs some test files of one suite and writes down what each
test came to."""

import traceback


def run(parameters):
    """Runs what the script's parameters ask for; see `batches.py` on the host's side."""
    from suite_guest import doctests, pytests, records, unittests

    runners = {"pytest": pytests.run, "unittest": unittests.run, "doctest": doctests.run}
    files = parameters["files"].split(":")
    left_out = [pattern for pattern in parameters["left_out"].split("\n") if pattern]
    with records.Records(parameters["first"], left_out) as kept:
        try:
            runners[parameters["runner"]](files, kept)
        except Exception:
            # The host tells a script's own frames alone, and this one has none.
            traceback.print_exc()
            raise
