"""Writes the fixed suite of `bench quality`: prompts.json, tiles.webp (drawn truth) and continuations.webp (wide scenes for outpainting).

  python3 make_suite.py ../../models/training        needs torch and Pillow, as the training does

Everything comes from the world's sampler with a seed that no training uses and train=False, so held-out pairs occur; a prompt says everything that its
picture shows. Do not make it again without need: results before and after could not be compared.
"""
import json, os, random, sys
import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
TRAINING = os.path.abspath(sys.argv[1])
PLAN, SEED, TILE, COLUMNS, WIDE, KNOWN = "grown", 424242, 64, 16, 384, 256
COUNTS = dict(scenes=24, solids=20, solids_held_out=12, left=24, on=24, things=60, things_held_out=12)
BASES = dict(scenes=4, solids=3, left=3, on=2, things=4)      # asked again in the other languages
OUTPAINTS, VARIATIONS = 12, 16
# What the issues and the first plans of this product ask for, in a person's words; truth where a part of it can be judged.
WISHES = (("a penguin with blue hat, red gloves, green shirt, yellow trousers", dict(thing="penguin")), ("an avocado chair", {}), ("a red cube on a green cube", dict(top_colour="red", bottom_colour="green")),
          ("a small red cube on a large green cube", dict(top_colour="red", bottom_colour="green")), ("a red cube on a beach", dict(scene="beach", colour="red", shape="cube")), ("a fox in the snow at night", dict(thing="fox", scene="snow", light="night")),
          ("a cat", dict(thing="cat")), ("a sailboat at sea at sunset", dict(thing="sailboat", scene="sea", light="sunset")), ("a castle in the mountains", dict(thing="castle", scene="mountains")), ("a rocket in space", dict(thing="rocket", scene="space")),
          ("a blue cone left of a red ball", dict(left_colour="blue", right_colour="red")), ("a sea at dawn", dict(scene="sea", light="sunrise")), ("a robot in the city at night", dict(thing="robot", scene="city", light="night")),
          ("a teddy bear", dict(thing="teddy bear")), ("a cat next to a dog", {}), ("an elephant in the desert", dict(thing="elephant", scene="desert")))

sys.path.insert(0, TRAINING)
os.chdir(TRAINING)
from PIL import Image
from captions import LANGUAGES
from render import Renderer
from tokenizer import Tokenizer, words_of
from world import COLOUR_LIST, PLANS, SceneSampler, held_out, to_device

sampler, tokenizer, rng = SceneSampler("assets", SEED, train=False, plan=PLAN), Tokenizer("assets/tokenizer"), random.Random(SEED)
renderer = Renderer("assets", "cpu", 128)
name = lambda o: sampler.concepts[o["concept"]]["names"]["en"]
plain = lambda d: not d["style"] and not d["view"] and not d["weather"]
too_long = lambda text: sum(len(tokenizer.bpe(w)) for w in words_of(text)) > tokenizer.max_length - 2


def is_held_out(d):
    return any(held_out(o["colour"], o["shape"]) if o["type"] == "shape" else d["scene"] != "plain" and held_out(name(o), d["scene"]) for o in d["objects"])


def alone(d, kind):
    return plain(d) and len(d["objects"]) == 1 and d["objects"][0]["type"] == kind and d["count"] == 1


def pair(d, relation):
    colours = [o.get("colour") for o in d["objects"]]
    return plain(d) and d.get("relation") == relation and all(o["type"] == "shape" for o in d["objects"]) and len(set(colours)) == len(colours)


def truth(d):
    """Answers, by the judge's heads."""
    out = dict(scene=d["scene"])
    if d["light"]:
        out["light"] = d["light"]
    o = d["objects"]
    if alone(d, "shape"):
        out.update(colour=o[0]["colour"], shape=o[0]["shape"])
    elif alone(d, "emoji"):
        out["thing"] = name(o[0])
    elif pair(d, "left"):
        out.update(left_colour=o[0]["colour"], right_colour=o[1]["colour"])
    elif pair(d, "on"):
        out.update(top_colour=o[0]["colour"], bottom_colour=o[1]["colour"])
    return out


seen_things = set()


def first_of_its_kind(d):
    new = alone(d, "emoji") and not d["objects"][0].get("colour") and not d["objects"][0].get("upside_down") and d["objects"][0].get("size") != "small" and not is_held_out(d) and name(d["objects"][0]) not in seen_things
    if new:
        seen_things.add(name(d["objects"][0]))
    return new


KEEP = dict(
    scenes=lambda d: plain(d) and d["scene"] not in ("plain", "space") and d["light"] and not is_held_out(d),
    solids=lambda d: alone(d, "shape") and not is_held_out(d), solids_held_out=lambda d: alone(d, "shape") and is_held_out(d),
    left=lambda d: pair(d, "left") and not is_held_out(d), on=lambda d: pair(d, "on") and not is_held_out(d), things=first_of_its_kind,
    things_held_out=lambda d: alone(d, "emoji") and not d["objects"][0].get("colour") and not d["objects"][0].get("upside_down") and d["objects"][0].get("size") != "small" and is_held_out(d))


def draw(arrays, side, view=(0., 1.)):
    return torch.cat([renderer.render(to_device({k: np.stack([v]) for k, v in a.items()}, "cpu"), side, view) for a in arrays])


def collect(count, keep):
    out = []
    while len(out) < count:
        d, _, caption, arrays = sampler.sample("en", full=True)
        if not too_long(caption) and keep(d):
            out.append((d, caption, arrays))
    return out


def edge(columns):
    """Row of the strongest step between the means of lines three pixels apart, where a horizon is; and how strong the strongest elsewhere is beside it."""
    rows = columns.mean(2)
    step = (rows[:, 3:] - rows[:, :-3]).abs().sum(0)
    at = int(step.argmax())
    elsewhere = torch.cat([step[:max(0, at - 6)], step[at + 7:]]).max()
    return at + 1, float(elsewhere / step[at])


prompts, tiles, scenes = [], [], {}
for group, count in COUNTS.items():
    scenes[group] = collect(count, KEEP[group])
    for i, (d, caption, arrays) in enumerate(scenes[group]):
        prompts.append(dict(id=f"{group.replace('_', '-')}-{i:02d}", group=group, lang="en", text=caption, tile=len(tiles), truth=truth(d)))
        tiles.append(arrays)
for group, count in BASES.items():
    chosen, i = 0, 0
    while chosen < count:
        d, base = scenes[group][i], f"{group}-{i:02d}"
        words = {lang: sampler.writer.write(rng, d[0], lang, True) for lang in LANGUAGES[1:]}
        i += 1
        if any(too_long(t) for t in words.values()):
            continue
        chosen += 1
        for lang, text in words.items():
            prompts.append(dict(id=f"{base}-{lang}", group="languages", lang=lang, text=text, base=base, tile=next(p["tile"] for p in prompts if p["id"] == base), truth=truth(d[0])))
for i, (text, answers) in enumerate(WISHES):
    prompts.append(dict(id=f"wish-{i:02d}", group="wishes", lang="en", text=text, truth=answers))
assert len(prompts) == 256, len(prompts)

# One word of the caption changes: the colour of a solid, or the light of a place. Written twice with the same choices of synonyms.
diffs = []
def changed(group, head, options, change, count, usable=lambda d: True):
    for i, (d, _, _) in enumerate(scenes[group]):
        if sum(x["head"] == head for x in diffs) == count:
            return
        if not usable(d):
            continue
        to = rng.choice(options(d))
        before, after = (sampler.writer.write(random.Random(i), x, "en", True) for x in (d, change(d, to)))
        if not too_long(before) and not too_long(after):
            diffs.append(dict(id=f"diff-{len(diffs):02d}", tile=next(p["tile"] for p in prompts if p["id"] == f"{group}-{i:02d}"), **{"from": before, "to": after}, head=head, want=to))

changed("solids", "colour", lambda d: [c for c in COLOUR_LIST if c != d["objects"][0]["colour"] and not held_out(c, d["objects"][0]["shape"])], lambda d, c: dict(d, objects=[dict(d["objects"][0], colour=c)]), 8)
changed("scenes", "light", lambda d: [l for l in ("day", "sunset", "night") if l != d["light"] and not {l, d["light"]} <= {"sunset", "sunrise"}], lambda d, l: dict(d, light=l), 8)

# Wide scenes with a clear horizon in the true continuation: otherwise the question would measure the measuring.
wide, outpaints, grounds = [], [], []
while len(wide) < OUTPAINTS:
    (d, caption, arrays), = collect(1, lambda d: plain(d) and d["scene"] in ("field", "sea", "desert", "snow", "beach") and not d["objects"] and grounds.count(d["scene"]) < 3)
    picture = draw([arrays], KNOWN, (0., WIDE / KNOWN))[0]
    horizon = int(arrays["attributes"][-1]) * KNOWN / 1000
    found, rival = edge(picture[..., KNOWN:])
    if abs(found - horizon) > 3 or rival > .7:
        continue
    outpaints.append(dict(id=f"outpaint-{len(outpaints):02d}", text=caption, horizonPx=round(horizon, 1)))
    wide.append(picture)
    grounds.append(d["scene"])

big = [p for p in prompts if p["group"] == "things"]
variations = [dict(id=f"variation-{i:02d}", tile=p["tile"], thing=p["truth"]["thing"]) for i, p in enumerate(rng.sample(big, VARIATIONS))]
order = [p["id"] for p in prompts if p["lang"] == "en" and p["group"] != "wishes"]
rng.shuffle(order)      # which captions stand together among 32

json.dump(dict(plan=PLAN, seed=SEED, tileSide=TILE, tileColumns=COLUMNS, things=list(PLANS[PLAN]["concepts"]), retrieval=order, prompts=prompts, outpaints=outpaints, variations=variations, textDiffs=diffs),
          open(os.path.join(HERE, "prompts.json"), "w", encoding="utf-8"), indent=1, ensure_ascii=False)


def atlas(pictures, columns, path, **kw):
    h, w = pictures[0].shape[1:]
    sheet = Image.new("RGB", (columns * w, -(-len(pictures) // columns) * h))
    for i, p in enumerate(pictures):
        sheet.paste(Image.fromarray((p.clamp(0, 1) * 255 + .5).byte().permute(1, 2, 0).numpy()), (i % columns * w, i // columns * h))
    sheet.save(os.path.join(HERE, path), method=6, **kw)
    print(path, len(pictures), os.path.getsize(os.path.join(HERE, path)))


atlas([F.avg_pool2d(draw([a], 2 * TILE), 2)[0] for a in tiles], COLUMNS, "tiles.webp", lossless=True)
atlas(wide, 2, "continuations.webp", quality=95)
