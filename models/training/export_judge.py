#!/usr/bin/env python3
"""The judge of `bench quality`: a small classifier that reads what is in a picture, trained from nothing on drawn scenes and exported
as one ONNX file. It shares no weight and no layer with the CLIP that guides the model, and its labels are the renderer's truth.

  python3 export_judge.py --minutes 25 --work work --out ../../tests/quality     train, measure on scenes of its own, export
  python3 export_judge.py --minutes 0                                            export the checkpoint again

It reads 64 px: a picture of any size is averaged down to that, so what an upscaler adds is not judged. Pictures are drawn at 128 px and
averaged, and softened, shifted and recoloured a little, so that texture is no tell. --plan names the plan whose things it must know.
"""
import argparse, json, os, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from world import ATTRIBUTES, COLOUR_LIST, LIGHT_LIST, PLANS, RELATION_LIST, SCENE_LIST, SHAPE_LIST, SceneSampler, to_device

A = {n: i for i, n in enumerate(ATTRIBUTES)}
LAYOUTS = ("single", "side by side", "stack", "above", "in front")
TRAIN_SEED, TEST_SEED = 70001, 80001      # the suite (tests/quality/make_suite.py) has a third one


def things(plan):
    """Names (the keys of assets/concepts.json) that the judge tells apart: those of a plan."""
    return list(PLANS[plan]["concepts"])


def heads(count):
    colours = len(COLOUR_LIST)
    return dict(scene=len(SCENE_LIST), light=len(LIGHT_LIST), layout=len(LAYOUTS), shape=len(SHAPE_LIST), colour=colours, left_colour=colours, right_colour=colours, top_colour=colours, bottom_colour=colours,
                front_colour=colours, back_colour=colours, thing=count)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c1, self.n1, self.c2, self.n2 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c), nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
        nn.init.zeros_(self.n2.weight)

    def forward(self, x):
        return F.relu(x + self.n2(self.c2(F.relu(self.n1(self.c1(x))))))


class Judge(nn.Module):
    """Pictures [n, 3, 64, 64] in [-1, 1] -> scores of every head. Things are read from what is anywhere in the picture, all else from where it is."""

    def __init__(self, count, widths=(32, 64, 128, 192), depths=(1, 2, 2, 1)):
        super().__init__()
        layers, c = [nn.Conv2d(3, widths[0], 5, 2, 2, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()], widths[0]
        for i, (w, depth) in enumerate(zip(widths, depths)):
            if i:
                layers += [nn.Conv2d(c, w, 3, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU()]
            layers += [Block(w) for _ in range(depth)]
            c = w
        self.net = nn.Sequential(*layers)
        self.where = nn.Linear(c * 16, 256)
        self.heads = nn.ModuleDict({k: nn.Linear(2 * c if k == "thing" else 256, n) for k, n in heads(count).items()})

    def forward(self, x):
        h = self.net(x).float()
        where, what = F.relu(self.where(h.flatten(1))).float(), torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)
        return {k: head(what if k == "thing" else where).float() for k, head in self.heads.items()}


class Flat(nn.Module):
    """All heads side by side, each a distribution in log: one output port."""

    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def forward(self, pixels):
        return torch.cat([v.log_softmax(1) for v in self.judge(pixels).values()], 1)


def targets(a, index):
    """Truth for each head, -1 where the question makes no sense for the picture. `index`: concept -> thing."""
    none = torch.full_like(a[:, 0], -1)
    col = lambda n: a[:, A[n]]
    shapes1, shapes2, alone = col("shape1") >= 0, col("shape2") >= 0, (col("count") == 1) & (col("relation") < 0)
    single, pair = shapes1 & ~shapes2 & alone & (col("concept2") < 0), shapes1 & shapes2
    is_ = lambda *names: pair & sum((col("relation") == RELATION_LIST.index(n)) for n in names).bool()
    left, side, on, above, front = is_("left"), is_("left", "beside"), is_("on"), is_("above"), is_("front")
    layout = none.clone()
    for k, rows in enumerate((single, side, on, above, front)):
        layout[rows] = k
    c1, c2, take = col("colour1"), col("colour2"), lambda rows, v: torch.where(rows, v, none)
    thing = take((col("concept1") >= 0) & alone & (col("concept2") < 0), index[col("concept1").clamp(min=0)])
    return dict(scene=col("scene"), light=col("light"), layout=layout, shape=take(single, col("shape1")), colour=take(single, c1), left_colour=take(left, c1), right_colour=take(left, c2), top_colour=take(on | above, c1),
                bottom_colour=take(on | above, c2), front_colour=take(front, c1), back_colour=take(front, c2), thing=thing)


class Pool:
    """Drawn pictures at 64 px as bytes with their attributes; new ones replace the oldest."""

    def __init__(self, args, seed, capacity):
        from render import Renderer
        names = things(args.plan)
        # The scenery and the things of the plan, and mostly what is asked about: one thing, one solid, two solids.
        PLANS["judge"] = dict(PLANS[args.plan], languages=(1, 0, 0, 0, 0), modes=(44, 0, 48, 8, 0, 0, 0, 0), relations=(36, 4, 11, 37, 12), solids_alone=.36, solids_plain=.5, styles=.04, tint=.04)
        # It knows the combinations that the model never saw: what it cannot read it could not judge.
        self.sampler, self.draw = SceneSampler(args.assets, seed, train=False, plan="judge"), Renderer(args.assets, "cpu", 64)
        self.pixels, self.truth, self.filled, self.at, self.capacity = torch.zeros(capacity, 3, 64, 64, dtype=torch.uint8), torch.zeros(capacity, len(ATTRIBUTES), dtype=torch.long), 0, 0, capacity
        self.index = torch.full((len(self.sampler.concepts),), -1)
        for k, n in enumerate(names):
            self.index[self.sampler.by_name[n]] = k

    def add(self, n=64):
        b = self.sampler.batch(n)
        x = self.draw.render(to_device({k: v for k, v in b.items() if not isinstance(v, list)}, "cpu"), 128)
        where = (torch.arange(n) + self.at) % self.capacity
        self.pixels[where], self.truth[where] = (F.avg_pool2d(x, 2) * 255 + .5).clamp(0, 255).byte(), torch.from_numpy(b["attributes"])
        self.at, self.filled = (self.at + n) % self.capacity, min(self.capacity, self.filled + n)


def disturb(x):
    """What a made picture may have that a drawn one has not: softness, noise, a cast, a shift of a few pixels. x in [-1, 1]."""
    n = len(x)
    chance = lambda p: (torch.rand(n, 1, 1, 1) < p).float()
    dy, dx = torch.randint(-3, 4, (2,)).tolist()
    x = F.pad(x, (3, 3, 3, 3), mode="replicate")[..., 3 + dy:67 + dy, 3 + dx:67 + dx]
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    x = x + chance(.4) * torch.rand(n, 1, 1, 1) * (soft - x)
    x = x * (1 + .12 * (torch.rand(n, 1, 1, 1) - .5)) + .06 * torch.randn(n, 3, 1, 1) * chance(.5)
    return (x + .1 * torch.rand(n, 1, 1, 1) * chance(.6) * torch.randn_like(x)).clamp(-1, 1)


def measure(judge, pool):
    got = []
    with torch.no_grad():
        for s in range(0, pool.filled, 64):
            got.append({k: v.argmax(1) for k, v in judge(pool.pixels[s:s + 64].float() / 127.5 - 1).items()})
    want = targets(pool.truth[:pool.filled], pool.index)
    out = {}
    for k in want:
        rows = want[k] >= 0
        out[k] = dict(right=round(float((torch.cat([g[k] for g in got]) == want[k])[rows].float().mean()), 4), n=int(rows.sum()))
    return out


def train(args, judge, path):
    pool, test = Pool(args, TRAIN_SEED + args.seed, 48000), Pool(args, TEST_SEED, 1536)
    for _ in range(test.capacity // 64):
        test.add()
    opt, start, step, average = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=.02), time.time(), 0, None
    autocast = torch.autocast("cpu", dtype=torch.bfloat16)
    while (done := (time.time() - start) / 60 / args.minutes) < 1:
        if pool.filled < 2560 or step % 3 == 0:
            pool.add()
        if pool.filled < 2560:
            continue
        pick = torch.randint(0, pool.filled, (96,))
        x, want = disturb(pool.pixels[pick].float() / 127.5 - 1), targets(pool.truth[pick], pool.index)
        for g in opt.param_groups:
            g["lr"] = args.lr * min(1, (step + 1) / 100) * (1 - .98 * done)
        with autocast:
            out = judge(x.contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(out[k], want[k], ignore_index=-1, reduction="sum") / max(8, int((want[k] >= 0).sum())) * (3 if k == "thing" else 1) for k in out)
        opt.zero_grad(set_to_none=True); loss.backward(); opt.step()
        step += 1
        if step % 50 == 0 and done > .5:      # the mean of the weights of the second half's checkpoints is steadier than the last ones
            state = {k: v.clone() for k, v in judge.state_dict().items()}
            average = state if average is None else {k: a + (state[k] - a) * .15 if a.is_floating_point() else state[k] for k, a in average.items()}
        if step % 500 == 0:
            judge.eval(); print(f"judge: {step} steps, {done:.2f}, loss {loss.item():.2f}, " + ", ".join(f"{k} {v['right']:.2f}" for k, v in measure(judge, test).items()), flush=True); judge.train()
            torch.save(judge.state_dict(), path)
    if average is not None:
        judge.load_state_dict(average)
    torch.save(judge.state_dict(), path)
    print(f"judge: {step} steps", flush=True)
    return measure(judge.eval(), test)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--minutes", type=float, default=25)
    ap.add_argument("--lr", type=float, default=2e-3)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--plan", choices=list(PLANS), default="grown")
    ap.add_argument("--assets", default="assets")
    ap.add_argument("--work", default="work")
    ap.add_argument("--init", help="another checkpoint to start from; heads of other sizes start afresh")
    ap.add_argument("--out", default="../../tests/quality")
    args = ap.parse_args()
    torch.set_num_threads(args.threads); torch.manual_seed(args.seed)
    os.makedirs(args.work, exist_ok=True)
    names, path = things(args.plan), os.path.join(args.work, "quality_judge.pt")
    judge = Judge(len(names)).to(memory_format=torch.channels_last)
    if args.init or not args.minutes:
        own, found = judge.state_dict(), torch.load(args.init or path)
        judge.load_state_dict({k: found[k] if k in found and found[k].shape == v.shape else v for k, v in own.items()})
    measured = train(args, judge, path) if args.minutes else None
    print(json.dumps(measured))
    export(args, judge.eval(), names, measured)


def export(args, judge, names, measured):
    from export_onnx import evaluator, pack
    file, labels_file = os.path.join(args.out, "judge.onnx"), os.path.join(args.out, "judge.json")
    flat, x = Flat(judge).eval(), torch.rand(2, 3, 64, 64) * 2 - 1
    torch.onnx.export(flat, (x,), file, opset_version=17, input_names=["pixels"], output_names=["scores"], dynamic_axes=dict(pixels={0: "batch"}, scores={0: "batch"}), do_constant_folding=True)
    pack(file, "int8")
    labels = dict(scene=SCENE_LIST, light=LIGHT_LIST, layout=list(LAYOUTS), shape=SHAPE_LIST, thing=names)
    old = json.load(open(labels_file, encoding="utf-8")) if os.path.exists(labels_file) else {}
    write = dict(side=64, heads=[dict(name=k, labels=labels.get(k, COLOUR_LIST)) for k in heads(len(names))], measured=measured or old.get("measured"))
    json.dump(write, open(labels_file, "w", encoding="utf-8"), indent=1, ensure_ascii=False)
    print(f"{file}: {os.path.getsize(file) / 1e6:.2f} MB, {'parity not checked here' if evaluator(file) is None else 'runs'}")


if __name__ == "__main__":
    main()
