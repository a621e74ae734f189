"""The table of results."""

HEAD = """\
| case | ours | score | peer | time | score | ratio (of CPU) | memory, MB |
|---|---|---|---|---|---|---|---|"""


def time_text(seconds):
    if seconds < 0.01:
        return f"{seconds * 1e3:.2f} ms"
    return f"{seconds * 1e3:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def spent(row, said):
    """The time, and what was done in a second where the case has units of work."""
    text = time_text(said["seconds"])
    if "units" in row:
        count, name = row["units"]
        text += f" ({count / said['seconds']:.3g} {name}/s)"
    return text


def score_text(row, score):
    if score is None:
        return ""
    name = row["score"]["name"]
    return f"{score:.2f} dB" if name == "PSNR, dB" else f"{score:.3g} {name}"


def ratio_text(ratio):
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def megabytes(said):
    return f"{said['peak_bytes'] / 1e6:.0f}" if said.get("peak_bytes") else "-"


def lines(row):
    """A line for each peer; ours stands in the first."""
    if "missing" in row:
        return [line([row["title"], f"not measured: {row['missing']}"] + [""] * 6)]
    ours = row["ours"]
    mine = [row["title"], spent(row, ours), score_text(row, ours.get("score"))]
    if not row["peers"]:
        return [line(mine + ["", "", "", "", megabytes(ours)])]
    found = []
    for peer in row["peers"]:
        if "missing" in peer:
            cells = [f"{peer['name']} {peer['missing']}", "", "", "", megabytes(ours)]
        else:
            score = score_text(row, peer.get("score"))
            if "difference" in peer:
                score += f" (apart {peer['difference']:.1e})" if peer["difference"] else " (same)"
            ratio = f"{ratio_text(peer['ratio'])} ({ratio_text(peer['cpu_ratio'])})"
            cells = [peer["name"], spent(row, peer), score.strip(), ratio,
                     f"{megabytes(ours)} / {megabytes(peer)}"]
        found.append(line(mine + cells))
        mine = ["", "", ""]
    return found


def line(cells):
    return "| " + " | ".join(cells) + " |"
