#!/usr/bin/env python3
"""Our own small CLIP: text tower and image tower on 64 px pictures with InfoNCE (Radford et al. 2021, figure 3). Needs only assets/.

Its image embedding is what variations and the prior speak; the decoder's words come from its own text encoder. Beside the other
captions of the batch, each picture of a pair is held against a caption of the same words that is false (Yuksekgonul et al. 2023,
section 4): without that, a CLIP is a bag of words and the prior cannot say what stands on what.
"""
import torch
import torch.nn.functional as F
import models
from common import Stage, arguments, autocast, tokenizer
from render import blur
from train_decoder import Pool, extra


def main():
    args = arguments("clip", minutes=6, batch=128, lr=1e-3, extra=extra)
    if args.toy:
        args.pool, args.pool_start, args.draw_batch = 16, 8, 8
    args.scene_seed += 7000      # its own pictures
    tok = tokenizer(args)
    text, image = models.build("clip", args.size, len(tok)), models.build("image", args.size)
    logit = torch.nn.Module()
    logit.scale = torch.nn.Parameter(torch.tensor(2.6593))       # CLIP's start: a temperature of 0.07
    stage = Stage("clip", args, {"clip": text, "image": image, "logit": logit}, ema=.995, meta=dict(vocab=len(tok)), weight_decay=.05, warmup=60)
    pool = Pool(args, args.pool, None)
    while pool.filled < max(args.pool_start, args.batch):
        pool.add()
    end, owed = len(tok) - 1, 0.
    while stage.running():
        owed += args.batch / args.reuse
        while owed > 0:
            owed -= pool.add()
        pick = pool.pick(args.batch)
        x, ids, _ = pool.sample(args.batch, pick)
        wrong = pool.wrong[pick].long()
        wrong = wrong[wrong[:, 1] != end]      # empty: there was no pair
        ids = torch.cat([ids, wrong])
        ids = ids[:, :int((ids == end).int().argmax(1).max()) + 1]
        # Pictures to be ranked or varied will have been resized or made by the decoder: some blur and noise keeps the tower calm about it.
        some = torch.rand(len(x), 1, 1, 1, device=x.device)
        x = torch.where(some < .2, .5 * x + .5 * blur(x, 1), x) + torch.where(some > .6, .08, 0.) * torch.randn_like(x)
        with autocast(args):
            te, ie = text(ids), image(x)
        logits = ie.float() @ te.float().t() * logit.scale.exp().clamp(max=100)      # [pictures, captions, the false ones last]
        target = torch.arange(len(x), device=x.device)
        stage.step((F.cross_entropy(logits, target) + F.cross_entropy(logits[:, :len(x)].t(), target)) / 2, len(x))
    stage.finish(("clip", "image"))
    # Retrieval on pictures the run has not seen: the right caption among 32.
    te, ie, hits, n = stage.averaged("clip"), stage.averaged("image"), 0, 0
    for _ in range(2 if args.toy else 8):
        b = pool.scenes.next(pool.draw, models.SIDE)
        with torch.no_grad(), autocast(args):
            s = ie(b["images"]).float() @ te(b["input_ids"]).float().t()
        for i in range(0, len(s) - 31, 32):
            hits += (s[i:i + 32, i:i + 32].argmax(1) == torch.arange(32, device=s.device)).sum().item()
            n += 32
    print(f"clip: right caption of 32: {hits / max(1, n):.3f} of {n}", flush=True)


if __name__ == "__main__":
    main()
