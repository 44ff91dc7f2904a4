#!/usr/bin/env python3
"""x4 upscalers on our own pictures; compares itself with bicubic at the end.

  --part decoder_x4    64 -> 256 px, the product's "vae_decoder": its inputs are the decoder's, so they are degraded more
  --part upscaler      256 -> 1024 px and the like, on crops of large renders
"""
import os
import torch
import torch.nn.functional as F
import models
from common import Scenes, Stage, arguments, autocast, renderer
from render import blur
from world import contact_sheet


def crops(x, side, n, step=4):
    """n random squares of each picture."""
    out = []
    for k in range(n):
        top, left = (int(torch.randint(0, (x.shape[d] - side) // step + 1, ())) * step for d in (2, 3))
        out.append(x[:, :, top:top + side, left:left + side])
    return torch.cat(out)


def gradient_loss(a, b):
    """Differences of neighbours: keeps edges sharp where L1 alone settles for the middle."""
    return F.l1_loss(a[..., 1:] - a[..., :-1], b[..., 1:] - b[..., :-1]) + F.l1_loss(a[..., 1:, :] - a[..., :-1, :], b[..., 1:, :] - b[..., :-1, :])


def shrink(x, faults):
    """The picture at a quarter of its side, with the small faults of a generated one: softness, noise, and the 4x4 grid of the decoder's patches."""
    y = F.interpolate(x, scale_factor=.25, mode="area")
    if not faults:
        return y
    r = lambda: torch.rand(len(y), 1, 1, 1, device=y.device)
    y = torch.where(r() < .5 * faults, y + r() * .7 * (blur(y, 1) - y), y)
    grid = F.interpolate(torch.randn(len(y), 3, max(1, y.shape[2] // 4), max(1, y.shape[3] // 4), device=y.device), size=y.shape[2:], mode="nearest")
    y = y + torch.where(r() < .5 * faults, .03 * r(), torch.zeros_like(r())) * grid
    return (y + torch.where(r() < .6 * faults, .04 * r(), torch.zeros_like(r())) * torch.randn_like(y)).clamp(-1, 1)


def main():
    args = arguments("upscaler", minutes=4, batch=32, lr=1e-3, extra=lambda ap: ap.add_argument("--part", choices=("decoder_x4", "upscaler"), default="decoder_x4"))
    large = args.part == "upscaler"
    size, side, faults = (512, 128, .5) if large else (256, 128, 1.)
    if args.toy:
        size, side = 128, 64
    model = models.build(args.part, args.size)
    stage = Stage(args.part, args, {args.part: model}, ema=.995, weight_decay=0., warmup=30)
    draw, scenes = renderer(args, size // 2), Scenes(args, max(1, args.batch // 4), 5 + large)
    while stage.running():
        x = crops(scenes.next(draw, size)["images"], side, 4)
        low = shrink(x, faults).contiguous(memory_format=torch.channels_last)
        with autocast(args):
            y = model(low)
        y = y.float()
        stage.step(F.l1_loss(y, x) + .5 * gradient_loss(y, x), len(x))
    stage.finish()
    average = stage.averaged(args.part)
    x = scenes.next(draw, size)["images"][:8]
    psnr = lambda a: (-10 * (((a - x) ** 2).mean((1, 2, 3)) / 4).log10()).mean().item()
    for faulty in (0, faults):
        with torch.no_grad():
            low = shrink(x, faulty)
            up, cubic = average(low), F.interpolate(low, scale_factor=4., mode="bicubic", align_corners=False)
        print(f"{args.part}: {'degraded' if faulty else 'clean'} inputs: PSNR {psnr(up):.2f} dB, bicubic {psnr(cubic):.2f} dB", flush=True)
    contact_sheet(torch.cat([cubic, up, x]) / 2 + .5, len(x), os.path.join(args.work, args.part + ".jpg"))


if __name__ == "__main__":
    main()
