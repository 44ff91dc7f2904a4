"""What every training stage shares: arguments, time box, mixed precision, EMA, checkpoints, weight parts, log lines."""
import argparse, contextlib, functools, glob, inspect, io, json, math, os, random, sys, time, zlib
import numpy as np
import torch
import captions, models
from render import Renderer
from tokenizer import Tokenizer
from world import PLANS, SceneSampler, scene_loader, to_device

PART_BYTES = 15 << 20      # weights travel in parts of at most this size


def arguments(stage, minutes, batch, lr, extra=None):
    ap = argparse.ArgumentParser(description=stage)
    ap.add_argument("--minutes", type=float, default=minutes, help="time box of the training loop; loading and the final grid come on top (about half a minute)")
    ap.add_argument("--steps", type=int, default=0, help="stop after this many steps instead")
    ap.add_argument("--progress", type=float, nargs=2, default=(0., 1.), help="part of the learning-rate schedule this run covers, for stages cut into several runs")
    ap.add_argument("--size", choices=list(models.SIZES), default="cpu")
    ap.add_argument("--plan", choices=list(PLANS), default="cpu", help="what the pictures are drawn from; see world.PLANS")
    ap.add_argument("--no-bf16", action="store_true")
    ap.add_argument("--toy", action="store_true", help="two steps at tiny size: checks that everything runs")
    ap.add_argument("--batch", type=int, default=batch)
    ap.add_argument("--lr", type=float, default=lr)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--assets", default="assets")
    ap.add_argument("--work", default="work", help="checkpoints for resuming, logs, grids")
    ap.add_argument("--init", default="weights", help="folder of weight parts to start from when --work has no checkpoint")
    ap.add_argument("--out", default="weights", help="where the weight parts are written")
    ap.add_argument("--workers", type=int, default=max(0, min(14, (os.cpu_count() or 1) - 4)))
    ap.add_argument("--concepts", type=int, default=0, help="only the first concepts (0: all)")
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    ap.add_argument("--no-compile", action="store_true")
    ap.add_argument("--fresh", action="store_true", help="ignore earlier checkpoints of this stage")
    if extra:
        extra(ap)
    args = ap.parse_args()
    if args.toy:
        args.size, args.batch, args.steps, args.workers, args.concepts, args.no_compile = "toy", min(args.batch, 4), args.steps or 2, 0, 0, True
    args.bf16 = not args.no_bf16 and cpu_has_bf16()
    for folder in (args.work, args.out):
        os.makedirs(folder, exist_ok=True)
    random.seed(args.seed); np.random.seed(args.seed); torch.manual_seed(args.seed)
    if args.device.startswith("cuda"):
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True
    return args


def autocast(args):
    """bf16 on the GPU, and on a CPU that multiplies it in hardware: measured 1.8 times as fast as float32 on two cores of such a one."""
    if args.device.startswith("cuda"):
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return torch.autocast("cpu", dtype=torch.bfloat16) if args.bf16 else contextlib.nullcontext()


def cpu_has_bf16():
    try:
        return "avx512_bf16" in open("/proc/cpuinfo").read()
    except OSError:
        return False


def prepare(module, args):
    # Channels last: what tensor cores want, and a twentieth faster on a CPU.
    return module.to(args.device).to(memory_format=torch.channels_last)


def compiled(module, args):
    """torch.compile where it exists; if it fails it falls back to eager by itself."""
    if args.no_compile or not args.device.startswith("cuda") or not hasattr(torch, "compile"):
        return module
    import torch._dynamo
    torch._dynamo.config.suppress_errors = True
    return torch.compile(module, dynamic=False)


def renderer(args, patch):
    return Renderer(args.assets, args.device, patch, limit=args.concepts or None)


def tokenizer(args):
    return Tokenizer(os.path.join(args.assets, "tokenizer"))


class Scenes:
    """Scenes from worker processes, drawn on the device. next() -> dict with images in [-1, 1] and input_ids."""

    def __init__(self, args, batch, seed_offset=0, wordings=0):
        # A scene batch is cut to what the renderer's memory is sized for: about 8 GB for 256 pictures at 256 px.
        self.args, self.chunk = args, min(batch, 256 if args.device.startswith("cuda") else 32)
        self.stream = scene_loader(self.chunk, args.workers, assets=args.assets, seed=args.seed * 131 + seed_offset, tokenizer=tokenizer(args), concepts=args.concepts or None, plan=args.plan, wordings=wordings)

    def next(self, renderer, size, view=(0., 1.)):
        batch = to_device(next(self.stream), self.args.device)
        batch["images"] = renderer.render(batch, size, view) * 2 - 1
        return batch


def concat(batches, keys):
    return {k: torch.cat([b[k] for b in batches]) for k in keys}


# --- weights ---------------------------------------------------------------------------------------------------------
def shrink(t):
    """int8 with one scale per first axis; only for carrying weights to another machine."""
    s = t.float().abs().flatten(1).amax(1).clamp(min=1e-12) / 127
    shape = [-1] + [1] * (t.ndim - 1)
    return {"int8": (t.float() / s.view(shape)).round().to(torch.int8), "scale": s.half() if s.min() > 1e-4 else s}


def write_parts(folder, name, state, meta, bits=16):
    """fp16 (or int8) weights as NAME.part0, part1, ... of at most 15 MiB each."""
    buffer, packed = io.BytesIO(), {}
    for k, v in state.items():
        v = v.detach().cpu()
        packed[k] = v if not v.is_floating_point() else shrink(v) if bits == 8 and v.ndim > 1 and v.numel() > 4096 else v.half()
    torch.save({"meta": meta, "state": packed}, buffer)
    data = zlib.compress(buffer.getvalue(), 9)      # rows of words that no caption had are zero, see trim()
    for old in glob.glob(os.path.join(folder, name + ".part*")):
        os.remove(old)
    for i in range(0, len(data), PART_BYTES):
        with open(os.path.join(folder, f"{name}.part{i // PART_BYTES}"), "wb") as f:
            f.write(data[i:i + PART_BYTES])
    return len(data)


def read_parts(folder, name):
    files = sorted(glob.glob(os.path.join(folder, name + ".part*")), key=lambda f: int(f.rsplit("part", 1)[1]))
    if not files:
        return None
    safe = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    data = torch.load(io.BytesIO(zlib.decompress(b"".join(open(f, "rb").read() for f in files))), map_location="cpu", **safe)
    state = {}
    for k, v in data["state"].items():
        if isinstance(v, dict):
            v = v["int8"].float() * v["scale"].float().view([-1] + [1] * (v["int8"].ndim - 1))
        state[k] = v.float() if v.is_floating_point() else v
    return state, data["meta"]


def load_part(part, args, folders=None, vocab=None):
    """A frozen, finished part: from this machine's work folder, or from weight parts."""
    for folder in folders or (args.work, args.out, args.init):
        found = read_parts(folder, part)
        if found:
            module = models.build(part, found[1]["size"], found[1].get("vocab", 10000))
            missing = module.load_state_dict(found[0], strict=False)
            if missing.missing_keys or missing.unexpected_keys:
                print(f"{part}: differs from the checkpoint in {missing}", flush=True)
            return prepare(module, args).eval().requires_grad_(False)
    raise SystemExit(f"no weights of '{part}' in {folders or (args.work, args.out, args.init)}: run its stage first")


def transplant(table, vocabulary, old_plan, new_plan, assets):
    """A larger plan brings words that no caption had. A word that belongs to one idea only (a colour, a thing, a place; see
    captions.ideas) starts from what the English words of that idea have become, any other from zero. In place, [vocabulary, width].
    Returns how many words start from English ones."""
    trained, special = seen_tokens(assets, old_plan).to(table.device), set(vocabulary.encode(""))
    owners, alone, groups = {}, {}, {}
    for key, by_language in captions.ideas(json.load(open(os.path.join(assets, "concepts.json"), encoding="utf-8")), PLANS[new_plan]["concepts"]).items():
        for lang, phrases in by_language.items():
            for tokens in ([t for t in vocabulary.encode(phrase) if t not in special] for phrase in phrases):
                for t in tokens:
                    (alone if len(tokens) == 1 else owners).setdefault(t, set()).add(key)
                    groups.setdefault((key, lang == "en"), set()).add(t)
    owners.update(alone)      # a word that says the idea by itself is that idea's, whatever longer phrases it is part of
    before, moved = table.clone(), 0
    table[~trained] = 0
    for (key, english), tokens in groups.items():
        native = [t for t in groups.get((key, True), ()) if owners[t] == {key} and trained[t]]
        new = [t for t in tokens if owners[t] == {key} and not trained[t]]
        if not english and native and new:
            table[new] = before[native].mean(0)
            moved += len(new)
    return moved


def earlier(part, args):
    """What an earlier stage or run has left of a part: (state, meta), or None. Parts of another size are another model's."""
    for folder in (args.work, args.init):
        found = read_parts(folder, part)
        if found and found[1]["size"] == args.size:
            return found
    return None


def grow(states, meta, args, name):
    """The word tables of a part that was trained on another plan begin with what the words of this one are near to. In place."""
    before = meta.get("plan", "cpu")
    for table in [s["embed.weight"] for s in states if "embed.weight" in s] if before != args.plan else []:
        print(f"{name}: grows from plan {before} to {args.plan}: {transplant(table, tokenizer(args), before, args.plan, args.assets)} new words start from English ones", flush=True)


class Ema:
    def __init__(self, module, decay=.999):
        self.decay, self.count = decay, 0
        self.shadow = {k: v.detach().clone().float() if v.is_floating_point() else v.detach().clone() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module):
        self.count += 1
        d = min(self.decay, self.count / (self.count + 12))
        live = module.state_dict()
        keys = [k for k, v in self.shadow.items() if v.is_floating_point()]
        a, b = [self.shadow[k] for k in keys], [live[k].detach().float() for k in keys]
        torch._foreach_mul_(a, d)
        torch._foreach_add_(a, b, alpha=1 - d)


class Threads:
    """On a shared machine two threads that wait for each other can be far slower than one: oneDNN's backward convolutions spin
    at a barrier, and one of them was seen to fall from 384 to 2 GFLOP/s beside compilers. So now and then a few steps are timed
    with one thread and with all, and the faster number stays."""

    def __init__(self, args, trial=4, period=60):
        self.all, self.trial, self.period = torch.get_num_threads(), trial, period
        self.active, self.at, self.times, self.last = not args.device.startswith("cuda") and self.all > 1, 0, {}, None

    def tick(self):
        if not self.active:
            return
        now, phase = time.time(), self.at % self.period
        for k, n in enumerate((1, self.all)):
            if phase == k * self.trial:
                torch.set_num_threads(n)
            elif k * self.trial < phase <= (k + 1) * self.trial and self.last and phase > k * self.trial + 1:
                self.times.setdefault(n, []).append(now - self.last)
        if phase == 2 * self.trial:
            best = min(self.times, key=lambda n: sum(self.times[n]) / len(self.times[n])) if self.times else self.all
            torch.set_num_threads(best)
            self.times = {}
        self.at, self.last = self.at + 1, now


class Stage:
    """One time-boxed training loop over named modules that are optimised together.

        stage = Stage("clip", args, {"text": text, "image": image})
        while stage.running():
            stage.step(loss, count=batch)
        stage.finish()
    """

    def __init__(self, name, args, modules, ema=.999, weight_decay=.02, warmup=150, meta=None):
        self.name, self.args, self.modules, self.warmup = name, args, modules, warmup
        self.meta = dict(size=args.size, plan=args.plan, **(meta or {}))
        self.iteration, self.samples, self.total = 0, 0, 0
        self.path = os.path.join(args.work, name + ".resume.pt")
        resume = None if args.fresh or not os.path.exists(self.path) else torch.load(self.path, map_location="cpu")
        for part, module in modules.items():
            found = (resume["live"][part], resume.get("meta", {})) if resume else None if args.fresh else earlier(part, args)
            if found:
                grow([found[0], *([resume["ema"][part]] if resume else [])], found[1], args, f"{name}: {part}")
                print(f"{name}: {part} continues from {'the checkpoint' if resume else 'weight parts'}", flush=True)
                module.load_state_dict(found[0], strict=False)
            prepare(module, args)
        parameters = [p for m in modules.values() for p in m.parameters() if p.requires_grad]
        self.parameters = parameters
        groups = [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay}, {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.}]
        fused = {"fused": True} if args.device.startswith("cuda") else {}
        self.optimizer = torch.optim.AdamW(groups, lr=args.lr, betas=(.9, .98), **fused)
        self.ema = {part: Ema(m, ema ** 2) for part, m in modules.items()}
        if resume:
            self.optimizer.load_state_dict(resume["optimizer"])
            for part in modules:
                self.ema[part].count = resume["count"]
                self.ema[part].shadow = {k: v.to(args.device) for k, v in resume["ema"][part].items()}
            self.iteration = self.total = resume["iteration"]
            self.samples = resume["samples"]
        self.begin_samples, self.losses, self.start, self.logged = self.samples, [], None, 0.
        self.first, self.saved, self.threads, self.note = self.iteration, time.time(), Threads(args), ""

    def fraction(self):
        """How far this run is: 0 to 1."""
        if self.start is None:
            return 0.
        if self.args.steps:
            return (self.iteration - self.first) / self.args.steps
        return (time.time() - self.start) / 60 / max(self.args.minutes, 1e-9)

    def schedule(self):
        """How far the whole schedule is, over all runs of this stage."""
        a, b = self.args.progress
        return a + (b - a) * min(1., self.fraction())

    def running(self):
        if self.start is None:
            self.start = time.time()
        return self.fraction() < 1

    def step(self, loss, count):
        p = self.schedule()
        # Warm-up also after every restart (the optimiser may be new), then flat, then a cosine down to 2 %.
        lr = self.args.lr * min(1., (self.iteration - self.first + 1) / self.warmup) * (.02 + .98 * (.5 + .5 * math.cos(math.pi * max(0., (p - .35) / .65))))
        for g in self.optimizer.param_groups:
            g["lr"] = lr
        self.threads.tick()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, 1.)
        self.optimizer.step()
        if self.iteration % 2:      # every other step is as good, with the decay squared, and on a CPU a twentieth cheaper
            for part, module in self.modules.items():
                self.ema[part].update(module)
        self.iteration += 1
        self.samples += count
        self.losses.append(loss.detach())
        now = time.time()
        if now - self.logged > (10 if not self.args.toy else 0):
            self.logged = now
            value = torch.stack(self.losses[-50:]).mean().item()
            self.losses = self.losses[-50:]
            rate = (self.samples - self.begin_samples) / max(1e-6, now - self.start)
            line = f"{self.name} it {self.iteration} {100 * self.fraction():.0f}% loss {value:.4f} grad {float(norm):.2f} lr {lr:.1e} {rate:.0f} img/s {torch.get_num_threads()} threads {self.note}".rstrip()
            print(line, flush=True)
            if not math.isfinite(value):
                raise SystemExit("the loss is not a number; the last checkpoint is still in place")
            with open(os.path.join(self.args.work, self.name + ".log"), "a") as f:
                f.write(line + "\n")
            if now - self.saved > 150:      # a run that is cut off loses two and a half minutes at most
                self.save()

    def averaged(self, part):
        """The EMA weights as a module of their own, for sampling."""
        module = models.build(part, self.args.size, self.meta.get("vocab", 10000))
        module.load_state_dict(self.ema[part].shadow)
        return prepare(module, self.args).eval().requires_grad_(False)

    def save(self):
        """The resume file, in full precision."""
        self.saved = time.time()
        torch.save({"live": {k: m.state_dict() for k, m in self.modules.items()}, "ema": {k: e.shadow for k, e in self.ema.items()}, "optimizer": self.optimizer.state_dict(),
                    "count": next(iter(self.ema.values())).count, "iteration": self.iteration, "samples": self.samples, "meta": self.meta}, self.path + ".tmp")
        os.replace(self.path + ".tmp", self.path)

    def finish(self, parts=None):
        """Resume file into --work, EMA weights in parts into --work and --out."""
        self.save()
        for part in parts or self.modules:
            meta = dict(self.meta, iteration=self.iteration, samples=self.samples)
            for folder in {self.args.work, self.args.out}:
                size = write_parts(folder, part, self.ema[part].shadow, meta)
            print(f"{self.name}: {part} {size / 1e6:.1f} MB of fp16 after {self.samples} samples", flush=True)


def masks(n, size, device, kinds=(.5, .25, .25)):
    """Pixel masks [n, 1, size, size], 1 = make: everything (text only), random shapes, or an outpainting side."""
    yy, xx = torch.meshgrid((torch.arange(size, device=device) + .5) / size, (torch.arange(size, device=device) + .5) / size, indexing="ij")
    r = lambda *s: torch.rand(*s, device=device)
    # random shapes: up to four strokes (capsules) and one ellipse
    free = torch.zeros(n, size, size, dtype=torch.bool, device=device)
    for k in range(5):
        ax, ay, bx, by = (r(n, 1, 1) for _ in range(4))
        bx, by = ax + (bx - .5) * .9, ay + (by - .5) * .9
        radius = .03 + .1 * r(n, 1, 1)
        if k == 4:
            hit = ((xx - ax) / (.1 + .35 * r(n, 1, 1))) ** 2 + ((yy - ay) / (.1 + .35 * r(n, 1, 1))) ** 2 < 1
        else:
            t = (((xx - ax) * (bx - ax) + (yy - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 + 1e-6)).clamp(0, 1)
            hit = (xx - ax - t * (bx - ax)) ** 2 + (yy - ay - t * (by - ay)) ** 2 < radius ** 2
        free |= hit & (r(n, 1, 1) < .55)
    # outpainting: one side, two sides (a corner), or a frame
    depth, side = .2 + .6 * r(n, 1, 1), torch.randint(0, 6, (n, 1, 1), device=device)
    left, upper = xx < depth, yy < depth
    right, lower = xx > 1 - depth, yy > 1 - depth
    third = depth / 2.2
    frame = (xx < third) | (xx > 1 - third) | (yy < third) | (yy > 1 - third)
    out = torch.where(side == 0, left, torch.where(side == 1, right, torch.where(side == 2, upper, torch.where(side == 3, lower, torch.where(side == 4, (left | upper), frame)))))
    pick = r(n, 1, 1)
    m = torch.where(pick < kinds[0], torch.ones_like(out), torch.where(pick < kinds[0] + kinds[1], free, out))
    return m[:, None].float()


def known_part(x, kinds=(.5, .25, .25)):
    """Masks for a batch of pictures at the decoder's side: (mask [n, 1, h, w], picture with its masked part grey).

    Drawn at twice the side and pooled, as the product pools a pixel mask: the largest value of each block, so that nothing that is to
    be made shines through; in a third of the pictures the mean, so that graded masks are known too.
    """
    import torch.nn.functional as F
    n, (h, w), dev = len(x), x.shape[-2:], x.device
    mask, masked = torch.ones(n, 1, h, w, device=dev), torch.zeros_like(x)
    rows = torch.nonzero(torch.rand(n, device=dev) >= kinds[0]).flatten()      # drawing shapes is slow beside a step: only where needed
    if len(rows):
        m = masks(len(rows), 2 * w, dev, (0., kinds[1] / (kinds[1] + kinds[2]), 1.))
        mean = F.avg_pool2d(m, 2)
        hard = torch.rand(len(rows), 1, 1, 1, device=dev) > .3
        mask[rows], masked[rows] = torch.where(hard, F.max_pool2d(m, 2), mean), x[rows] * (1 - mean)
    return mask, masked


@functools.lru_cache
def seen_tokens(assets, plan, captions=60000):
    """Which tokens a plan's captions use: [vocabulary], bool."""
    tok, sampler = Tokenizer(os.path.join(assets, "tokenizer")), SceneSampler(assets, 31, plan=plan)
    seen = torch.zeros(len(tok), dtype=torch.bool)
    for text in {sampler.sample()[2] for _ in range(captions)} | {""}:
        seen[tok.encode(text)] = True
    return seen


def trim(state, seen):
    """Zero rows for tokens that were never trained: random ones would be noise in a prompt, and zeros pack well."""
    return {k: v * seen[:, None] if k == "embed.weight" else v for k, v in state.items()}


def snapshot(work, out, assets="assets", bits=8):
    """int8 weight parts of the averages in the resume files of `work`, also of unfinished stages."""
    for path in glob.glob(os.path.join(work, "*.resume.pt")):
        data = torch.load(path, map_location="cpu")
        for part, state in data["ema"].items():
            if part in models.PARTS:
                meta = dict(data.get("meta", {}), iteration=data["iteration"], samples=data["samples"])
                state = trim(state, seen_tokens(assets, meta.get("plan", "cpu"))) if "embed.weight" in state else state
                size = write_parts(out, part, state, meta, bits)
                print(f"{part} {size / 1e6:.2f} MB after {data['samples']} samples")


if __name__ == "__main__":
    # python3 common.py WORK OUT: the averaged weights of every stage as int8 parts, to commit, to export or to look at
    os.makedirs(sys.argv[2], exist_ok=True)
    snapshot(*sys.argv[1:])
