"""Every audit of a simulated election, through the command line alone: the ceremony of each draw, paper counted by two persons, receipts
read one by one, draws by parts, a quick count, a recount; then everything that a clumsy official could do, each refused with its code and
with nothing left behind. Usage: audit_day.py SUFRAGIO"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

SUFRAGIO = os.path.abspath(sys.argv[1])
DICE = "83561029471156203984"
OTHER_DICE = "40210356098217734560"
CONTEST = "presidencia"
checked = 0


def run(*args, refused=None):
    """Runs a command; `refused`: it must fail with this code and name a remedy."""
    global checked
    checked += 1
    done = subprocess.run([SUFRAGIO, "--lang", "en", *map(str, args)], capture_output=True, text=True)
    said = done.stdout + done.stderr
    wrong = done.returncode != 0 if refused is None else done.returncode != 1 or refused not in done.stderr
    if wrong or "[" + "code." in said or "{" in done.stderr:
        sys.exit(f"{' '.join(map(str, args))}\nexpected {refused or 'success'}, got {done.returncode}:\n{said}")
    if refused is not None and len(done.stderr.strip().splitlines()) < 2:
        sys.exit(f"{refused} without a remedy: {done.stderr}")
    return done.stdout


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def frame_of(audit):
    with open(f"{audit}/frame.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    head = next(i for i, line in enumerate(lines) if line[0] == "mesa")
    return lines[head][4:], [dict(zip(lines[head], line)) for line in lines[head + 1 :]]


def box(options, row, moved=0):
    """What lies in the box of a mesa: as its acta says, or with votes moved from the first option to the second."""
    votes = [int(row[o]) for o in options]
    moved = min(moved, votes[0])
    votes[0], votes[1] = votes[0] - moved, votes[1] + moved
    return votes


def counts_file(path, options, row, moved=0, **changed):
    votes, ballots = box(options, row, moved), int(row["ballots"])
    fields = dict(zip(options, votes))
    fields.update(null=ballots - sum(votes), box=ballots, roster=ballots)
    fields.update(changed)
    return write(path, "field,count\n" + "".join(f"{k},{v}\n" for k, v in fields.items()))


def enter(audit, mesa, path, refused=None, person=("C-1", "C-2")):
    for i, who in enumerate(person):
        last = i + 1 == len(person)
        run("audit", "enter", "--audit", audit, "--key", KEY, "--mesa", mesa, "--counts", path, "--person", who, "--organisation",
            f"ORG{i + 1}", refused=refused if last else None)


def drawn(audit, kind="draws", number=1):
    with open(f"{audit}/{kind}-{number}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def readings(audit, path, number=1, moved=0):
    """Reads the drawn receipts: the place in the box says what stands on it, first option first."""
    options, rows = frame_of(audit)
    by_mesa = {row["mesa"]: row for row in rows}
    out = "number,mesa,receipt,vote\n"
    for line in drawn(audit, number=number):
        row, place = by_mesa[line["mesa"]], int(line["receipt"])
        vote = "null" if place <= int(row["ballots"]) else "missing"
        for option, votes in zip(options, box(options, row, moved)):
            if 0 < place <= votes:
                vote = option
            place -= votes
        out += f"{line['number']},{line['mesa']},{line['receipt']},{vote}\n"
    return write(path, out)


def read_receipts(audit, path, refused=None):
    for i in (1, 2):
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", path, "--person", f"C-{i}", "--organisation", f"ORG{i}",
            refused=refused if i == 2 else None)


def commit_and_draw(audit, *options, dice=DICE):
    run("audit", "commit", CENTRE, "--audit", audit, "--key", KEY, *options)
    return run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", dice, "--place", "Plaza", "--witness", "ORG1", "--witness", "ORG2")


def state(audit):
    return run("audit", "risk", "--audit", audit).splitlines()[2]


def the_statutory_draw():
    audit = "statutory"
    nothing = ("audit", "commit", CENTRE, "--audit", audit, "--key", "none.key", "--contest", CONTEST)
    run(*nothing, "--rule", "count:999", refused="U114")
    run(*nothing, "--rule", "some", refused="U112")
    run(*nothing, "--purpose", "ppeb:other", refused="U111")
    run(*nothing, "--purpose", "lunch", refused="U111")
    run("audit", "commit", CENTRE, "--audit", audit, "--key", "none.key", "--contest", "none", refused="X114")
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", DICE, refused="U501")  # before the commitment
    run("audit", "risk", "--audit", audit, refused="U501")
    assert not os.path.exists(audit) and not os.path.exists("none.key"), "a refused command left something behind"

    run("audit", "power", CENTRE, "--rule", "law", "--altered", 3)
    run("audit", "kmin", CENTRE, "--contest", CONTEST, "--out", "kmin.json")
    run("audit", "plan", CENTRE, "--paths", 50)
    run("audit", "commit", CENTRE, "--audit", audit, "--key", KEY, "--contest", CONTEST)
    run("audit", "commit", CENTRE, "--audit", audit, "--key", KEY, "--contest", CONTEST, refused="U507")
    before = sorted(os.listdir(audit))
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", "123", refused="U110")
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", "8356102947115620398x", refused="U110")
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", DICE, "--rule", "count:3", refused="U508")
    run("audit", "draw", "--audit", audit, "--key", KEY, refused="U121")  # no seed yet
    run("audit", "risk", "--audit", audit, refused="U121")
    assert sorted(os.listdir(audit)) == before, "a refused draw left a file"
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", DICE, "--page", "draw.html")
    run("audit", "draw", "--audit", audit, "--key", KEY, "--seed", OTHER_DICE, refused="U121")  # no second seed
    run("audit", "verify-draw", audit)

    options, rows = frame_of(audit)
    by_mesa = {row["mesa"]: row for row in rows}
    mesas = [line["mesa"] for line in drawn(audit)]
    first = by_mesa[mesas[0]]
    good = counts_file("good.csv", options, first)
    enter(audit, mesas[0], good, refused="U401", person=("C-1", "C-1"))
    negative = counts_file("negative.csv", options, first, **{options[0]: -1})
    second = ("--person", "C-2", "--organisation", "ORG2")
    run("audit", "enter", "--audit", audit, "--key", KEY, "--mesa", mesas[0], "--counts", negative, *second, refused="U321")
    run("audit", "enter", "--audit", audit, "--key", KEY, "--mesa", mesas[0], "--counts", write("short.csv", "field,count\nbox,3\n"),
        *second, refused="U509")
    run("audit", "enter", "--audit", audit, "--key", KEY, "--mesa", mesas[0], "--counts",
        counts_file("moved.csv", options, first, moved=1), *second, refused="U403")
    enter(audit, mesas[0], good)
    again = ("audit", "enter", "--audit", audit, "--key", KEY, "--person", "C-1", "--organisation", "ORG1", "--mesa")
    run(*again, mesas[0], "--counts", good, refused="U125")
    left = next(row["mesa"] for row in rows if row["mesa"] not in mesas)
    run(*again, left, "--counts", counts_file("left.csv", options, by_mesa[left]), refused="U124")
    for mesa in mesas[1:]:
        enter(audit, mesa, counts_file("next.csv", options, by_mesa[mesa]))
    run("audit", "risk", "--audit", audit, "--key", KEY)
    run("audit", "risk", "--audit", audit, "--out", "statutory.json", "--out", "statutory.html", "--out", "statutory.pdf")

    run("statement", "check", "statutory.json", "--with", audit)
    run("statement", "check", "kmin.json", "--with", CENTRE)
    with open("statutory.json", encoding="utf-8") as file:
        document = json.load(file)
    document["statements"][0]["arguments"]["drawn"] += 1  # a figure changed by hand
    write("changed.json", json.dumps(document))
    run("statement", "check", "changed.json", "--with", audit, refused="Z101")

    with open(f"{audit}/frame.csv", "r+b") as file:
        byte = file.read(1)
        file.seek(0)
        file.write(bytes([byte[0] ^ 1]))
    run("audit", "verify-draw", audit, refused="U502")
    with open(f"{audit}/frame.csv", "r+b") as file:
        file.write(byte)
    with open(f"{audit}/universe.txt", "r+b") as file:  # a mesa twice
        lines = file.read().split(b"\n")
        file.seek(0)
        file.write(b"\n".join([lines[0], lines[0], *lines[2:]]))
    run("audit", "verify-draw", audit, refused="U502")


def the_audit_by_mesas():
    audit = "ppeb"
    commit_and_draw(audit, "--contest", CONTEST, "--purpose", f"ppeb:{CONTEST}")
    options, rows = frame_of(audit)
    by_mesa = {row["mesa"]: row for row in rows}
    for round_ in range(1, 4):
        for mesa in dict.fromkeys(line["mesa"] for line in drawn(audit, number=round_)):
            if f"{mesa};" in "".join(f"{m};" for m in seen_sheets(audit)):
                continue
            enter(audit, mesa, counts_file("next.csv", options, by_mesa[mesa]))
        run("audit", "risk", "--audit", audit, "--key", KEY)
        if "confirmed" in state(audit):
            break
        run("audit", "draw", "--audit", audit, "--key", KEY, "--draws", 20)
    assert "confirmed" in state(audit), state(audit)

    cancelled = "cancelled"
    commit_and_draw(cancelled, "--contest", CONTEST, "--purpose", f"ppeb:{CONTEST}")
    mesa = drawn(cancelled)[0]["mesa"]
    run("audit", "enter", "--audit", cancelled, "--key", KEY, "--mesa", mesa, "--not-counted", "refused")
    assert mesa in run("audit", "risk", "--audit", cancelled)
    run("audit", "risk", "--audit", cancelled, "--key", KEY, "--cancel", "the room was flooded")
    run("audit", "draw", "--audit", cancelled, "--key", KEY, "--draws", 1, refused="U121")
    assert "cancelled" in state(cancelled)


def seen_sheets(audit):
    table = csv.DictReader(io.StringIO(run("audit", "sheet", "--audit", audit, "--format", "csv")))
    return [line["mesa"] for line in table if line["result"] != "no sheet yet"]


def the_receipts():
    for purpose in ("polling", "oneaudit"):
        audit = purpose
        commit_and_draw(audit, "--contest", CONTEST, "--purpose", f"{purpose}:{CONTEST}", "--draws", 150)
        run("audit", "verify-draw", audit)
        blank = run("audit", "sheet", "--audit", audit)
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", write("blank.csv", blank), "--person", "C-1", "--organisation",
            "ORG1", refused="U340")
        good = readings(audit, "read.csv")
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", good, "--person", "C-1", "--organisation", "ORG1")
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", good, "--person", "C-1", "--organisation", "ORG2", refused="U401")
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", good, "--person", "C-2", "--organisation", "ORG1", refused="U402")
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", readings(audit, "off.csv", moved=60), "--person", "C-2",
            "--organisation", "ORG2", refused="U403")
        read_receipts(audit, good)
        run("audit", "enter", "--audit", audit, "--key", KEY, "--counts", good, "--person", "C-1", "--organisation", "ORG1", refused="U121")
        run("audit", "risk", "--audit", audit, "--key", KEY)
        for number in (2, 3):
            if "confirmed" in state(audit):
                break
            run("audit", "draw", "--audit", audit, "--key", KEY, "--draws", 240)
            read_receipts(audit, readings(audit, "read.csv", number))
            run("audit", "risk", "--audit", audit, "--key", KEY)
        assert "confirmed" in state(audit), state(audit)
        run("audit", "verify-draw", audit)
        run("audit", "risk", "--audit", audit, "--out", f"{audit}.json")
        run("statement", "check", f"{audit}.json", "--with", audit)

    audit = "wrong"  # the paper says another thing than the rows
    commit_and_draw(audit, "--contest", CONTEST, "--purpose", f"polling:{CONTEST}", "--draws", 200)
    read_receipts(audit, readings(audit, "read.csv", moved=200))
    run("audit", "risk", "--audit", audit, "--key", KEY)
    assert "confirmed" not in state(audit)
    planned = run("audit", "commit", CENTRE, "--audit", "planned", "--key", KEY, "--contest", CONTEST, "--purpose", f"polling:{CONTEST}")
    assert f"polling:{CONTEST}" in planned
    run("audit", "commit", CENTRE, "--audit", "unsaid", "--key", KEY, "--contest", CONTEST, "--purpose", f"oneaudit:{CONTEST}", refused="U341")
    run("audit", "commit", CENTRE, "--audit", "many", "--key", KEY, "--contest", CONTEST, "--purpose", f"polling:{CONTEST}", "--draws",
        10_000_000, refused="U114")


def the_draws_by_parts():
    _, rows = frame_of("ppeb")
    states = sorted({row["mesa"][:2] for row in rows})
    folders = []
    for i, territory in enumerate(states):
        audit = f"part-{territory}"
        commit_and_draw(audit, "--contest", CONTEST, "--purpose", f"polling:{CONTEST}", "--territory", territory, "--draws", 60,
                        dice=DICE[i:] + DICE[:i])
        read_receipts(audit, readings(audit, "read.csv"))
        folders += ["--stratum", audit]
    said = run("audit", "strata", *folders)
    assert "BY DRAW" in said, said
    run("audit", "strata", *folders, *folders, refused="U330")
    run("audit", "strata", "--stratum", "statutory-2", refused="U501")
    run("audit", "strata", "--stratum", "ppeb", refused="U121")


def the_quick_count():
    audit = "quick"
    run("quick-count", "--plan", "--error", "1%", "--rho", "5%")
    commit_and_draw(audit, "--purpose", "quick-count", "--contest", CONTEST, "--rule", "states:1/3")
    options, rows = frame_of("ppeb")
    by_mesa = {row["mesa"]: row for row in rows}
    lines = []
    for line in drawn(audit):
        votes = box(options, by_mesa[line["mesa"]])
        lines.append(",".join([line["mesa"], str(sum(votes)), *map(str, votes)]))
    head = ",".join(["mesa", "valid", *options])
    asked = ("quick-count", CENTRE, "--audit", audit, "--contest", CONTEST, "--results")

    def results(name, *more):
        return write(name, "\n".join([head, *more]) + "\n")

    assert "BY DRAW" in run(*asked, results("all.csv", *lines), "--out", "quick.json")
    run("statement", "check", "quick.json", "--with", CENTRE, "--with", audit, "--with", "all.csv")
    assert "BOUND" in run(*asked, results("part.csv", *lines[1:]))
    run(*asked, results("twice.csv", *lines, lines[0]), refused="U333")
    left = next(mesa for mesa in by_mesa if mesa not in {line["mesa"] for line in drawn(audit)})
    run(*asked, results("more.csv", *lines, lines[0].replace(lines[0][:12], left)), refused="U124")
    run(*asked, results("negative.csv", lines[0].replace(",", ",-", 1), *lines[1:]), refused="U332")
    run(*asked, "nowhere.csv", refused="X110")
    run("quick-count", OTHER, "--audit", audit, "--contest", CONTEST, "--results", "all.csv", refused="U122")  # another election
    run("quick-count", CENTRE, "--audit", "nowhere", "--results", "all.csv", refused="U501")


def the_recount():
    options, rows = frame_of("ppeb")
    head = ",".join(["mesa", "status", *options])
    lines = [",".join([row["mesa"], "counted", *map(str, box(options, row))]) for row in rows]

    def boxes(name, *more):
        return write(name, "\n".join([head, *more]) + "\n")

    asked = ("audit", "recount", CENTRE, "--contest", CONTEST, "--counts")
    assert "Final act" in run(*asked, boxes("boxes.csv", *lines))
    assert "Final act" not in run(*asked, boxes("open.csv", *lines[1:]))
    run(*asked, boxes("lost.csv", rows[0]["mesa"] + ",missing" + "," * len(options), *lines[1:]))
    run(*asked, boxes("twice.csv", *lines, lines[0]), refused="U420")
    run(*asked, boxes("other.csv", "990101001.01,counted" + ",0" * len(options)), refused="U420")
    run(*asked, boxes("negative.csv", rows[0]["mesa"] + ",counted" + ",-1" * len(options)), refused="U321")
    run(*asked, boxes("word.csv", rows[0]["mesa"] + ",lost" + ",0" * len(options)), refused="U509")


def election(name, seed):
    run("define", "example", f"{name}-definition", "--seed", seed)
    run("package", f"{name}-definition", "--out", f"{name}-package", "--keys", f"{name}-keys")
    run("day", f"{name}-package", "--keys", f"{name}-keys", "--out", name, "--seed", seed)
    return name


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    KEY = "board.key"
    CENTRE = election("centre", 2026)
    OTHER = election("other", 7)
    the_statutory_draw()
    the_audit_by_mesas()
    the_quick_count()
    the_recount()
    the_receipts()
    the_draws_by_parts()
    print(f"{checked} commands, as expected")
