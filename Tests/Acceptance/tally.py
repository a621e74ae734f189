"""Counts checks; a failure is printed when it is found."""


class Tally:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, holds: bool, otherwise: str) -> bool:
        """Counts one check; `otherwise` says what is wrong when it does not hold."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {otherwise}", flush=True)
        return holds

    def extend(self, checks: list[tuple[bool, str]]) -> None:
        """Counts checks that were made elsewhere."""
        for holds, otherwise in checks:
            self.check(holds, otherwise)

    def summary(self) -> str:
        """The last line of a run."""
        return f"{self.passed} passed, {self.failed} failed"
