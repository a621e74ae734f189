"""Time over volume size as a drawing, both axes by powers."""
import math

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 120, 20, 50
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]


def draw(records, path):
    """Writes an SVG with a line for each step, on as many cores as were used at most."""
    most = max(r["cores"] for r in records)
    points = {}
    for record in records:
        if record["cores"] == most:
            points.setdefault(record["step"], []).append((record["size"], record["seconds"]))
    sides = sorted({side for line in points.values() for side, _ in line})
    times = [seconds for line in points.values() for _, seconds in line]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def across(side):
        first, last = math.log(sides[0]), math.log(sides[-1])
        part = (math.log(side) - first) / (last - first) if last > first else 0.5
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def up(seconds):
        part = (math.log10(seconds) - low) / (high - low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    parts = [*grid(sides, low, high, across, up), *linear(sides, low, high, across, up)]
    ends = spread({name: (max(line)[0], up(max(line)[1])) for name, line in points.items()})
    for colour, (name, line) in zip(COLOURS, points.items()):
        line.sort()
        path_points = " ".join(f"{across(s):.1f},{up(t):.1f}" for s, t in line)
        parts.append(f'<polyline points="{path_points}" fill="none" stroke="{colour}" '
                     'stroke-width="2"/>')
        parts += [f'<circle cx="{across(s):.1f}" cy="{up(t):.1f}" r="3.5" fill="{colour}"/>'
                  for s, t in line]
        x = across(line[-1][0])
        parts.append(label(x + 10, ends[name] + 4, name, colour=colour))
    with open(path, "w") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="13" role="img">\n'
            "<title>Seconds of each step over the side of the volume</title>\n"
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def label(x, y, text, anchor="start", colour="#333333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def grid(sides, low, high, across, up):
    """Lines and names of the axes."""
    for power in range(low, high + 1):
        y, value = up(10**power), f"{10**power:g} s"
        yield (f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
               'stroke="#dddddd"/>')
        yield label(LEFT - 8, y + 4, value, "end")
    for side in sides:
        yield label(across(side), HEIGHT - BOTTOM + 22, f"{side}³", "middle")
    yield label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "voxels", "middle")


def linear(sides, low, high, across, up):
    """How time grows when each voxel costs the same: dotted, for the eye."""
    if len(sides) < 2:
        return
    start = 10**low * 3
    end = start * (sides[-1] / sides[0]) ** 3
    if end > 10**high:
        start, end = start * 10**high / end, 10**high
    yield (f'<line x1="{across(sides[0]):.1f}" y1="{up(max(start, 10**low)):.1f}" '
           f'x2="{across(sides[-1]):.1f}" y2="{up(end):.1f}" stroke="#999999" '
           'stroke-dasharray="2 4"/>')


def spread(ends, least=16):
    """The heights of names, moved apart where they would lie upon each other."""
    placed, last = {}, {}
    for name, (side, y) in sorted(ends.items(), key=lambda item: item[1][1]):
        last[side] = placed[name] = max(y, last.get(side, -math.inf) + least)
    return placed
