"""All parts together: prompts in, pictures out. The reference for the product's pipeline."""
import torch
import torch.nn.functional as F
import models
from common import autocast, load_part, tokenizer

PROMPTS = ["a red cube on a green cube", "a yellow ball on a blue cube", "a blue cone left of a red ball", "a purple cube right of an orange ball", "a small red cube on a large green cube", "a green sphere", "an orange pyramid in the snow", "a white torus",
           "a fox in the snow at night", "a penguin on the beach", "a cat in a field", "a dog in the forest at sunset", "a unicorn in a field", "an elephant in the desert", "a frog", "a panda in the forest",
           "a sailboat at sea at sunset", "a rocket in space", "a castle in the mountains", "a house in the snow at night", "a car in the city", "a robot in the city at night", "a cactus in the desert", "a palm tree on the beach at sunset",
           "a red heart", "an avocado", "a pizza", "a cat next to a dog", "three red apples", "the sea at sunrise", "mountains at night", "a teddy bear in a room"]


class Pipeline:
    def __init__(self, args, text=None, unet=None, parts=("decoder_x4",)):
        self.args, self.tok = args, tokenizer(args)
        self.text = text if text is not None else load_part("text", args)
        self.unet = unet if unet is not None else load_part("unet", args)
        for name in ("clip", "image", "prior", "decoder_x4"):
            try:
                setattr(self, name, load_part(name, args) if name in parts else None)
            except SystemExit:
                setattr(self, name, None)

    def ids(self, prompts):
        return torch.tensor([self.tok.encode(p) for p in prompts], device=self.args.device)

    @torch.no_grad()
    def generate(self, prompts, size=models.SIDE, steps=models.STEPS, guidance=models.GUIDANCE, seed=0, image=None, known=None, mask=None, use_prior=False, batch=32, upscale=False, shift=models.SHIFT, clip=models.CLIP):
        """Pictures [n, 3, size, size] in [0, 1] (with `upscale` four times as large). `known` in [-1, 1] and `mask` (1 = make) at `size` for in- and
        outpainting; `image` = embeddings of length 1."""
        out = []
        for s in range(0, len(prompts), batch):
            part, dev = prompts[s:s + batch], self.args.device
            n = len(part)
            g = torch.Generator(device="cpu").manual_seed(seed * 100003 + s)
            noise = torch.randn(n, 3, size, size, generator=g).to(dev)
            tokens, empty = self.text(self.ids(part)).float(), self.text(self.ids([""])).float()
            z = torch.zeros(n, models.EMBED, device=dev)
            if image is not None:
                z = image[s:s + batch]
            elif use_prior and self.prior is not None:
                z = models.sample_prior(self.prior, tokens, self.clip(self.ids(part)) * models.EMBED_SCALE, generator=g)
            m, k = (None, None) if mask is None else (mask[s:s + batch], known[s:s + batch])
            with autocast(self.args):
                x = models.sample(self.unet, tokens, empty, z * models.EMBED_SCALE, noise, steps, guidance, m, None if m is None else k * (1 - m), shift, clip)
                if mask is not None:
                    x = x * m + k * (1 - m)       # known pixels stay as they were
                if upscale and self.decoder_x4 is not None:
                    x = self.decoder_x4(x.clamp(-1, 1)).float()
            out.append((x / 2 + .5).clamp(0, 1))
        return torch.cat(out)
