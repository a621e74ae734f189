"""The form of log lines, and what they may not hold."""

import json
import os
import re

MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
LEVELS = {"debug", "info", "notice", "warning", "error"}


def fault(line: str) -> str | None:
    """What is wrong with a line of the structured log; nothing when it is right."""
    try:
        record = json.loads(line)
    except ValueError:
        return "no JSON"
    if not MOMENT.match(record.get("ts", "")):
        return "no time with microseconds"
    if record.get("level") not in LEVELS:
        return "no level"
    if not re.fullmatch(r"[a-z]+\.[a-z]+", record.get("event", "")):
        return "no event"
    return None if record.get("msg") else "no text for people"


def check_daemon(service, inputs, tally) -> None:
    """Checks the daemon's own log: form, and no names of files."""
    text = service.log.read_text()
    for line in text.splitlines():
        wrong = fault(line)
        tally.check(wrong is None, f"daemon's log: {wrong}: {line[:200]}")
    names = {os.path.basename(name) for _, name, _ in inputs.digests}
    told = [name for name in names if len(name) > 9 and name in text]
    tally.check(not told, f"the daemon's log tells names of files: {told[:5]}")


def check_job(folder, tally) -> None:
    """Checks a published job's log."""
    lines = (folder / "log.jsonl").read_text().splitlines()
    wrong = [fault(line) for line in lines if fault(line)]
    tally.check(not wrong, f"{folder.name}/log.jsonl: {wrong[:3]}")
    last = json.loads(lines[-1]) if lines else {}
    tally.check(
        last.get("event") == "job.published" and last.get("job") == folder.name,
        f"{folder.name}/log.jsonl does not end with job.published",
    )
