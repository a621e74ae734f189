"""Scores results against the truth, and ours against what we want of ourselves."""
import dataclasses


def score(case, scene, row, mine, results):
    """Notes the scores of all results and how far they are from ours."""
    if case.score:
        row["score"] = {"name": case.score.name, "higher": case.score.higher,
                        "slack": case.score.slack}
        row["ours"]["score"] = case.score.measure(mine, scene)
    for said, result in zip(row["peers"], results):
        if result is None or not result.size:
            continue
        if case.score:
            said["score"] = case.score.measure(result, scene)
        if case.agreement:
            said["difference"] = case.agreement(mine, result, scene)


def hold(case, row):
    """Notes what is wanted, and where ours is below it."""
    wanted = case.wanted
    row["wanted"] = {name: value for name, value in dataclasses.asdict(wanted).items()
                     if value not in (None, {})}
    row["below"] = [text for peer in row["peers"] if "ratio" in peer
                    for text in beside(wanted, row["ours"].get("score"), peer)]
    own = row["ours"].get("score")
    if wanted.score is not None and (
            own < wanted.score if case.score.higher else own > wanted.score):
        row["below"].append(f"{case.score.name} {own:.4g}, {wanted.score:g} wanted")


def beside(wanted, own, peer):
    """Where ours is below what is wanted beside one peer."""
    name, theirs = peer["name"], peer.get("score")

    def of(limits):
        return next((limit for start, limit in limits.items() if name.startswith(start)), None)

    if (limit := of(wanted.ratios)) and peer["ratio"] < limit:
        yield f"{peer['ratio']:.1f} times as fast as {name}, {limit:g} wanted"
    if theirs is not None and (limit := of(wanted.parts)) and own > limit * theirs:
        yield f"{own / theirs:.2f} of the error of {name}, {limit:g} wanted"
    if theirs is not None and (limit := of(wanted.margins)) is not None and own < theirs + limit:
        yield f"{own - theirs:+.2f} dB to {name}, {limit:+g} wanted"
    apart = peer.get("difference")
    limit = of(wanted.differences)
    if None not in (apart, limit) and apart > limit:
        yield f"{apart:.1e} from {name}, {limit:.0e} wanted"
