#!/usr/bin/env python3
"""The decoder and its text encoder: rectified flow in pixel space at 64 px.

x = t picture + (1 - t) noise (Liu et al. 2022; Lipman et al. 2022); the network predicts the picture, and the error is weighted with
1 / (1 - t)^2, which makes it the error of the velocity (Salimans & Ho 2022, section 4, on why the target and the weight are
separate choices). t is logit-normal (Esser et al. 2024, section 3.1), leaning to the noisy side, where the words decide; a share of
the times lies in the first steps of sampling, t < 0.15, because which thing stands where is decided there and nowhere else: with
t = 0.2 the noisy picture itself says it.

Order is also asked for directly: of some pairs the batch has a second row with a false caption of the same words, whose error has to
be larger by a margin (a hinge, as in contrastive learning; what the margin asks for is less than the distance between the two pictures).
Before that train_text.py must have taught the text encoder to tell the places apart, or neither helps.

Pictures are drawn in small numbers all the time into a pool in memory and used several times each, with new noise, new masks and
another wording of the caption, so that drawing does not hold up training.
"""
import os
import numpy as np
import torch
import torch.nn.functional as F
import models
from common import Scenes, Stage, arguments, autocast, known_part, load_part, renderer, tokenizer
from pipeline import PROMPTS, Pipeline
from world import contact_sheet

WORDINGS = 3


class Pool:
    """A ring of pictures (12 KB each), token ids of a few captions, and the picture's embedding once there is a CLIP."""

    def __init__(self, args, capacity, image):
        self.args, self.image = args, image
        self.end = len(tokenizer(args)) - 1
        self.draw, self.scenes = renderer(args, 44), Scenes(args, args.draw_batch, args.scene_seed, wordings=WORDINGS)
        self.pixels = torch.zeros(capacity, 3, models.SIDE, models.SIDE, dtype=torch.uint8, device=args.device)
        self.ids = torch.zeros(capacity, WORDINGS, 40, dtype=torch.int16, device=args.device)
        self.wrong = torch.zeros(capacity, 40, dtype=torch.int16, device=args.device)
        self.embeds = torch.zeros(capacity, models.EMBED, dtype=torch.float16, device=args.device)
        self.capacity, self.filled, self.at = capacity, 0, 0

    @torch.no_grad()
    def add(self):
        b = self.scenes.next(self.draw, models.SIDE)
        n = len(b["images"])
        where = (torch.arange(n, device=self.args.device) + self.at) % self.capacity
        self.pixels[where] = (b["images"] * 127.5 + 128).clamp(0, 255).byte()
        self.ids[where], self.wrong[where] = b["wordings"].to(torch.int16), b["wrong"].to(torch.int16)
        if self.image is not None:
            with autocast(self.args):
                self.embeds[where] = self.image(b["images"]).half()
        self.at, self.filled = (self.at + n) % self.capacity, min(self.capacity, self.filled + n)
        return n

    def pick(self, n):
        return torch.randint(0, self.filled, (n,), device=self.args.device)

    def pairs(self, n):
        """Rows with two things in a relation, those that have a false caption."""
        rows = torch.nonzero(self.wrong[:self.filled, 1] != self.end).flatten()
        return rows[torch.randint(0, len(rows), (n,), device=self.args.device)] if len(rows) else self.pick(n)

    def sample(self, n, pick=None):
        pick = self.pick(n) if pick is None else pick
        ids = self.ids[pick, torch.randint(0, WORDINGS, (n,), device=self.args.device)].long()
        return self.pixels[pick].float() / 127.5 - 1, ids, self.embeds[pick].float()


def extra(ap):
    ap.add_argument("--pool", type=int, default=40000, help="pictures kept")
    ap.add_argument("--pool-start", type=int, default=6000, help="pictures drawn before the first step")
    ap.add_argument("--reuse", type=float, default=8., help="how often each picture is used, about")
    ap.add_argument("--draw-batch", type=int, default=64)
    ap.add_argument("--scene-seed", type=int, default=0, help="another number for each run, so that no run sees the pictures of an earlier one")


def decoder_extra(ap):
    extra(ap)
    ap.add_argument("--mask-kinds", type=float, nargs=3, default=(.5, .25, .25), help="shares of: everything to be made, free shapes, outpainting sides; at first the words teach more than the surroundings")
    ap.add_argument("--image-share", type=float, default=.5, help="with --images: in how many samples the embedding is there")
    ap.add_argument("--time-mean", type=float, default=-.4, help="mean of the logit of t: the lower, the more is learned from noise, where places and colours are decided")
    ap.add_argument("--early", type=float, default=.35, help="share of the times that lie in the first steps of sampling, t < 0.15; those of --pairs all do")
    ap.add_argument("--pairs", type=float, default=.2, help="share of a batch that are pairs and come with a false caption too")
    ap.add_argument("--margin", type=float, default=.02, help="by how much the error under a false caption has to be larger")
    ap.add_argument("--images", action="store_true", help="condition on picture embeddings too (needs train_clip.py)")


def main():
    # Small batches: a run on a CPU has few samples, and at this stage steps teach more than exact gradients.
    args = arguments("decoder", minutes=60, batch=32, lr=7e-4, extra=decoder_extra)
    if args.toy:
        args.pool, args.pool_start, args.draw_batch = 16, 8, 8
    tok = tokenizer(args)
    text, unet = models.build("text", args.size, len(tok)), models.build("unet", args.size)
    # Weight decay as in the run that this recipe grew from; the warm-up is short because every run is.
    stage = Stage("decoder", args, {"text": text, "unet": unet}, ema=.9985, weight_decay=.01, warmup=100, meta=dict(vocab=len(tok)))
    pool = Pool(args, args.pool, load_part("image", args) if args.images else None)
    while pool.filled < args.pool_start:
        pool.add()
    print(f"decoder: begins with {pool.filled} pictures", flush=True)
    empty, end, owed = torch.tensor(tok.encode(""), device=args.device), len(tok) - 1, 0.
    pairs = round(args.pairs * args.batch)
    while stage.running():
        owed += args.batch / args.reuse
        while owed > 0:
            owed -= pool.add()
        # The first rows are pairs; they come early, from words alone and with nothing known, so that only the words can tell.
        picked = torch.cat([pool.pairs(pairs), pool.pick(args.batch - pairs)])
        x0, ids, embeds = pool.sample(args.batch, picked)
        r = lambda: torch.rand(args.batch, device=args.device)
        asked = torch.arange(args.batch, device=args.device) < pairs
        # Each condition is dropped on its own (Ho & Salimans 2022). A little noise on the embedding stands for a prior that errs.
        seeing = (r() < args.image_share) & ~asked if args.images else torch.zeros_like(asked)
        # More often without words beside an embedding: that is what a variation is.
        ids = torch.where(((r() < torch.where(seeing, .4, .1)) & ~asked)[:, None], empty, ids)
        ids = torch.cat([ids, pool.wrong[picked[:pairs]].long()])
        ids = ids[:, :int((ids == end).int().argmax(1).max()) + 1]      # only as long as the longest caption
        if args.images:
            embeds = F.normalize(embeds + r()[:, None] * .4 / models.EMBED_SCALE * torch.randn_like(embeds), dim=-1) * models.EMBED_SCALE * seeing[:, None]
        mask, masked = known_part(x0, args.mask_kinds)
        mask, masked = torch.where(asked[:, None, None, None], 1., mask), torch.where(asked[:, None, None, None], 0., masked)
        t = torch.sigmoid(torch.randn(args.batch, device=args.device) + args.time_mean)
        t = torch.where((r() < args.early) | asked, .15 * r() ** 1.5, t)
        t4 = t[:, None, None, None]
        noisy = t4 * x0 + (1 - t4) * torch.randn_like(x0)
        again = lambda x: torch.cat([x, x[:pairs]])
        with autocast(args):
            y = unet(again(torch.cat([noisy, mask, masked], 1)), again(t), text(ids), again(embeds))
        # What is known already teaches less than what has to be made.
        error = ((y.float() - again(x0)) ** 2 * (.25 + .75 * again(mask))).mean((1, 2, 3)) / (1 - again(t)).clamp(min=.1) ** 2
        gap = error[args.batch:] - error[:pairs]
        told = pool.wrong[picked[:pairs], 1] != end      # no pair in the pool: then nothing false was said
        order = (F.relu(args.margin - gap) * told).sum() / args.batch
        stage.note = f"gap {gap.mean().item():.4f}" if stage.iteration % 50 == 0 else stage.note
        stage.step(error[:args.batch].mean() + order, args.batch)
    stage.finish()
    pipe = Pipeline(args, stage.averaged("text"), stage.averaged("unet"))
    prompts = PROMPTS[:4] if args.toy else PROMPTS
    images = pipe.generate(prompts, steps=2 if args.toy else models.STEPS)
    contact_sheet(images, min(8, len(images)), os.path.join(args.work, f"decoder_{int(100 * args.progress[1])}.jpg"), prompts)


if __name__ == "__main__":
    main()
