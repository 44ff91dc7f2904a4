"""The parts of canvas-mini: DALL·E 2's own shape in small. Plain torch, written so that one definition trains (torch 1.13 and
later) and exports to ONNX opset 17.

  TextEncoder    ids [B, 40]                        -> tokens [B, 40, T] (padding zeroed); trained along with the decoder
  ClipText       ids [B, 40]                        -> text embedding [B, E], length 1
  ImageEncoder   pictures [B, 3, 64, 64] in [-1, 1] -> image embedding [B, E], length 1; with ClipText our own small CLIP
  Prior          noisy image embedding, t, text     -> clean image embedding
  Decoder        noisy picture 3, mask 1, masked picture 3 (all at 64 px), t, tokens, image embedding -> clean picture
  Upscaler       x4 in the picture plane: 64 -> 256 px, and again to 1024 px

There is no autoencoder. DALL·E 2 decodes in pixel space at 64 px and upsamples twice (Ramesh et al. 2022, section 2.1), and
two measured trainings on two CPU cores agreed: at equal time a latent decoder had not bound colours to words when a pixel
decoder had. Every convolution of the decoder runs on 4x4 patches (pixel unshuffle), which is what makes pixels affordable.
"""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

EMBED = 128
EMBED_SCALE = EMBED ** .5      # embeddings have length 1 outside; the prior and the decoder take them with variance 1 per channel
TEXT = 192
SIDE = 64                      # the decoder's native side
SIZES = {   # toy is for smoke tests only; gpu is what one large GPU can train, untested
    "cpu": dict(text=dict(layers=3), clip=dict(layers=2, width=128), image=(32, 64, 128, 192), prior=dict(width=192, layers=3), unet=dict(c=96, d=256, middle=3, emb=320), upscaler=dict(width=32, blocks=6)),
    "gpu": dict(text=dict(layers=6), clip=dict(layers=4, width=256), image=(64, 128, 192, 256), prior=dict(width=256, layers=6), unet=dict(c=192, d=448, middle=8, emb=512), upscaler=dict(width=48, blocks=8)),
    "toy": dict(text=dict(layers=1), clip=dict(layers=1, width=64), image=(16, 16, 32, 32), prior=dict(width=64, layers=1), unet=dict(c=32, d=64, middle=1, emb=64), upscaler=dict(width=16, blocks=1)),
}


def attention(q, k, v, mask=None):
    """q, k, v [B, heads, n, d]; mask is added to the scores."""
    scores = (q * q.shape[-1] ** -.5) @ k.transpose(-1, -2)
    return (scores if mask is None else scores + mask.to(scores.dtype)).softmax(-1) @ v


def split_heads(x, heads):
    return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


def merge_heads(x):
    return x.transpose(1, 2).flatten(2)


def sinusoid(t, n=128, period=10000.):
    """Vaswani et al. 2017, section 3.5."""
    f = torch.exp(torch.arange(n // 2, device=t.device, dtype=torch.float32) * (-math.log(period) / (n // 2)))
    a = t.float()[:, None] * f
    return torch.cat([a.sin(), a.cos()], 1)


def zero(module):
    for p in module.parameters():
        nn.init.zeros_(p)
    return module


class LayerNorm(nn.LayerNorm):
    """Follows its input's type: CPU autocast leaves layer norm alone, and the plain one refuses bf16 beside float32 weights."""
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


class GroupNorm(nn.GroupNorm):
    """Always float32: torch 1.13 has no bf16 group norm on a CPU."""
    def __init__(self, c):
        super().__init__(8, c)

    def forward(self, x):
        return super().forward(x.float())


# --- text and image towers -------------------------------------------------------------------------------------------
class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.n1, self.n2 = heads, LayerNorm(width), LayerNorm(width)
        self.qkv, self.out, self.f1, self.f2 = nn.Linear(width, 3 * width), nn.Linear(width, width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask=None):
        q, k, v = (split_heads(t, self.heads) for t in self.qkv(self.n1(x)).chunk(3, -1))
        x = x + self.out(merge_heads(attention(q, k, v, mask)))
        return x + self.f2(F.gelu(self.f1(self.n2(x))))


class Tower(nn.Module):
    """ids -> (hidden states, 1 where a token is real, 1 at the first end token)."""
    def __init__(self, vocab, layers, width, length=40):
        super().__init__()
        self.end = vocab - 1                          # <|endoftext|>, CLIP's convention: the highest id
        self.embed = nn.Embedding(vocab, width)
        self.position = nn.Parameter(torch.randn(length, width) * .02)
        self.blocks = nn.ModuleList(TransformerBlock(width, max(1, width // 64)) for _ in range(layers))
        self.norm = LayerNorm(width)
        nn.init.normal_(self.embed.weight, std=.5)

    def hidden(self, ids):
        ends = (ids == self.end).float()
        before = ends.cumsum(1) - ends                # 0 up to and including the first end token
        real = (before < .5).float()
        x = self.embed(ids) + self.position[:ids.shape[1]]
        mask = (real - 1)[:, None, None] * 1e4
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x.float()), real, real * ends


class TextEncoder(Tower):
    def __init__(self, vocab, layers=3, width=TEXT):
        super().__init__(vocab, layers, width)

    def forward(self, ids):
        x, real, _ = self.hidden(ids)
        return x * real[..., None]


class ClipText(Tower):
    def __init__(self, vocab, layers=2, width=128):
        super().__init__(vocab, layers, width)
        self.project = nn.Linear(width, EMBED, bias=False)

    def forward(self, ids):
        x, _, last = self.hidden(ids)
        return F.normalize(self.project((x * last[..., None]).sum(1)).float(), dim=-1)


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.n1, self.c1, self.n2, self.c2 = GroupNorm(c), nn.Conv2d(c, c, 3, padding=1), GroupNorm(c), zero(nn.Conv2d(c, c, 3, padding=1))

    def forward(self, x):
        return x + self.c2(F.silu(self.n2(self.c1(F.silu(self.n1(x))))))


class ImageEncoder(nn.Module):
    def __init__(self, channels=(32, 64, 128, 192), depths=(1, 1, 1, 1)):
        super().__init__()
        layers, c = [nn.Conv2d(3, channels[0], 4, 2, 1)], channels[0]
        for o, depth in zip(channels, depths):
            if o != c or len(layers) > 1:
                layers.append(nn.Conv2d(c, o, 3, 2, 1))
                c = o
            layers += [Residual(c) for _ in range(depth)]
        self.net = nn.Sequential(*layers)             # 64 -> 32, 16, 8, 4
        self.norm, self.project = GroupNorm(c), nn.Linear(16 * c, EMBED)

    def forward(self, x):
        x = self.norm(self.net(x)).flatten(1)
        return F.normalize(self.project(x).float(), dim=-1)


# --- prior -----------------------------------------------------------------------------------------------------------
class Prior(nn.Module):
    """Predicts the clean embedding (Ramesh et al. 2022, section 2.2) from [text tokens, text embedding, time, noisy embedding, query]."""
    def __init__(self, width=192, layers=3):
        super().__init__()
        self.text, self.pooled, self.noisy = nn.Linear(TEXT, width), nn.Linear(EMBED, width), nn.Linear(EMBED, width)
        self.time = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))
        self.kinds = nn.Parameter(torch.randn(4, width) * .02)
        self.blocks = nn.ModuleList(TransformerBlock(width, max(1, width // 64)) for _ in range(layers))
        self.norm, self.out = LayerNorm(width), nn.Linear(width, EMBED)

    def forward(self, sample, timestep, tokens, text_embeds):
        real = (tokens.abs().sum(-1) > 0).float()
        extra = torch.stack([self.pooled(text_embeds), self.time(sinusoid(timestep)), self.noisy(sample)], 1) + self.kinds[:3]
        x = torch.cat([self.text(tokens), extra, self.kinds[3:].expand(sample.shape[0], 1, -1)], 1)
        mask = F.pad((real - 1) * 1e4, (0, 4))[:, None, None]
        for block in self.blocks:
            x = block(x, mask)
        return self.out(self.norm(x[:, -1]))


# --- decoder ---------------------------------------------------------------------------------------------------------
class ResBlock(nn.Module):
    def __init__(self, i, o, emb):
        super().__init__()
        self.n1, self.c1, self.n2, self.c2 = GroupNorm(i), nn.Conv2d(i, o, 3, padding=1), GroupNorm(o), zero(nn.Conv2d(o, o, 3, padding=1))
        self.emb, self.skip = nn.Linear(emb, 2 * o), nn.Conv2d(i, o, 1) if i != o else nn.Identity()

    def forward(self, x, e):
        scale, shift = self.emb(e)[:, :, None, None].chunk(2, 1)      # Dhariwal & Nichol 2021, section 4.3
        h = self.n2(self.c1(F.silu(self.n1(x)))) * (1 + scale) + shift
        return self.skip(x) + self.c2(F.silu(h))


class AttentionBlock(nn.Module):
    """Each place attends to the words (and, with `itself`, to the other places) in one softmax, as in GLIDE (Nichol et al. 2021)."""
    def __init__(self, c, itself, heads=4):
        super().__init__()
        self.heads, self.norm, self.q, self.kv, self.out = heads, GroupNorm(c), nn.Linear(c, c), nn.Linear(TEXT, 2 * c), zero(nn.Linear(c, c))
        self.own = nn.Linear(c, 2 * c) if itself else None

    def forward(self, x, context, mask):
        b, c, h, w = x.shape
        y = self.norm(x).permute(0, 2, 3, 1).reshape(b, h * w, c)
        k, v = (split_heads(t, self.heads) for t in self.kv(context).chunk(2, -1))
        if self.own is not None:
            k0, v0 = (split_heads(t, self.heads) for t in self.own(y).chunk(2, -1))
            k, v = torch.cat([k, k0.to(k.dtype)], 2), torch.cat([v, v0.to(v.dtype)], 2)
            mask = torch.cat([mask, torch.zeros_like(y[:, :, 0])], 1)
        y = self.out(merge_heads(attention(split_heads(self.q(y), self.heads), k, v, mask[:, None, None])))
        return x + y.reshape(b, h, w, c).permute(0, 3, 1, 2)


class Decoder(nn.Module):
    """x [B, 7, H, W]: noisy picture 3, mask 1 (1 = make), masked picture 3. t [B]: 0 is noise, 1 is the picture. Returns the picture.

    H and W are multiples of 8. No text is the empty prompt's tokens; no image embedding is all zeros. `guidance` is the scale of
    one-pass guidance, for a later distillation; 0 means none, and that is all these weights know: guide with two passes.
    """
    PATCH, IMAGE_TOKENS = 4, 4

    def __init__(self, c=96, d=288, middle=4, emb=320):
        super().__init__()
        p = self.PATCH ** 2
        self.time = nn.Sequential(nn.Linear(128, emb), nn.SiLU(), nn.Linear(emb, emb))
        self.pooled, self.image_emb, self.image_tokens = nn.Linear(TEXT, emb), zero(nn.Linear(EMBED, emb, bias=False)), nn.Linear(EMBED, TEXT * self.IMAGE_TOKENS, bias=False)
        self.guide = zero(nn.Linear(128, emb))
        self.first = nn.Conv2d(7 * p + 2, c, 3, padding=1)
        self.d1, self.da, self.down = ResBlock(c, c, emb), AttentionBlock(c, False), nn.Conv2d(c, d, 3, 2, 1)
        self.middle = nn.ModuleList(nn.ModuleList([ResBlock(d, d, emb), AttentionBlock(d, True)]) for _ in range(middle))
        # Cheap ways up and across: a convolution after nearest upsampling and a block over both branches took a third of a step.
        self.up, self.join, self.u1, self.ua, self.u2 = nn.Conv2d(d, 4 * c, 1), nn.Conv2d(2 * c, c, 1), ResBlock(c, c, emb), AttentionBlock(c, False), ResBlock(c, c, emb)
        self.norm, self.last = GroupNorm(c), nn.Conv2d(c, 3 * p, 3, padding=1)

    def forward(self, x, t, text, image, guidance=None):
        # Padding rows of the text and absent image embeddings are exactly zero: masks need no inputs of their own.
        real = (text.abs().sum(-1) > 0).float()
        pooled = (text * real[..., None]).sum(1) / real.sum(1, keepdim=True).clamp(min=1)
        e = self.time(sinusoid(t * 100, period=1000.)) + self.pooled(pooled) + self.image_emb(image)
        if guidance is not None:
            e = e + self.guide(sinusoid(guidance * 40.)) * (guidance > 0).float()[:, None]
        e = F.silu(e)
        there = (image.abs().sum(-1, keepdim=True) > 0).float().expand(-1, self.IMAGE_TOKENS)
        context = torch.cat([text, self.image_tokens(image).reshape(-1, self.IMAGE_TOKENS, TEXT).float()], 1)
        mask = (torch.cat([real, there], 1) - 1) * 1e4
        h = F.pixel_unshuffle(x, self.PATCH)
        # Where a place lies, from the input's own shape: a learned map would fix the size that can be exported.
        row = torch.cumsum(torch.ones_like(h[:, :1]), 2)
        col = torch.cumsum(torch.ones_like(h[:, :1]), 3)
        h = torch.cat([h, (2 * row - 1) / row[:, :, -1:] - 1, (2 * col - 1) / col[:, :, :, -1:] - 1], 1)
        if not torch.onnx.is_in_onnx_export():
            h = h.contiguous(memory_format=torch.channels_last)
        h = a = self.da(self.d1(self.first(h), e), context, mask)
        h = self.down(h)
        for block, attend in self.middle:
            h = attend(block(h, e), context, mask)
        h = F.pixel_shuffle(self.up(h), 2)
        h = self.join(torch.cat([h, a.to(h.dtype)], 1))
        h = self.u2(self.ua(self.u1(h, e), context, mask), e)
        return F.pixel_shuffle(self.last(F.silu(self.norm(h))), self.PATCH)


# --- upscaler --------------------------------------------------------------------------------------------------------
class Upscaler(nn.Module):
    """x4: dense work at low resolution, pixel shuffle, and a residual on bicubic (ESPCN, Shi et al. 2016; EDSR blocks, Lim et al. 2017)."""
    def __init__(self, width=32, blocks=6):
        super().__init__()
        self.first = nn.Conv2d(3, width, 3, padding=1)
        self.body = nn.ModuleList(nn.ModuleList([nn.Conv2d(width, width, 3, padding=1), zero(nn.Conv2d(width, width, 3, padding=1))]) for _ in range(blocks))
        self.shuffle, self.last = nn.Conv2d(width, width * 4, 3, padding=1), zero(nn.Conv2d(width, 12, 3, padding=1))

    def forward(self, x):
        h = self.first(x)
        for a, b in self.body:
            h = h + b(F.leaky_relu(a(h), .1))
        h = F.leaky_relu(F.pixel_shuffle(self.shuffle(h), 2), .1)
        return F.pixel_shuffle(self.last(h), 2) + F.interpolate(x, scale_factor=4., mode="bicubic", align_corners=False)


PARTS = ("text", "clip", "image", "prior", "unet", "decoder_x4", "upscaler")


def build(part, size, vocab=10000):
    s = SIZES[size]
    return {"text": lambda: TextEncoder(vocab, **s["text"]), "clip": lambda: ClipText(vocab, **s["clip"]), "image": lambda: ImageEncoder(s["image"]), "prior": lambda: Prior(**s["prior"]),
            "unet": lambda: Decoder(**s["unet"]), "decoder_x4": lambda: Upscaler(**s["upscaler"]), "upscaler": lambda: Upscaler(**s["upscaler"])}[part]()


# --- sampling --------------------------------------------------------------------------------------------------------
SHIFT, GUIDANCE, STEPS, CLIP = 2., 3., 20, 1.1
PRIOR_STEPS = 1000


def sigmas(steps, shift=SHIFT):
    """What diffusers' FlowMatchEulerDiscreteScheduler uses, its double shift of the smallest one included, so that the product
    can take any standard implementation. The shift is that of Esser et al. 2024, section 5.3.2."""
    bend = lambda s: shift * s / (1 + (shift - 1) * s)
    s = bend(torch.linspace(1, float(bend(torch.tensor(.001, dtype=torch.float64))), steps, dtype=torch.float64))
    return torch.cat([s, torch.zeros(1, dtype=torch.float64)]).float()


@torch.no_grad()
def sample(decoder, text, empty, image, noise, steps=STEPS, guidance=GUIDANCE, mask=None, masked=None, shift=SHIFT, clip=CLIP):
    """Euler steps along the straight path x = (1 - sigma) picture + sigma noise (Liu et al. 2022; Lipman et al. 2022)."""
    n = len(noise)
    mask = torch.ones_like(noise[:, :1]) if mask is None else mask
    masked_given = masked is not None
    masked = torch.zeros_like(noise) if masked is None else masked
    x, s = noise, sigmas(steps, shift).to(noise.device)
    length = max(text.shape[1], empty.shape[1])
    both = torch.cat([F.pad(text, (0, 0, 0, length - text.shape[1])), F.pad(empty, (0, 0, 0, length - empty.shape[1])).expand(n, -1, -1)])
    for i in range(steps):
        y = torch.cat([x, mask, masked], 1)
        x0, u = decoder(torch.cat([y, y]), (1 - s[i]).expand(2 * n), both, torch.cat([image, torch.zeros_like(image)])).float().chunk(2)
        x0 = u + guidance * (x0 - u)
        x0 = x0 if clip is None else x0.clamp(-clip, clip)
        # The known part goes along its own true path, so that what is made meets it as it is (after Lugmayr et al. 2022, eq. 8).
        x0 = x0 * mask + masked if masked_given else x0
        x = x + (s[i + 1] - s[i]) * (x - x0) / s[i].clamp(min=.02)
    return x


def alphas_cumprod():
    """The prior's cosine schedule, "squaredcos_cap_v2" (Nichol & Dhariwal 2021, eq. 17)."""
    t = (torch.arange(PRIOR_STEPS + 1, dtype=torch.float64) / PRIOR_STEPS + .008) / 1.008
    bar = torch.cos(t * math.pi / 2) ** 2
    return (1 - (1 - bar[1:] / bar[:-1]).clamp(max=.999)).cumprod(0).float()


def timesteps(n):
    """Trailing spacing (Lin et al. 2024, table 2), as diffusers computes it: n steps that begin at the noisiest."""
    return [int(round(PRIOR_STEPS - i * PRIOR_STEPS / n)) - 1 for i in range(n)]


@torch.no_grad()
def sample_prior(prior, tokens, text_embeds, steps=10, generator=None):
    """DDIM with eta 0 on the embedding (Song et al. 2021, eq. 12); `text_embeds` are scaled; returns embeddings of length 1."""
    bar = alphas_cumprod().to(tokens.device)
    z = torch.randn(text_embeds.shape, generator=generator).to(tokens.device)
    ts = timesteps(steps)
    for i, t in enumerate(ts):
        x0 = prior(z, torch.full((len(z),), float(t), device=z.device), tokens, text_embeds).float()
        a, b = bar[t], bar[ts[i + 1]] if i + 1 < len(ts) else torch.ones((), device=z.device)
        eps = (z - a.sqrt() * x0) / (1 - a).sqrt()
        z = b.sqrt() * x0 + (1 - b).sqrt() * eps
    return F.normalize(z, dim=-1)


if __name__ == "__main__":
    for part in PARTS:
        for size in SIZES:
            print(part, size, f"{sum(p.numel() for p in build(part, size).parameters()) / 1e6:.2f} M")
