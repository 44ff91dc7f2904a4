#!/usr/bin/env python3
"""The metrics table. Attributes are read by a small classifier trained here on the truth of drawn scenes. It starts from the layers
of our CLIP's image tower, which saves most of its training, and all of it is trained on; the labels are the renderer's, so CLIP
does not grade itself. It reads pictures at 64 px, so what the x4 upscaler adds is not judged, and it is kept in work/judge.pt for
the next evaluation (--judge-more trains it further). Look at its column "real" first: below 0.95 it is no judge.

  python3 evaluate.py --work work --init weights --minutes 4 --prompts 192

"Relation right" means: the judge sees a stack (or a pair side by side) and finds the two colours nearer to the asked order than to
the swapped one. "Shuffled" reads the same pictures against other prompts' truth: it is the level of chance.
"""
import json, os, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import models
from common import arguments, autocast, read_parts, renderer
from models import GroupNorm
from pipeline import PROMPTS, Pipeline
from world import ATTRIBUTES, COLOUR_LIST, LIGHT_LIST, PLANS, RELATION_LIST, SCENE_LIST, SHAPE_LIST, SceneSampler, contact_sheet, held_out, to_device

A = {n: i for i, n in enumerate(ATTRIBUTES)}
LEFT, ON = RELATION_LIST.index("left"), RELATION_LIST.index("on")
SINGLE, SIDE_BY_SIDE, STACK = 0, 1, 2
HEADS = dict(scene=len(SCENE_LIST), light=len(LIGHT_LIST), colour=len(COLOUR_LIST), shape=len(SHAPE_LIST), left_colour=len(COLOUR_LIST), right_colour=len(COLOUR_LIST), top_colour=len(COLOUR_LIST), bottom_colour=len(COLOUR_LIST), layout=3, object=1400)


class Judge(nn.Module):
    """Pictures at 64 px -> attributes; keeps the 4x4 layout, so that left and right can be told apart."""

    def __init__(self, channels=models.SIZES["cpu"]["image"]):
        super().__init__()
        self.net, c = models.ImageEncoder(channels).net, channels[-1]
        self.norm = GroupNorm(c)
        self.heads = nn.ModuleDict({k: nn.Linear(c * 16, n) for k, n in HEADS.items()})

    def forward(self, x):
        h = self.norm(self.net(x)).flatten(1)
        return {k: head(h).float() for k, head in self.heads.items()}


def targets(a):
    """Truth for each head, -1 where the question makes no sense for the picture."""
    none = torch.full_like(a[:, 0], -1)
    shapes1, shapes2 = a[:, A["shape1"]] >= 0, a[:, A["shape2"]] >= 0
    single = shapes1 & ~shapes2 & (a[:, A["count"]] == 1) & (a[:, A["relation"]] < 0)
    pair = shapes1 & shapes2
    left, on = pair & (a[:, A["relation"]] == LEFT), pair & (a[:, A["relation"]] == ON)
    c1, c2 = a[:, A["colour1"]], a[:, A["colour2"]]
    thing = (a[:, A["concept1"]] >= 0) & (a[:, A["count"]] == 1) & (a[:, A["relation"]] < 0)
    layout = torch.where(single, SINGLE, torch.where(left, SIDE_BY_SIDE, torch.where(on, STACK, -1)))
    return dict(scene=a[:, A["scene"]], light=a[:, A["light"]], colour=torch.where(single, c1, none), shape=torch.where(single, a[:, A["shape1"]], none), left_colour=torch.where(left, c1, none),
                right_colour=torch.where(left, c2, none), top_colour=torch.where(on, c1, none), bottom_colour=torch.where(on, c2, none), layout=layout, object=torch.where(thing, a[:, A["concept1"]], none))


def train_judge(args):
    path = os.path.join(args.work, "judge.pt")
    judge = Judge().to(args.device).to(memory_format=torch.channels_last)
    if os.path.exists(path) and not args.fresh and not args.toy:
        judge.load_state_dict(torch.load(path, map_location=args.device))
        if not args.judge_more:
            return judge.eval().requires_grad_(False)
    elif not args.toy and (found := read_parts(args.work, "image") or read_parts(args.init, "image")):
        judge.net.load_state_dict({k[4:]: v for k, v in found[0].items() if k.startswith("net.")})
    sampler, draw = SceneSampler(args.assets, 90001 + int(time.time()) % 1000, plan=args.plan, train=False), renderer(args, 44)
    batch, capacity = (4, 16) if args.toy else (64, 16000)
    pixels, truth, filled, at = torch.zeros(capacity, 3, 64, 64, dtype=torch.uint8), torch.zeros(capacity, len(ATTRIBUTES), dtype=torch.long), 0, 0
    opt, start, step = torch.optim.AdamW(judge.parameters(), 1e-3, weight_decay=.02), time.time(), 0
    while True:
        done = step / 2 if args.toy else (time.time() - start) / 60 / args.minutes
        if done >= 1:
            break
        if filled < 40 * batch or step % 6 == 0:
            b = to_device({k: v for k, v in sampler.batch(batch).items() if not isinstance(v, list)}, args.device)
            x = draw.render(b, 64)
            where = (torch.arange(batch) + at) % capacity
            pixels[where], truth[where] = (x * 255 + .5).byte().cpu(), b["attributes"].cpu()
            at, filled = (at + batch) % capacity, min(capacity, filled + batch)
            if filled < 40 * batch and not args.toy:
                start = time.time()
                continue
        pick = torch.randint(0, filled, (batch,))
        x, a = pixels[pick].to(args.device).float() / 127.5 - 1, truth[pick].to(args.device)
        # Made pictures are a little soft or noisy; without this the judge grades texture.
        x = x + .1 * torch.rand(len(x), 1, 1, 1, device=x.device) * torch.randn_like(x)
        x = torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < .3, F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1), x)
        for g in opt.param_groups:
            g["lr"] = 8e-4 * min(1, (step + 1) / 40) * (1 - .95 * done)
        with autocast(args):
            out = judge(x.contiguous(memory_format=torch.channels_last))
        want = targets(a)
        loss = sum(F.cross_entropy(out[k], want[k], ignore_index=-1, reduction="sum") / max(1, int((want[k] >= 0).sum())) for k in out)
        opt.zero_grad(set_to_none=True); loss.backward(); opt.step()
        step += 1
        if step % 200 == 0:
            print(f"judge: {step} steps, loss {loss.item():.2f}", flush=True)
    print(f"judge: {step} steps", flush=True)
    torch.save(judge.state_dict(), path)
    return judge.eval().requires_grad_(False)


def small(images):
    return F.interpolate(images, size=(64, 64), mode="area") if images.shape[-1] != 64 else images


def accuracies(args, judge, images, attributes):
    """{question: (right, asked)}; images in [0, 1]."""
    want, got = targets(attributes), {k: [] for k in HEADS}
    x = small(images) * 2 - 1
    for s in range(0, len(x), 64):
        with torch.no_grad():
            for k, v in judge(x[s:s + 64]).items():
                got[k].append(v.log_softmax(1))
    score = {k: torch.cat(v) for k, v in got.items()}
    got = {k: v.argmax(1) for k, v in score.items()}
    ok = {k: (got[k] == want[k]) & (want[k] >= 0) for k in HEADS}
    out = {k: (int(ok[k].sum()), int((want[k] >= 0).sum())) for k in HEADS}
    for name, one, two, layout in (("left_right", "left_colour", "right_colour", SIDE_BY_SIDE), ("on", "top_colour", "bottom_colour", STACK)):
        out[name + "_both_colours"] = (int((ok[one] & ok[two]).sum()), out[one][1])
        a, b = want[one], want[two]
        asked = (a >= 0) & (a != b)
        s = lambda k, c: score[k].gather(1, c.clamp(min=0)[:, None])[:, 0]
        ordered = s(one, a) + s(two, b) > s(one, b) + s(two, a)
        out[name + "_relation"] = (int((asked & ordered & (got["layout"] == layout)).sum()), int(asked.sum()))
    return out, ok, want


def frechet(a, b):
    """Distance between Gaussians fitted to two sets of embeddings (Heusel et al. 2017, eq. 6)."""
    a, b = a.double().cpu(), b.double().cpu()
    ca, cb = torch.cov(a.t()), torch.cov(b.t())
    e = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + ca.trace() + cb.trace() - 2 * e)


def lab(rgb):
    """Mean colours [n, 3] in [0, 1] to CIE Lab (IEC 61966-2-1 transfer curve, D65 white)."""
    c = torch.where(rgb > .04045, ((rgb + .055) / 1.055) ** 2.4, rgb / 12.92)
    m = torch.tensor([[.4124, .3576, .1805], [.2126, .7152, .0722], [.0193, .1192, .9505]], device=rgb.device)
    xyz = c @ m.t() / torch.tensor([.9505, 1., 1.089], device=rgb.device)
    f = torch.where(xyz > .008856, xyz.clamp(min=1e-6) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def main():
    def extra(ap):
        ap.add_argument("--prompts", type=int, default=192)
        ap.add_argument("--guidance", type=float, default=models.GUIDANCE)
        ap.add_argument("--sampling-steps", type=int, default=models.STEPS)
        ap.add_argument("--shift", type=float, default=models.SHIFT)
        ap.add_argument("--no-clip", action="store_true", help="without clamping the predicted picture after guidance")
        ap.add_argument("--use-prior", action="store_true")
        ap.add_argument("--only", default="", help="comma-separated: general, attributes, outpaint, variations, sheet")
        ap.add_argument("--name", default="metrics")
        ap.add_argument("--judge-more", action="store_true")
    args = arguments("evaluate", minutes=4, batch=64, lr=1e-3, extra=extra)
    count, steps = (8, 2) if args.toy else (args.prompts, args.sampling_steps)
    judge = train_judge(args)
    size = 256
    half_size = renderer(args, 64)      # the judge and CLIP read 64 px: drawing at 128 px is enough, and four times as fast
    pipe = Pipeline(args, parts=("clip", "image", "prior", "decoder_x4"))
    only = set(filter(None, args.only.split(",")))
    wanted = lambda name: not only or name in only
    table, objects = {}, {}

    def real(n, seed, keep=lambda d: True, side=128):
        """n fixed scenes with full captions: pictures in [0, 1], captions, attributes."""
        draw = half_size if side == 128 else renderer(args, side // 2)
        sampler, items = SceneSampler(args.assets, seed, train=False, plan=args.plan), []
        while len(items) < n:
            d, _, caption, arrays = sampler.sample("en", full=True)
            if keep(d):
                items.append((arrays, caption))
        batch = {k: np.stack([i[0][k] for i in items]) for k in items[0][0]}
        images = torch.cat([draw.render(to_device({k: v[s:s + 32] for k, v in batch.items()}, args.device), side) for s in range(0, n, 32)])
        return images, [i[1] for i in items], torch.from_numpy(batch["attributes"]).to(args.device)

    def generate(captions, **kw):
        return pipe.generate(captions, steps=steps, guidance=args.guidance, shift=args.shift, clip=None if args.no_clip else models.CLIP, use_prior=args.use_prior, **kw)

    def embed(images):
        with torch.no_grad():
            return torch.cat([pipe.image(x * 2 - 1).float() for x in small(images).split(64)])

    plain = lambda d: not d["style"] and not d["view"]
    half = max(4, count // 3)
    # 1. general prompts: retrieval, Frechet
    if wanted("general") and pipe.image is not None and pipe.clip is not None:
        images, captions, _ = real(count, 4242)
        made = generate(captions)
        with torch.no_grad():
            t = torch.cat([pipe.clip(pipe.ids(captions[s:s + 64])).float() for s in range(0, len(captions), 64)])
        er, eg = embed(images), embed(made)
        recall = lambda e, t, n=32: float(torch.cat([(e[i:i + n] @ t[i:i + n].t()).argmax(1).eq(torch.arange(len(e[i:i + n]), device=e.device)).float() for i in range(0, len(e), n)]).mean())
        table["R@1 of 32"] = dict(real=recall(er, t), made=recall(eg, t), shuffled=recall(eg, torch.roll(t, 7, 0)), n=count)
        table["Frechet, made / real split"] = dict(ratio=frechet(eg, er) / max(1e-9, frechet(embed(real(count, 4343)[0]), er)))
    # 2. attributes: solids alone and in pairs, scenes, things
    solid = lambda d: plain(d) and len(d["objects"]) == 1 and d["objects"][0]["type"] == "shape" and d["count"] == 1
    pair = lambda d, relation: plain(d) and d.get("relation") == relation and all(o["type"] == "shape" for o in d["objects"])
    sets = dict(
        scenes=(("scene", "light"), lambda d: plain(d) and d["scene"] not in ("plain", "space", "underwater") and d["light"] and not d["weather"]),
        solids=(("colour", "shape", "layout"), solid),
        left=(("left_colour", "right_colour", "left_right_both_colours", "left_right_relation"), lambda d: pair(d, "left")),
        on=(("top_colour", "bottom_colour", "on_both_colours", "on_relation"), lambda d: pair(d, "on")),
        held_out=(("colour", "shape"), lambda d: solid(d) and held_out(d["objects"][0]["colour"], d["objects"][0]["shape"])),
        objects=(("object",), lambda d: plain(d) and len(d["objects"]) == 1 and d["objects"][0]["type"] == "emoji" and d["count"] == 1 and not d["objects"][0].get("colour")))
    sheets = []
    if wanted("attributes"):
        for name, (questions, keep) in sets.items():
            images, captions, attributes = real(half * (2 if name == "objects" else 1), 77, keep=keep)
            made = generate(captions)
            sheets.append((made[:8], captions[:8]))
            (a, _, _), (b, right, want), (c, _, _) = accuracies(args, judge, images, attributes), accuracies(args, judge, made, attributes), accuracies(args, judge, made, torch.roll(attributes, 3, 0))
            for k in questions:
                table[f"{name}: {k}"] = dict(real=a[k][0] / max(1, a[k][1]), made=b[k][0] / max(1, b[k][1]), shuffled=c[k][0] / max(1, c[k][1]), n=b[k][1])
            if name == "objects":
                names = SceneSampler(args.assets, plan=args.plan).concepts
                for i, w in enumerate(want["object"].tolist()):
                    if w >= 0:
                        hit = objects.setdefault(names[w]["names"]["en"], [0, 0])
                        hit[0] += int(right["object"][i]); hit[1] += 1
        contact_sheet(torch.cat([s[0] for s in sheets]), 8, os.path.join(args.work, "attributes.jpg"), sum((s[1] for s in sheets), []))
    # 3. outpainting: the right half is made, the left half is real; seam, horizon and colours against the true picture
    if wanted("outpaint"):
        images, captions, _ = real(max(4, count // 6), 99, keep=lambda d: plain(d) and d["scene"] in ("field", "sea", "desert", "snow", "beach", "lake") and not d["weather"], side=size)
        known, h = small(images) * 2 - 1, size // 2
        mask = torch.zeros(len(images), 1, 64, 64, device=images.device)
        mask[..., 32:] = 1
        made = torch.cat([generate(captions[s:s + 32], known=known[s:s + 32], mask=mask[s:s + 32], upscale=True) for s in range(0, len(captions), 32)])
        if made.shape[-1] != size:
            made = F.interpolate(made, size=(size, size), mode="bicubic", align_corners=False).clamp(0, 1)
        made[..., :h] = images[..., :h]      # the product writes the known pixels back untouched
        seam = lambda x: (x[..., h] - x[..., h - 1]).abs().mean()
        table["outpaint: seam, made / real"] = dict(ratio=float(seam(made) / seam(images).clamp(min=1e-6)), n=len(images))
        edge = lambda x: (x.mean(3)[:, :, 3:] - x.mean(3)[:, :, :-3]).abs().sum(1).argmax(1).float()
        table["outpaint: horizon offset, px of 256"] = dict(made=float((edge(made[..., h:]) - edge(images[..., :h])).abs().median()), real=float((edge(images[..., h:]) - edge(images[..., :h])).abs().median()))
        band = size // 8
        for k, rows in (("sky", slice(0, band)), ("ground", slice(size - band, size))):
            d = lambda x: float((lab(x[:, :, rows, h:h + band].mean((2, 3))) - lab(images[:, :, rows, h - band:h].mean((2, 3)))).norm(dim=1).median())
            table[f"outpaint: {k} colour step, Delta E"] = dict(made=d(made), real=d(images))
        contact_sheet(torch.cat([images[:8], made[:8]]), 8, os.path.join(args.work, "outpaint.jpg"))
    # 4. variations: the picture's own embedding, no text
    if wanted("variations") and pipe.image is not None:
        images, captions, _ = real(16, 55, keep=plain)
        e = embed(images)
        var = generate([""] * 16, image=e)
        table["variation: cosine to the original"] = dict(made=float((embed(var) * e).sum(1).mean()), shuffled=float((embed(var) * e.roll(1, 0)).sum(1).mean()), n=16)
        contact_sheet(torch.cat([small(images), var]), 16, os.path.join(args.work, "variations.jpg"))
    if wanted("sheet"):
        contact_sheet(generate(PROMPTS, upscale=True), 8, os.path.join(args.work, "prompts.jpg"), PROMPTS)

    json.dump({"table": table, "objects": objects}, open(os.path.join(args.work, args.name + ".json"), "w"), indent=1)
    print("| metric | real | made | shuffled | n, other |\n|---|---|---|---|---|")
    for k, v in table.items():
        cell = lambda n: f"{v[n]:.2f}" if n in v else ""
        print(f"| {k} | {cell('real')} | {cell('made')} | {cell('shuffled')} | " + ", ".join(f"{n} {v[n]:.3g}" for n in v if n not in ("real", "made", "shuffled")) + " |")
    if objects:
        print("objects: " + ", ".join(f"{k} {a}/{b}" for k, (a, b) in sorted(objects.items(), key=lambda o: -o[1][0] / o[1][1])))


if __name__ == "__main__":
    main()
