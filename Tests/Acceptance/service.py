"""The daemon under test: configuration, start, questions, stop."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

INBOXES = {"dicom": {}, "mr": {"Modality": "MR"}, "ct": {"Modality": "CT"}, "plain": {}}
STATES = {"failed": "quarantined"}
LONGEST_WAIT = 180


class Service:
    def __init__(self, binary: str, root: Path) -> None:
        self.binary = binary
        self.root = root
        self.outbox = root / "outbox"
        self.state_folder = root / "state"
        self.log = root / "daemon.jsonl"
        self.exit_status: int | None = None
        self.configuration = root / "restorad.yaml"
        self.configuration.write_text(self.yaml())
        for name in INBOXES:
            self.inbox(name).mkdir(parents=True)
        self.outbox.mkdir()

    def yaml(self) -> str:
        lines = [f"state: {self.state_folder}", "inboxes:"]
        for name, assumed in INBOXES.items():
            lines += [
                f"  - name: {name}",
                f"    path: {self.inbox(name)}",
                f"    outbox: {self.outbox}",
                "    settle: { file: 300ms, series: 2s, longest: 5s }",
                "    poll: 1s",
            ]
            if assumed:
                lines.append("    assume: { Modality: %s }" % assumed["Modality"])
        return "\n".join(lines + ["log: { level: debug, format: json }", ""])

    def inbox(self, name: str) -> Path:
        return self.root / "inbox" / name

    def __enter__(self) -> "Service":
        self.errors = open(self.log, "wb")
        self.process = subprocess.Popen(
            [self.binary, "run", "--config", str(self.configuration)],
            stdout=subprocess.DEVNULL, stderr=self.errors, cwd=self.root,
        )
        deadline = time.monotonic() + 20
        while b'"daemon.ready"' not in self.log.read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the daemon did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.exit_status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()

    # Questions

    def ask(self, *arguments: str) -> list[dict]:
        """The lines of JSON that a verb answers with."""
        done = subprocess.run(
            [self.binary, *arguments, "--json", "--config", str(self.configuration)],
            capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"restorad {' '.join(arguments)}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def jobs(self) -> list[dict]:
        return self.ask("jobs")

    def state(self, job: str) -> str:
        return next(j["state"] for j in self.jobs() if j["job"] == job)

    def recalled(self) -> list[str]:
        """The contents that revisions copied out of the archive, each once for each copy."""
        copies = []
        for job in self.jobs():
            if "supersedes" in job:
                earlier, later = (
                    {file["sha256"] for file in self.ask("show", name)[0]["files"]}
                    for name in (job["supersedes"], job["job"])
                )
                copies += earlier & later
        return copies

    def outcomes(self) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
        """Every file that a job has: its outcomes, reasons and jobs; the last where it was revised."""
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for job in self.jobs():
            state = STATES.get(job["state"], job["state"])
            sheet = self.ask("show", job["job"])[0]
            for file in [] if "superseded_by" in sheet else sheet["files"]:
                entry = (state, job.get("reason", ""), job["job"])
                found.setdefault((job["inbox"], file["name"]), []).append(entry)
        return found

    def files_left(self) -> set[tuple[str, str]]:
        """The files in the inboxes; links are none."""
        return {
            (name, path.relative_to(self.inbox(name)).as_posix())
            for name in INBOXES
            for path in self.inbox(name).rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    def wait_for_rest(self, ignored: set[tuple[str, str]]) -> float:
        """Waits until every file was decided upon and no job is under way."""
        began = time.monotonic()
        calm = 0
        while calm < 2:
            if self.process.poll() is not None:
                raise SystemExit(f"the daemon ended: {self.process.returncode}")
            if time.monotonic() - began > LONGEST_WAIT:
                left = sorted(self.files_left() - ignored)
                print(f"still in the inboxes or under way after {LONGEST_WAIT} s: {left[:20]}")
                break
            jobs = self.ask("status")[0]["jobs"]
            open_jobs = sum(jobs.get(state, 0) for state in ("waiting", "queued", "running", "deferred"))
            calm = calm + 1 if open_jobs == 0 and self.files_left() <= ignored else 0
            time.sleep(0.4)
        return time.monotonic() - began

    def release_held(self, modality: str) -> list[str]:
        """Releases the held jobs of a modality, as a person does."""
        held = [j["job"] for j in self.jobs() if j["state"] == "held" and j["modality"] == modality]
        for job in held:
            subprocess.run(
                [self.binary, "release", job, "--config", str(self.configuration)],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + 20
        while any(self.state(job) == "held" for job in held) and time.monotonic() < deadline:
            time.sleep(0.2)
        return held
