"""Reads the table of outcomes and finds the files that each line means.

Columns, separated by tabs: round, inbox, files, outcome, reason, why.
- round: files of a later round arrive when those of the one before have come to rest.
- inbox: dicom, mr, ct or plain; `alone` is `restorad restore` with that file only. A plus before it
  hands the file in once more, below `again/`.
- files: a pattern over the path below the data folder; `*` also stands for slashes. The first line
  that fits a file counts for it, among the lines with a plus and among those without.
- outcome: published, skipped, held, quarantined, duplicate or ignored.
- reason: a part of what the job says, alternatives between bars.
- why: for people.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True)
class Row:
    line: int
    round: int
    inbox: str
    again: bool
    files: str
    outcome: str
    reason: str

    def fits(self, reason: str) -> bool:
        """Whether a job's reason holds what the table asks for."""
        return any(part in reason for part in self.reason.split("|"))

    def __str__(self) -> str:
        return f"{self.outcome} ({self.reason})" if self.reason else self.outcome


@dataclass(frozen=True)
class Delivery:
    """A file that is handed in."""

    source: Path
    name: str
    row: Row

    @property
    def round(self) -> int:
        return self.row.round

    @property
    def inbox(self) -> str:
        return self.row.inbox


def read(table: Path) -> list[Row]:
    rows = []
    for number, line in enumerate(table.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 4:
            raise SystemExit(f"{table}:{number}: fewer than four columns")
        turn, inbox, files, outcome, reason = (fields + [""])[:5]
        rows.append(
            Row(number, int(turn), inbox.lstrip("+"), "+" in inbox, files, outcome, reason)
        )
    return rows


class Table:
    def __init__(self, table: Path, data: Path) -> None:
        self.rows = read(table)
        self.deliveries: list[Delivery] = []
        self.alone: list[Delivery] = []
        self.used: set[int] = set()
        about = {"GROUPS.tsv", "MANIFEST.tsv", "PHANTOMS.md", "README.md"}
        for path in sorted(data.rglob("*")):
            if path.is_file() and path.name not in about:
                self.place(path, path.relative_to(data).as_posix())
        self.rounds = sorted({delivery.round for delivery in self.deliveries})

    def place(self, path: Path, name: str) -> None:
        fitting = [row for row in self.rows if fnmatchcase(name, row.files)]
        first = next((r for r in fitting if not r.again and r.inbox != "alone"), None)
        if first is None:
            raise SystemExit(f"the table of outcomes says nothing about {name}")
        chosen = [first] if first.outcome != "none" else []
        for inbox in ("dicom", "mr", "ct", "plain"):
            chosen += [r for r in fitting if r.again and r.inbox == inbox][:1]
        for row in chosen:
            below = f"again/{name}" if row.again else name
            self.deliveries.append(Delivery(path, below, row))
        single = next((r for r in fitting if r.inbox == "alone"), None)
        if single:
            self.alone.append(Delivery(path, name, single))
        self.used |= {row.line for row in chosen + [single or first, first]}

    def unused(self) -> list[Row]:
        """Lines that no file fits; the table has to be true on both sides."""
        return [row for row in self.rows if row.line not in self.used]

    def ignored(self, up_to: int) -> set[tuple[str, str]]:
        """The files that stay in their inboxes, once a round has come."""
        return {
            (d.inbox, d.name)
            for d in self.deliveries
            if d.row.outcome == "ignored" and d.round <= up_to
        }
