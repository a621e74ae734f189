"""The acceptance run: one daemon, all real scans, copied slowly; what becomes of every file.

`outcomes.tsv` says what is right, and why; `outcomes-inside.tsv` does for the small scans inside
the project. Only Python's standard library, `dciodvfy` and the program under test are used.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "Chaos"))

import alone
import arrival
import canary
import custody
import logs
import outbox
import replays
from outcomes import Table
from service import Service
from tally import Tally

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent


def scans(inside: bool) -> tuple[Path, Path]:
    """The folder of the scans, and the table that belongs to it."""
    candidates = [os.environ.get("RESTORAD_TEST_DATA"), CHECKOUT.parent / "shared" / "data"]
    for folder in candidates:
        if not inside and folder and Path(folder).is_dir():
            return Path(folder), HERE / "outcomes.tsv"
    return CHECKOUT / "Tests" / "Data", HERE / "outcomes-inside.tsv"


def judge(service: Service, table: Table, tally: Tally) -> None:
    """Compares what became of every file with what the table asks."""
    found = service.outcomes()
    for delivery in table.deliveries:
        outcomes = found.get((delivery.inbox, delivery.name), [])
        if not outcomes and (service.inbox(delivery.inbox) / delivery.name).is_file():
            outcomes = [("ignored", "", "")]
        row = delivery.row
        said = "; ".join(f"{state}: {reason}" for state, reason, _ in outcomes) or "lost"
        right = len(outcomes) == 1 and outcomes[0][0] == row.outcome and row.fits(outcomes[0][1])
        tally.check(right, f"{delivery.inbox}/{delivery.name}: wanted {row}, found {said}")
    for row in table.unused():
        tally.check(False, f"line {row.line} of the table fits no file: {row.files}")


def run(binary: str, root: Path, inside: bool, tally: Tally) -> None:
    """Everything between the first copy and the last check."""
    data, table_file = scans(inside)
    table = Table(table_file, data)
    print(f"{len(table.deliveries)} files of {data}", flush=True)
    service = Service(binary, root)
    inputs = custody.Inputs()
    watch = outbox.Watch(service.outbox)
    with service, watch:
        inputs.note(arrival.leave_junk(service.inbox("dicom")))
        for number in table.rounds:
            wave = [delivery for delivery in table.deliveries if delivery.round == number]
            inputs.note(arrival.copy_slowly(wave, service, seed=number))
            waited = service.wait_for_rest(table.ignored(up_to=number) | inputs.junk)
            print(f"round {number}: {len(wave)} files, at rest {waited:.0f} s later", flush=True)
        judge(service, table, tally)
        released = service.release_held("PT")
        service.wait_for_rest(table.ignored(up_to=number) | inputs.junk)
        for job in released:
            tally.check(service.state(job) == "published", f"{job} was released, not published")
    tally.check(service.exit_status == 0, f"the daemon ended with {service.exit_status}")
    tally.extend(watch.checks)
    jobs = outbox.check(service, tally)
    logs.check_daemon(service, inputs, tally)
    custody.check(service, inputs, tally)
    alone.check(binary, table, data, root, tally)
    print(f"{jobs} published folders, {watch.looks} looks at the outbox", flush=True)


def under_kills(binary: str, tally: Tally) -> None:
    """A short storm of kills, always of the same plan."""
    plan = ["--seconds", "15", "--seed", "acceptance", "--calm"]
    done = subprocess.run(
        [CHECKOUT / "scripts" / "chaos", binary, *plan], capture_output=True, text=True,
        check=False)
    print(done.stdout, end="", flush=True)
    tally.check(done.returncode == 0, f"chaos: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def main() -> int:
    """Runs, prints the failures and the sum."""
    binary, keep = sys.argv[1], "--keep" in sys.argv[2:]
    root = Path(tempfile.mkdtemp(prefix="restorad-acceptance."))
    tally = Tally()
    try:
        binary = os.path.abspath(binary)
        run(binary, root, "--inside" in sys.argv, tally)
        canary.check(binary, tally)
        replays.check(binary, tally)
        under_kills(binary, tally)
    finally:
        if keep:
            print(f"kept: {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)
    print(tally.summary())
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
