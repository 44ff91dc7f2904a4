#!/usr/bin/env python3
"""The prior: text -> image embedding (Ramesh et al. 2022, section 2.2). Run it last: it reads the decoder's text encoder, which moves while the decoder is trained."""
import torch
import torch.nn.functional as F
import models
from common import Stage, arguments, autocast, load_part, tokenizer
from train_decoder import Pool, extra


def main():
    args = arguments("prior", minutes=3, batch=256, lr=8e-4, extra=extra)
    if args.toy:
        args.pool, args.pool_start, args.draw_batch = 16, 8, 8
    args.scene_seed += 8000
    text, clip, image = (load_part(p, args) for p in ("text", "clip", "image"))
    prior = models.build("prior", args.size)
    stage = Stage("prior", args, {"prior": prior}, ema=.995, warmup=40)
    pool = Pool(args, args.pool, image)
    while pool.filled < max(args.pool_start, args.batch):
        pool.add()
    bar, tok, owed = models.alphas_cumprod().to(args.device), tokenizer(args), 0.
    empty = torch.tensor(tok.encode(""), device=args.device)
    while stage.running():
        owed += args.batch / (4 * args.reuse)      # a step costs little beside drawing, so each picture is used more often
        while owed > 0:
            owed -= pool.add()
        _, ids, embeds = pool.sample(args.batch)
        ids = torch.where(torch.rand(args.batch, 1, device=args.device) < .1, empty, ids)
        ids = ids[:, :int((ids == len(tok) - 1).int().argmax(1).max()) + 1]
        x0 = embeds * models.EMBED_SCALE
        t = torch.randint(0, models.PRIOR_STEPS, (args.batch,), device=args.device)
        a = bar[t][:, None]
        noisy = a.sqrt() * x0 + (1 - a).sqrt() * torch.randn_like(x0)
        with autocast(args):
            with torch.no_grad():
                tokens, te = text(ids).float(), clip(ids).float()
            y = prior(noisy, t.float(), tokens, te * models.EMBED_SCALE)
        stage.step(F.mse_loss(y.float(), x0), args.batch)
    stage.finish()
    average, b = stage.averaged("prior"), pool.scenes.next(pool.draw, models.SIDE)
    with torch.no_grad():
        tokens, te, real = text(b["input_ids"]), clip(b["input_ids"]), image(b["images"]).float()
        s = models.sample_prior(average, tokens, te * models.EMBED_SCALE) @ real.t()
    off = (s.sum() - s.diagonal().sum()) / (len(s) * (len(s) - 1))
    print(f"prior: cosine to the true picture {s.diagonal().mean():.3f}, to others {off:.3f}; text alone {(te @ real.t()).diagonal().mean():.3f}", flush=True)


if __name__ == "__main__":
    main()
