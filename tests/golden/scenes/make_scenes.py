"""Renders the fixed scenes of this folder: real pictures with their true continuation, for seam scores of in- and outpainting.

  python3 make_scenes.py ../../../models/training        needs torch and Pillow, as the training does

The window [-0.5, 1.5] x [0, 1] of each world at 256 px a unit: 512 x 256 pixels, of which the middle 256 columns are what a training
picture shows. train=False and a seed of its own: no scene here is a training picture, and held-out pairs occur.
"""
import json, os, sys
import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
TRAINING = os.path.abspath(sys.argv[1])
SEED, COUNT, PLAIN, SIZE, QUALITY = 20261122, 24, 5, 256, 84

sys.path.insert(0, TRAINING)
from PIL import Image
from render import Renderer
from world import SceneSampler, to_device

assets = os.path.join(TRAINING, "assets")
sampler = SceneSampler(assets, SEED, train=False, plan="cpu")
kept, plain = [], 0
while len(kept) < COUNT:
    d, _, caption, arrays = sampler.sample("en", full=True)
    is_plain = d["scene"] in ("plain", "space")
    if is_plain and plain == PLAIN:
        continue      # most borders shall run through ground, horizon and sky: a seam is hard to see on one flat colour
    plain += is_plain
    kept.append((arrays, caption))

renderer = Renderer(assets, "cpu", SIZE // 2)
captions = {}
for i, (arrays, caption) in enumerate(kept):
    batch = to_device({k: np.stack([v]) for k, v in arrays.items()}, "cpu")
    picture = renderer.render(batch, SIZE, (-.5, 1.5))[0]
    pixels = (picture.clamp(0, 1) * 255 + .5).byte().permute(1, 2, 0).numpy()
    name = f"{i:02d}.webp"
    Image.fromarray(pixels).save(os.path.join(HERE, name), quality=QUALITY, method=6)
    captions[name] = caption
with open(os.path.join(HERE, "captions.json"), "w", encoding="utf-8") as f:
    json.dump(captions, f, indent=1, ensure_ascii=False)
    f.write("\n")
