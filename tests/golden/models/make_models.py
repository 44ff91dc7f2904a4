#!/usr/bin/env python3
"""Makes the tiny random-weight model folders of this directory and the golden pictures in `reference/`.

    python3 make_models.py            # everything, about half a minute on one core
    python3 make_models.py sd15-tiny  # one folder

Needs torch (1.13 or later) and onnx; nothing is downloaded. Every part has its own fixed seed, so a second run writes the same
files with the same versions of torch and onnx. Names, ranks and element types of inputs and outputs are those of the exports that
diffusers and Optimum write; the networks inside are as small as they can be while the output still depends on every input, so
that a test sees whether the prompt, the mask, the time ids or the guidance reach the model.

The pictures in `reference/` come from the torch modules and the loops in this file (numpy in float64 where it matters), not from
the C# code: they are an independent second implementation of text encoding, guidance, scheduling and decoding.
"""
import functools, io, json, math, os, re, sys, warnings
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import onnx
from onnx import TensorProto, helper

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
START, END = "<|startoftext|>", "<|endoftext|>"
MERGES = ["r e", "re d</w>", "c u", "b e</w>", "cu be</w>", "t h", "a n", "o n", "i n", "e r", "th e</w>", "g re", "gre en</w>", "e n</w>",
          "b l", "u e</w>", "bl ue</w>", "o f</w>", "s m", "a l", "sm al", "smal l</w>", "l a", "la r", "lar g", "larg e</w>", "c at</w>", "a t</w>"]


# --- tokenizer -------------------------------------------------------------------------------------------------------
@functools.lru_cache()
def byte_units():
    """GPT-2's table: every byte as one printable character."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {b: chr(b) for b in keep}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return keep + [b for b in range(256) if b not in keep], table


def vocabulary():
    order, table = byte_units()
    units = [table[b] for b in order]
    tokens = units + [u + "</w>" for u in units] + [m.replace(" ", "") for m in MERGES] + [START, END]
    return {t: i for i, t in enumerate(dict.fromkeys(tokens))}


VOCAB = vocabulary()


def encode(text, length, pad=None):
    """Token ids of a lower-case ASCII text, padded."""
    _, table = byte_units()
    ranks = {tuple(m.split()): i for i, m in enumerate(MERGES)}
    ids = [VOCAB[START]]
    for word in re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower()):
        s = [table[b] for b in word.encode()]
        s[-1] += "</w>"
        while len(s) > 1:
            rank, k = min((ranks.get((s[k], s[k + 1]), 1 << 30), k) for k in range(len(s) - 1))
            if rank == 1 << 30:
                break
            pair, out, k = (s[k], s[k + 1]), [], 0
            while k < len(s):
                if tuple(s[k:k + 2]) == pair:
                    out.append(s[k] + s[k + 1])
                    k += 2
                else:
                    out.append(s[k])
                    k += 1
            s = out
        ids += [VOCAB[t] for t in s]
    ids.append(VOCAB[END])
    assert len(ids) <= length
    return ids + [VOCAB[END] if pad is None else pad] * (length - len(ids))


def write_tokenizer(folder, length, pad=END):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as f:
        json.dump(VOCAB, f, ensure_ascii=False, separators=(",", ":"))
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as f:
        f.write("#version: 0.2\n" + "\n".join(MERGES) + "\n")
    dump(os.path.join(folder, "tokenizer_config.json"), {"tokenizer_class": "CLIPTokenizer", "model_max_length": length, "do_lower_case": True, "bos_token": START, "eos_token": END, "unk_token": END, "pad_token": pad})
    dump(os.path.join(folder, "special_tokens_map.json"), {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": pad})


def dump(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, indent=2)
        f.write("\n")


# --- networks --------------------------------------------------------------------------------------------------------
def sinusoid(t, size):
    """cos and sin of t at `size / 2` frequencies; any shape of t gets one more axis."""
    freq = torch.exp(-math.log(10000.) * torch.arange(size // 2, dtype=torch.float32) / (size // 2))
    a = t.float().unsqueeze(-1) * freq
    return torch.cat([a.cos(), a.sin()], -1)


class TextEncoder(nn.Module):
    """`layers` pre-norm blocks with causal attention. Outputs as CLIPTextModel(WithProjection) names them."""
    def __init__(self, width, length, layers=2, projection=None, hidden=False, unit=False, zero_padding=False, pooler=True):
        super().__init__()
        self.width, self.hidden, self.unit, self.zero_padding, self.pooler = width, hidden, unit, zero_padding, pooler
        self.token = nn.Embedding(len(VOCAB), width)
        self.position = nn.Parameter(torch.randn(length, width) * .3)
        self.blocks = nn.ModuleList(nn.ModuleDict(dict(n1=nn.LayerNorm(width), qkv=nn.Linear(width, 3 * width), o=nn.Linear(width, width), n2=nn.LayerNorm(width), a=nn.Linear(width, 2 * width), b=nn.Linear(2 * width, width))) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, projection, bias=False) if projection else None

    def forward(self, input_ids):
        ids = input_ids.long()
        n = ids.shape[1]
        h = self.token(ids) + self.position[:n]
        states, causal = [h], torch.full((n, n), -1e4).triu(1)
        for b in self.blocks:
            q, k, v = b["qkv"](b["n1"](h)).chunk(3, -1)
            h = h + b["o"](torch.softmax(q @ k.transpose(1, 2) / self.width ** .5 + causal, -1) @ v)
            h = h + b["b"](F.gelu(b["a"](b["n2"](h))))
            states.append(h)
        last = self.norm(h)
        # CLIP pools at the end token: the first position of the greatest id.
        at = ids.argmax(-1)
        pooled = last[torch.arange(ids.shape[0]), at]
        if self.zero_padding:
            # canvas-mini: rows after the first end token are exact zeros.
            last = last * (torch.arange(n)[None] <= at[:, None]).float().unsqueeze(-1)
        if self.project is None:
            return (last, pooled) if self.pooler else last
        embeds = self.project(pooled)
        embeds = F.normalize(embeds, dim=-1) if self.unit else embeds
        if self.hidden:
            return (embeds, last, *states)
        return embeds, last


class TextEncoderHidden(nn.Module):
    """SDXL's first encoder: the hidden states as outputs beside last_hidden_state and pooler_output."""
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, input_ids):
        embeds, last, *states = self.m(input_ids)
        return (last, embeds, *states)


class LastFirst(nn.Module):
    """last_hidden_state before text_embeds, as canvas-mini has it."""
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, input_ids):
        embeds, last = self.m(input_ids)
        return last, embeds


class UNet(nn.Module):
    """Two resolutions, cross-attention, and one linear map into the time embedding for each extra input."""
    def __init__(self, inputs, outputs, context=0, extras=(), out_scale=.1, skip=1., width=8, mask_context=False):
        super().__init__()
        self.outputs, self.context, self.extras, self.out_scale, self.skip, self.mask_context = outputs, context, dict(extras), out_scale, skip, mask_context
        e = 16
        self.first, self.time = nn.Conv2d(inputs, width, 3, padding=1), nn.Linear(16, e)
        self.extra = nn.ModuleDict({k: nn.Linear({"time_ids": 6 * 8, "guidance": 8}.get(k, v), e) for k, v in self.extras.items()})
        self.n1, self.e1, self.c1 = nn.GroupNorm(2, width), nn.Linear(e, width), nn.Conv2d(width, width, 3, padding=1)
        self.down, self.n2, self.e2, self.c2 = nn.Conv2d(width, 2 * width, 3, 2, 1), nn.GroupNorm(2, 2 * width), nn.Linear(e, 2 * width), nn.Conv2d(2 * width, 2 * width, 3, padding=1)
        if context:
            self.q, self.kv, self.o = nn.Linear(2 * width, 16), nn.Linear(context, 32), nn.Linear(16, 2 * width)
        self.join, self.last = nn.Conv2d(3 * width, width, 3, padding=1), nn.Conv2d(width, outputs, 3, padding=1)

    def forward(self, sample, timestep, *conditions):
        conditions = list(conditions)
        context = conditions.pop(0) if self.context else None
        emb = self.time(sinusoid(timestep.reshape(-1), 16))
        mask = None
        for name, value in zip([*self.extras] + (["attention_mask"] if self.mask_context else []), conditions):
            if name == "attention_mask":
                mask = value
                continue
            if name == "time_ids":
                value = sinusoid(value / 64., 8).flatten(1)
            elif name == "guidance":
                value = sinusoid(value * 100., 8)
            # time_ids are six small numbers among many: loud enough that a golden picture shows two of them swapped.
            emb = emb + (12. if name == "time_ids" else 2.) * self.extra[name](value)
        emb = F.silu(emb)
        x = self.first(sample)
        x = x + self.c1(F.silu(self.n1(x) + self.e1(emb)[:, :, None, None]))
        d = self.down(x)
        d = d + self.c2(F.silu(self.n2(d) + 2. * self.e2(emb)[:, :, None, None]))
        if context is not None:
            b, c, h, w = d.shape
            q, (k, v) = self.q(d.flatten(2).transpose(1, 2)), self.kv(context).chunk(2, -1)
            score = q @ k.transpose(1, 2) / 4.
            if mask is not None:
                score = score + (1. - mask.float())[:, None] * -1e4
            d = d + 2. * self.o(torch.softmax(score, -1) @ v).transpose(1, 2).reshape(b, c, h, w)
        x = F.silu(self.join(torch.cat([x, F.interpolate(d, scale_factor=2., mode="nearest")], 1)))
        y = self.last(x) * self.out_scale
        if self.skip:
            y = y + self.skip * F.pad(sample[:, :min(self.outputs, sample.shape[1])], (0, 0, 0, 0, 0, max(0, self.outputs - sample.shape[1])))
        return y


class Encoder(nn.Module):
    """Pictures to latents, one strided convolution and one non-linear one. `parameters`: mean and log variance side by side."""
    def __init__(self, channels, patch, parameters=False):
        super().__init__()
        self.parameters_out = parameters
        self.a, self.b = nn.Conv2d(3, 12, patch, patch), nn.Conv2d(12, channels, 3, padding=1)

    def forward(self, sample):
        z = 2. * self.b(torch.tanh(2. * self.a(sample)))
        return torch.cat([z, z * 0. - 20.], 1) if self.parameters_out else z


class Decoder(nn.Module):
    def __init__(self, channels, patch, width=6, gain=.7):
        super().__init__()
        self.gain, self.patch, self.a, self.b = gain, patch, nn.Conv2d(channels, width, 3, padding=1), nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, latent_sample):
        x = torch.tanh(self.a(latent_sample) * self.gain)
        if self.patch > 1:
            x = F.interpolate(x, scale_factor=float(self.patch), mode="nearest")
        return torch.tanh(1.5 * self.b(x))


class ImageEncoder(nn.Module):
    def __init__(self, size, outputs, unit=False):
        super().__init__()
        self.unit, self.a, self.b = unit, nn.Conv2d(3, 6, size // 4, size // 4), nn.Linear(6 * 16, outputs)

    def forward(self, pixel_values):
        x = self.b(torch.tanh(self.a(pixel_values)).flatten(1))
        return F.normalize(x, dim=-1) if self.unit else x


class Prior(nn.Module):
    """The clean embedding from the noisy one, the pooled text and the text tokens."""
    def __init__(self, width, context, text=None, scale=1., mask=False):
        super().__init__()
        self.mask, self.scale = mask, scale
        self.z, self.t, self.p, self.q, self.kv, self.o = nn.Linear(width, 24), nn.Linear(16, 24), nn.Linear(text or width, 24), nn.Linear(24, 16), nn.Linear(context, 32), nn.Linear(24 + 16, width)

    def forward(self, sample, timestep, proj_embedding, encoder_hidden_states, attention_mask=None):
        h = self.z(sample) + self.t(sinusoid(timestep.reshape(-1), 16)) + self.p(proj_embedding) * self.scale
        k, v = self.kv(encoder_hidden_states).chunk(2, -1)
        score = self.q(torch.tanh(h))[:, None] @ k.transpose(1, 2) / 4.
        if attention_mask is not None:
            score = score + (1. - attention_mask.float())[:, None] * -1e4
        return 2. * self.o(torch.cat([torch.tanh(h), (torch.softmax(score, -1) @ v)[:, 0]], -1)) + .3 * sample


class CanvasPrior(nn.Module):
    """The same with canvas-mini's order of inputs."""
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, sample, timestep, encoder_hidden_states, text_embeds):
        return self.m(sample, timestep, text_embeds, encoder_hidden_states)


class TextProjection(nn.Module):
    """Karlo's text_proj, traced with classifier-free guidance on: one image embedding in, a pair of conditions out."""
    def __init__(self, embedding, context, time, extra=2):
        super().__init__()
        self.extra_tokens, self.none = extra, nn.Parameter(torch.randn(1, embedding) * .5)
        self.t, self.i, self.tokens, self.text = nn.Linear(embedding, time), nn.Linear(embedding, time), nn.Linear(embedding, extra * context), nn.Linear(context, context)

    def forward(self, image_embeddings, text_embeddings, text_encoder_hidden_states):
        image = torch.cat([self.none, image_embeddings])
        extra = self.tokens(image).reshape(image.shape[0], self.extra_tokens, -1)
        return torch.cat([extra, self.text(text_encoder_hidden_states)], 1), self.i(image) + self.t(text_embeddings)


class Upscaler(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 48, 3, padding=1)

    def forward(self, sample):
        return F.pixel_shuffle(.2 * self.b(torch.tanh(self.a(sample))), 4) + F.interpolate(sample, scale_factor=4., mode="nearest")


# --- export ----------------------------------------------------------------------------------------------------------
def build(seed, make):
    torch.manual_seed(seed)
    return make().eval()


def export(module, folder, inputs, outputs, dynamic, half=False, ids32=False):
    """`inputs`: {name: example}; `dynamic`: {name: {axis: label}}. `half`: float16 at the graph's edges and in its weights."""
    os.makedirs(folder, exist_ok=True)
    buffer = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(module, tuple(inputs.values()), buffer, opset_version=17, input_names=list(inputs), output_names=outputs, dynamic_axes=dynamic, do_constant_folding=True)
    model = onnx.load_model_from_string(buffer.getvalue())
    for node in model.graph.node:
        node.doc_string = ""
    model.producer_name, model.producer_version = "make_models.py", ""
    if half or ids32:
        change_edges(model.graph, half, ids32)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, "model.onnx"))


def change_edges(graph, half, ids32):
    """Casts in front of inputs and behind outputs: what the outside sees is float16 and int32, what runs on a CPU is float32."""
    before, after = [], []
    for value in graph.input:
        kind = value.type.tensor_type.elem_type
        other = TensorProto.FLOAT16 if half and kind == TensorProto.FLOAT else TensorProto.INT32 if ids32 and kind == TensorProto.INT64 else None
        if other is None:
            continue
        inner = value.name + "_inside"
        for node in graph.node:
            for k, name in enumerate(node.input):
                if name == value.name:
                    node.input[k] = inner
        value.type.tensor_type.elem_type = other
        before.append(helper.make_node("Cast", [value.name], [inner], to=kind))
    for value in graph.output:
        if half and value.type.tensor_type.elem_type == TensorProto.FLOAT:
            inner = value.name + "_inside"
            for node in graph.node:
                for k, name in enumerate(node.output):
                    if name == value.name:
                        node.output[k] = inner
                for k, name in enumerate(node.input):
                    if name == value.name:
                        node.input[k] = inner
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
            after.append(helper.make_node("Cast", [inner], [value.name], to=TensorProto.FLOAT16))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(before + nodes + after)


B, HW = {0: "batch_size"}, {0: "batch_size", 2: "height", 3: "width"}
SEQ = {0: "batch_size", 1: "sequence_length"}


def export_unet(module, folder, channels, config, context=None, extras=(), timestep=torch.tensor(7, dtype=torch.int64), mask=None, half=False):
    inputs, dynamic = {"sample": torch.randn(2, channels, 8, 12), "timestep": timestep}, {"sample": HW, "out_sample": HW}
    if timestep.ndim:
        dynamic["timestep"] = B
    if context:
        inputs["encoder_hidden_states"], dynamic["encoder_hidden_states"] = torch.randn(2, context[0], context[1]), SEQ
    for name, size in extras:
        inputs[name] = torch.rand(2) * 4 if name == "guidance" else torch.randn(2, size)
        dynamic[name] = B
    if mask:
        inputs["attention_mask"], dynamic["attention_mask"] = torch.ones(2, mask, dtype=torch.int64), SEQ
    export(module, folder, inputs, ["out_sample"], dynamic, half)
    dump(os.path.join(folder, "config.json"), {"_class_name": "UNet2DConditionModel", "in_channels": channels, "out_channels": module.outputs, "block_out_channels": [8, 16], "cross_attention_dim": context[1] if context else None, **config})


def export_text(module, folder, length, outputs, config, dtype=torch.int64, half=False):
    ids = torch.full((2, length), VOCAB[END], dtype=dtype)
    ids[:, 0] = VOCAB[START]
    ids[0, 1:4] = torch.tensor([5, 400, 530], dtype=dtype)
    export(module, folder, {"input_ids": ids}, outputs, {"input_ids": SEQ, **{o: SEQ if "hidden" in o else B for o in outputs}}, half)
    dump(os.path.join(folder, "config.json"), {"_class_name": "CLIPTextModel", "vocab_size": len(VOCAB), "max_position_embeddings": length, "bos_token_id": VOCAB[START], "eos_token_id": VOCAB[END], **config})


def export_vae(encoder, decoder, root, channels, patch, scaling, encoded="latent_sample", half=False, names=("vae_encoder", "vae_decoder"), config=None):
    config = {"_class_name": "AutoencoderKL", "latent_channels": channels, "scaling_factor": scaling, "block_out_channels": [4] * (int(math.log2(patch)) + 1), **(config or {})}
    if encoder is not None:
        export(encoder, os.path.join(root, names[0]), {"sample": torch.rand(1, 3, 4 * patch, 6 * patch)}, [encoded], {"sample": HW, encoded: HW}, half)
        dump(os.path.join(root, names[0], "config.json"), config)
    export(decoder, os.path.join(root, names[1]), {"latent_sample": torch.randn(1, channels, 4, 6)}, ["sample"], {"latent_sample": HW, "sample": HW}, half)
    dump(os.path.join(root, names[1], "config.json"), config)


SD = {"num_train_timesteps": 1000, "beta_start": .00085, "beta_end": .012, "beta_schedule": "scaled_linear"}
FULL = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.29.0"}


def index(root, cls, parts, **more):
    dump(os.path.join(root, "model_index.json"), {"_class_name": cls, "_diffusers_version": "0.29.0", **{p: ["onnx", c] for p, c in parts.items()}, **more})


SD_PARTS = {"text_encoder": "OnnxRuntimeModel", "tokenizer": "CLIPTokenizer", "unet": "OnnxRuntimeModel", "vae_encoder": "OnnxRuntimeModel", "vae_decoder": "OnnxRuntimeModel", "scheduler": "PNDMScheduler"}
made = {}     # folder name -> torch modules, for the references


def stable_diffusion(name, seed, channels=4, prediction="epsilon", scheduler=None, timestep=torch.tensor(7, dtype=torch.int64), half=False, ids=torch.int64, encoded="latent_sample", pad=END, cond=None, cls="StableDiffusionPipeline", length=77):
    root, width = os.path.join(HERE, name), 16
    extras = [("timestep_cond", cond)] if cond else []
    text = build(seed, lambda: TextEncoder(width, length))
    unet = build(seed + 1, lambda: UNet(channels, 4, width, extras, out_scale=.1 if prediction == "epsilon" else .5, skip=1. if prediction == "epsilon" else .2))
    encoder, decoder = build(seed + 2, lambda: Encoder(4, 8, encoded == "latent_parameters")), build(seed + 3, lambda: Decoder(4, 8))
    export_text(text, os.path.join(root, "text_encoder"), length, ["last_hidden_state", "pooler_output"], {"hidden_size": width, "num_hidden_layers": 2}, ids, half)
    export_unet(unet, os.path.join(root, "unet"), channels, {"sample_size": 8, "time_cond_proj_dim": cond}, (length, width), extras, timestep, half=half)
    export_vae(encoder, decoder, root, 4, 8, .18215, encoded, half)
    write_tokenizer(os.path.join(root, "tokenizer"), length, pad)
    config = {"_class_name": "PNDMScheduler", **SD, "skip_prk_steps": True, "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False, "prediction_type": prediction, "trained_betas": None, **(scheduler or {})}
    dump(os.path.join(root, "scheduler", "scheduler_config.json"), config)
    index(root, cls, {**SD_PARTS, "scheduler": config["_class_name"]})
    made[name] = dict(text=text, unet=unet, encoder=encoder, decoder=decoder)


def make_sd15():
    stable_diffusion("sd15-tiny", 100)


def make_sd15_inpaint():
    stable_diffusion("sd15-inpaint-tiny", 110, channels=9, timestep=torch.tensor([7., 7.]), cls="StableDiffusionInpaintPipeline")


def make_sd21():
    stable_diffusion("sd21-v-tiny", 120, prediction="v_prediction", scheduler={"_class_name": "DDIMScheduler"}, encoded="latent_parameters", pad="!")


def make_fp16():
    stable_diffusion("sd-fp16-tiny", 130, scheduler={"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading"}, timestep=torch.tensor([7.]), half=True, ids=torch.int32)


LCM = {"_class_name": "LCMScheduler", "original_inference_steps": 50, "timestep_spacing": "leading", "timestep_scaling": 10.0, "set_alpha_to_one": True, "steps_offset": 0, "clip_sample_range": 1.0}


def make_lcm():
    stable_diffusion("lcm-tiny", 140, scheduler=LCM, cond=32, cls="LatentConsistencyModelPipeline")


def make_sdxl(name="sdxl-tiny", seed=150, channels=4, cond=None, scheduler=None, cls="StableDiffusionXLPipeline"):
    root, length = os.path.join(HERE, name), 77
    one = build(seed, lambda: TextEncoder(12, length, projection=12, hidden=True))
    two = build(seed + 1, lambda: TextEncoder(20, length, projection=24, hidden=True))
    extras = [("text_embeds", 24), ("time_ids", 6)] + ([("timestep_cond", cond)] if cond else [])
    unet = build(seed + 2, lambda: UNet(channels, 4, 32, extras))
    encoder, decoder = build(seed + 3, lambda: Encoder(4, 8)), build(seed + 4, lambda: Decoder(4, 8))
    states = [f"hidden_states.{k}" for k in range(3)]
    export_text(TextEncoderHidden(one), os.path.join(root, "text_encoder"), length, ["last_hidden_state", "pooler_output", *states], {"hidden_size": 12, "num_hidden_layers": 2})
    export_text(two, os.path.join(root, "text_encoder_2"), length, ["text_embeds", "last_hidden_state", *states], {"hidden_size": 20, "num_hidden_layers": 2, "projection_dim": 24, "_class_name": "CLIPTextModelWithProjection"})
    export_unet(unet, os.path.join(root, "unet"), channels, {"sample_size": 8, "addition_embed_type": "text_time", "addition_time_embed_dim": 8, **({"time_cond_proj_dim": cond} if cond else {})}, (length, 32), extras)
    export_vae(encoder, decoder, root, 4, 8, .13025)
    write_tokenizer(os.path.join(root, "tokenizer"), length)
    write_tokenizer(os.path.join(root, "tokenizer_2"), length, "!")
    dump(os.path.join(root, "scheduler", "scheduler_config.json"), {"_class_name": "EulerDiscreteScheduler", **SD, "timestep_spacing": "leading", "steps_offset": 1, "set_alpha_to_one": False, "prediction_type": "epsilon", "interpolation_type": "linear", "use_karras_sigmas": False, "clip_sample": False, "skip_prk_steps": True, **(scheduler or {})})
    index(root, cls, {**SD_PARTS, "scheduler": (scheduler or {}).get("_class_name", "EulerDiscreteScheduler"), "text_encoder_2": "OnnxRuntimeModel", "tokenizer_2": "CLIPTokenizer"}, force_zeros_for_empty_prompt=True)
    made[name] = dict(one=one, two=two, unet=unet, encoder=encoder, decoder=decoder)


def make_sdxl_inpaint():
    make_sdxl("sdxl-inpaint-tiny", 220, channels=9, cls="StableDiffusionXLInpaintPipeline")


def make_sdxl_lcm():
    make_sdxl("sdxl-lcm-tiny", 230, cond=32, scheduler=LCM)


UNCLIP = {"_class_name": "UnCLIPScheduler", "num_train_timesteps": 1000, "clip_sample": True}


def export_prior(module, folder, width, context, length):
    export(module, folder, {"hidden_states": torch.randn(2, width), "timestep": torch.tensor(7, dtype=torch.int64), "proj_embedding": torch.randn(2, width), "encoder_hidden_states": torch.randn(2, length, context), "attention_mask": torch.ones(2, length, dtype=torch.int64)},
           ["predicted_image_embedding"], {"hidden_states": B, "proj_embedding": B, "encoder_hidden_states": SEQ, "attention_mask": SEQ, "predicted_image_embedding": B})
    generator = np.random.RandomState(5)
    # clip_mean and clip_std are parameters of diffusers' PriorTransformer outside forward(): an export has to write them down.
    dump(os.path.join(folder, "config.json"), {"_class_name": "PriorTransformer", "embedding_dim": width, "clip_mean": [round(float(v), 4) for v in generator.randn(width) * .1], "clip_std": [round(float(v), 4) for v in .5 + generator.rand(width)]})


PREPROCESSOR = {"do_resize": True, "do_center_crop": True, "do_normalize": True, "image_mean": [.48145466, .4578275, .40821073], "image_std": [.26862954, .26130258, .27577711]}


def make_karlo(name="karlo-tiny", seed=160):
    root, length, width, context = os.path.join(HERE, name), 77, 16, 16
    text = build(seed, lambda: TextEncoder(context, length, projection=width))
    prior = build(seed + 1, lambda: Prior(width, context, mask=True))
    projection = build(seed + 2, lambda: TextProjection(width, context, 12))
    decoder = build(seed + 3, lambda: UNet(3, 6, context, [("class_labels", 12)], mask_context=True))
    first, last = build(seed + 4, lambda: UNet(6, 3)), build(seed + 5, lambda: UNet(6, 3))
    image = build(seed + 6, lambda: ImageEncoder(32, width))
    export_text(text, os.path.join(root, "text_encoder"), length, ["text_embeds", "last_hidden_state"], {"hidden_size": context, "projection_dim": width, "_class_name": "CLIPTextModelWithProjection"})
    export_prior(prior, os.path.join(root, "prior"), width, context, length)
    export(projection, os.path.join(root, "text_proj"), {"image_embeddings": torch.randn(1, width), "text_embeddings": torch.randn(2, width), "text_encoder_hidden_states": torch.randn(2, length, context)}, ["hidden_states", "additive_clip_time_embeddings"],
           {"text_encoder_hidden_states": {1: "sequence_length"}, "hidden_states": {1: "tokens"}})
    dump(os.path.join(root, "text_proj", "config.json"), {"_class_name": "UnCLIPTextProjModel", "clip_extra_context_tokens": 2, "clip_embeddings_dim": width, "cross_attention_dim": context, "time_embed_dim": 12})
    export_unet(decoder, os.path.join(root, "decoder"), 3, {"sample_size": 16}, (length + 2, context), [("class_labels", 12)], mask=length + 2)
    export_unet(first, os.path.join(root, "super_res_first"), 6, {"sample_size": 64})
    export_unet(last, os.path.join(root, "super_res_last"), 6, {"sample_size": 64})
    export(image, os.path.join(root, "image_encoder"), {"pixel_values": torch.randn(1, 3, 32, 32)}, ["image_embeds"], {"pixel_values": B, "image_embeds": B})
    dump(os.path.join(root, "image_encoder", "config.json"), {"_class_name": "CLIPVisionModelWithProjection", "image_size": 32, "projection_dim": width})
    dump(os.path.join(root, "feature_extractor", "preprocessor_config.json"), {**PREPROCESSOR, "size": 32, "crop_size": 32})
    write_tokenizer(os.path.join(root, "tokenizer"), length)
    dump(os.path.join(root, "prior_scheduler", "scheduler_config.json"), {**UNCLIP, "variance_type": "fixed_small_log", "prediction_type": "sample", "clip_sample_range": 5.0})
    dump(os.path.join(root, "decoder_scheduler", "scheduler_config.json"), {**UNCLIP, "variance_type": "learned_range", "prediction_type": "epsilon", "clip_sample_range": 1.0, "beta_schedule": "linear", "beta_start": .0001, "beta_end": .02})
    dump(os.path.join(root, "super_res_scheduler", "scheduler_config.json"), {**UNCLIP, "variance_type": "fixed_small_log", "prediction_type": "epsilon", "clip_sample_range": 1.0})
    index(root, "UnCLIPPipeline", {p: "OnnxRuntimeModel" for p in ("prior", "decoder", "text_encoder", "text_proj", "super_res_first", "super_res_last", "image_encoder")} | {"tokenizer": "CLIPTokenizer", "feature_extractor": "CLIPImageProcessor"} | {p: "UnCLIPScheduler" for p in ("prior_scheduler", "decoder_scheduler", "super_res_scheduler")})
    made[name] = dict(text=text, prior=prior, projection=projection, unet=decoder, first=first, last=last)


def make_kandinsky(name="kandinsky22-tiny", seed=180, channels=4, cls="KandinskyV22CombinedPipeline"):
    root, length, width, context = os.path.join(HERE, name), 77, 16, 16
    text = build(seed, lambda: TextEncoder(context, length, projection=width))
    prior = build(seed + 1, lambda: Prior(width, context, mask=True))
    unet = build(seed + 2, lambda: UNet(channels, 8, 0, [("image_embeds", width)]))
    encoder, decoder = build(seed + 3, lambda: Encoder(4, 8)), build(seed + 4, lambda: Decoder(4, 8))
    image = build(seed + 5, lambda: ImageEncoder(32, width))
    export_text(text, os.path.join(root, "prior_text_encoder"), length, ["text_embeds", "last_hidden_state"], {"hidden_size": context, "projection_dim": width, "_class_name": "CLIPTextModelWithProjection"})
    export_prior(prior, os.path.join(root, "prior_prior"), width, context, length)
    export_unet(unet, os.path.join(root, "unet"), channels, {"sample_size": 8, "addition_embed_type": "image"}, None, [("image_embeds", width)])
    export_vae(encoder, decoder, root, 4, 8, 1.0, "latents", names=("movq_encoder", "movq_decoder"), config={"_class_name": "VQModel"})
    export(image, os.path.join(root, "prior_image_encoder"), {"pixel_values": torch.randn(1, 3, 32, 32)}, ["image_embeds"], {"pixel_values": B, "image_embeds": B})
    dump(os.path.join(root, "prior_image_encoder", "config.json"), {"_class_name": "CLIPVisionModelWithProjection", "image_size": 32, "projection_dim": width})
    dump(os.path.join(root, "prior_image_processor", "preprocessor_config.json"), {**PREPROCESSOR, "size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}})
    write_tokenizer(os.path.join(root, "prior_tokenizer"), length)
    dump(os.path.join(root, "prior_scheduler", "scheduler_config.json"), {**UNCLIP, "variance_type": "fixed_small_log", "prediction_type": "sample", "clip_sample_range": 10.0})
    dump(os.path.join(root, "scheduler", "scheduler_config.json"), {"_class_name": "DDPMScheduler", **{**SD, "beta_schedule": "linear"}, "clip_sample": False, "prediction_type": "epsilon", "variance_type": "fixed_small", "timestep_spacing": "leading", "steps_offset": 1})
    index(root, cls, {p: "OnnxRuntimeModel" for p in ("unet", "movq_encoder", "movq_decoder", "prior_prior", "prior_text_encoder", "prior_image_encoder")} | {"prior_tokenizer": "CLIPTokenizer", "prior_image_processor": "CLIPImageProcessor", "scheduler": "DDPMScheduler", "prior_scheduler": "UnCLIPScheduler"})
    made[name] = dict(text=text, prior=prior, unet=unet, encoder=encoder, decoder=decoder, image=image)


def make_kandinsky_inpaint():
    make_kandinsky("kandinsky22-inpaint-tiny", 240, channels=9, cls="KandinskyV22InpaintCombinedPipeline")


def make_canvas(name="canvas-mini-tiny", seed=200):
    root, length, width, context = os.path.join(HERE, name), 40, 16, 16
    text = build(seed, lambda: TextEncoder(context, length, projection=width, unit=True, zero_padding=True))
    prior = build(seed + 1, lambda: Prior(width, context, scale=width ** .5))
    extras = [("image_embeds", width), ("guidance", 1)]
    unet = build(seed + 2, lambda: UNet(9, 4, context, extras, out_scale=.5, skip=.2))
    encoder, decoder, preview = build(seed + 3, lambda: Encoder(4, 8)), build(seed + 4, lambda: Decoder(4, 8, gain=3.)), build(seed + 5, lambda: Decoder(4, 1, 3, gain=3.))
    image, upscaler = build(seed + 6, lambda: ImageEncoder(32, width, True)), build(seed + 7, Upscaler)
    t = torch.tensor([10., 900.])
    export_text(LastFirst(text), os.path.join(root, "text_encoder"), length, ["last_hidden_state", "text_embeds"], {"hidden_size": context})
    export(CanvasPrior(prior), os.path.join(root, "prior"), {"sample": torch.randn(2, width), "timestep": t, "encoder_hidden_states": torch.randn(2, length, context), "text_embeds": torch.randn(2, width)}, ["predicted_image_embedding"],
           {"sample": B, "timestep": B, "encoder_hidden_states": SEQ, "text_embeds": B, "predicted_image_embedding": B})
    export_unet(unet, os.path.join(root, "unet"), 9, {"sample_size": 8, "_class_name": "CanvasMiniUNet"}, (length, context), extras, t)
    export_vae(encoder, decoder, root, 4, 8, 1.0)
    export(preview, os.path.join(root, "preview_decoder"), {"latent_sample": torch.randn(1, 4, 4, 6)}, ["sample"], {"latent_sample": HW, "sample": HW})
    export(image, os.path.join(root, "image_encoder"), {"pixel_values": torch.randn(1, 3, 32, 32)}, ["image_embeds"], {"pixel_values": B, "image_embeds": B})
    export(upscaler, os.path.join(root, "upscaler"), {"sample": torch.randn(1, 3, 4, 6)}, ["upscaled_sample"], {"sample": HW, "upscaled_sample": HW})
    write_tokenizer(os.path.join(root, "tokenizer"), length)
    dump(os.path.join(root, "scheduler", "scheduler_config.json"), {"_class_name": "DDIMScheduler", **SD, "rescale_betas_zero_snr": True, "prediction_type": "v_prediction", "timestep_spacing": "trailing", "clip_sample": False, "set_alpha_to_one": True, "steps_offset": 0})
    dump(os.path.join(root, "prior_scheduler", "scheduler_config.json"), {"_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_schedule": "squaredcos_cap_v2", "prediction_type": "sample", "timestep_spacing": "trailing", "clip_sample": False, "set_alpha_to_one": True, "steps_offset": 0})
    with torch.no_grad():
        grey = [float(v) for v in encoder(torch.zeros(1, 3, 64, 64)).mean((0, 2, 3))]
    parts = ("text_encoder", "prior", "unet", "vae_encoder", "vae_decoder", "preview_decoder", "image_encoder", "upscaler")
    dump(os.path.join(root, "model_index.json"), {"_class_name": "UnCLIPInpaintPipeline", "name": "canvas-mini", "version": 1, "sample_size": 64, "latent_channels": 4, "vae_scale_factor": 8, "scaling_factor": 1.0, "embedding_size": width, "embedding_scale": width ** .5, "image_encoder_size": 32,
         "unet_input": "latent (4), mask (1, 1 = make), masked picture's latent (4)", "grey_latent": grey, "guidance_input": "guidance: 0 = plain, two passes; 1 to 7 = one pass at that scale", "default_guidance": 4.0, "default_steps": 4, "prior_steps": 3, "max_prompt_tokens": length,
         "parts": {p: ["onnx", {"size": "tiny"}] for p in parts}})
    made[name] = dict(text=LastFirst(text), prior=CanvasPrior(prior), unet=unet, encoder=encoder, decoder=decoder, grey=grey)


# --- references ------------------------------------------------------------------------------------------------------
def alphas(start, end, zero_snr=False):
    bar = np.cumprod(1 - np.linspace(start ** .5, end ** .5, 1000) ** 2)
    if zero_snr:      # Lin et al. 2024 (arXiv 2305.08891), algorithm 1
        s = np.sqrt(bar)
        bar = ((s - s[-1]) * s[0] / (s[0] - s[-1])) ** 2
    return bar


def noise(seed, *shape):
    return torch.from_numpy(np.random.RandomState(seed).randn(*shape).astype(np.float32))


def save_reference(name, info, start, picture):
    """picture: [1, 3, h, w] in -1..1."""
    folder = os.path.join(HERE, "reference")
    os.makedirs(folder, exist_ok=True)
    start.numpy().astype("<f4").tofile(os.path.join(folder, name + ".noise.bin"))
    rgb = ((picture[0].permute(1, 2, 0).clamp(-1, 1) / 2 + .5) * 255).round().to(torch.uint8).numpy()
    rgb.tofile(os.path.join(folder, name + ".rgb.bin"))
    dump(os.path.join(folder, name + ".json"), {**info, "noise_shape": list(start.shape), "width": rgb.shape[1], "height": rgb.shape[0]})
    print(f"reference {name}: mean {rgb.mean():.1f}, spread {rgb.std():.1f}, saturated {np.mean((rgb == 0) | (rgb == 255)):.3f}")


@torch.no_grad()
def reference_sd15():
    """DDIM (Song et al. 2021, eq. 12, eta 0), leading timesteps plus one, last alpha is the first of the table."""
    m, steps, guidance, bar = made["sd15-tiny"], 3, 4., alphas(.00085, .012)
    hidden = m["text"](torch.tensor([encode("blue", 77), encode("a small red cube", 77)]))[0]
    x = start = noise(1, 1, 4, 8, 10)
    for k in range(steps):
        t = (steps - 1 - k) * (1000 // steps) + 1
        a, b = bar[t], bar[t - 1000 // steps] if t >= 1000 // steps else bar[0]
        u, c = m["unet"](torch.cat([x, x]), torch.tensor(t), hidden).chunk(2)
        e = u + guidance * (c - u)
        x = float(b ** .5) * (x - float((1 - a) ** .5) * e) / float(a ** .5) + float((1 - b) ** .5) * e
    save_reference("sd15-tiny", {"prompt": "a small red cube", "negative_prompt": "blue", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .18215))


@torch.no_grad()
def reference_sdxl():
    """Euler (Karras et al. 2022, algorithm 2 without churn), leading timesteps plus one, interpolated sigmas; the negative prompt is
    empty, so its conditions are zeros."""
    m, steps, guidance, bar = made["sdxl-tiny"], 3, 3., alphas(.00085, .012)
    embeds1, _, *states1 = m["one"](torch.tensor([encode("a large green cat", 77)]))
    pooled, _, *states2 = m["two"](torch.tensor([encode("a large green cat", 77, VOCAB["!"])]))
    hidden = torch.cat([states1[-2], states2[-2]], -1)
    hidden, pooled = torch.cat([torch.zeros_like(hidden), hidden]), torch.cat([torch.zeros_like(pooled), pooled])
    ids = torch.tensor([[80., 64., 0., 0., 80., 64.]]).repeat(2, 1)      # original height, width, crop, target height, width
    ts = [(steps - 1 - k) * (1000 // steps) + 1 for k in range(steps)]
    table = ((1 - bar) / bar) ** .5
    sigmas = [float(np.interp(t, np.arange(1000), table)) for t in ts] + [0.]
    start = noise(2, 1, 4, 10, 8)
    x = start * (sigmas[0] ** 2 + 1) ** .5      # leading spacing: the first sigma's own deviation
    for k, t in enumerate(ts):
        s = x / (sigmas[k] ** 2 + 1) ** .5
        u, c = m["unet"](torch.cat([s, s]), torch.tensor(t), hidden, pooled, ids).chunk(2)
        x = x + (u + guidance * (c - u)) * (sigmas[k + 1] - sigmas[k])
    save_reference("sdxl-tiny", {"prompt": "a large green cat", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Euler"}, start, m["decoder"](x / .13025))


@torch.no_grad()
def reference_canvas():
    """DDIM with v-prediction (Salimans and Ho 2022) from zero terminal SNR; no prior (no image embedding), two-pass guidance, then the
    same with a given mask and picture."""
    m, steps, guidance, bar = made["canvas-mini-tiny"], 3, 4., alphas(.00085, .012, True)
    hidden, _ = m["text"](torch.tensor([encode("", 40), encode("a blue cube", 40)]))
    ts = [int(round(1000 - k * 1000 / steps)) - 1 for k in range(steps)]
    embedding = noise(4, 1, 16)
    embedding = embedding / embedding.norm()
    start = noise(3, 1, 4, 8, 8)
    known = (torch.arange(64 * 64 * 3).reshape(64, 64, 3) * 37 % 256).to(torch.float32) / 127.5 - 1
    known = known.permute(2, 0, 1)[None].contiguous()
    pixel_mask = torch.zeros(1, 1, 64, 64)
    pixel_mask[:, :, 8:40, 20:64] = 1.
    pixel_mask[:, :, 40:48, 20:64] = .5
    block = F.max_pool2d(pixel_mask, 8)
    wide = F.max_pool2d(block, 3, 1, 1)      # one latent pixel more than the port's mask
    for name, mask, masked, original in (("canvas-mini-tiny", torch.ones(1, 1, 8, 8), torch.tensor(m["grey"]).reshape(1, 4, 1, 1).expand(1, 4, 8, 8), None),
                                         ("canvas-mini-tiny-inpaint", block, m["encoder"](known * (1 - pixel_mask)), m["encoder"](known))):
        x = start
        for k, t in enumerate(ts):
            if original is not None:      # differential diffusion: hold what is not due yet at the original, noised to this step
                x = torch.where(1 - wide > k / steps, float(bar[t] ** .5) * original + float((1 - bar[t]) ** .5) * start, x)
            a, b = bar[t], bar[ts[k + 1]] if k + 1 < steps else 1.
            port = torch.cat([x, mask, masked], 1)
            u, c = m["unet"](torch.cat([port, port]), torch.tensor([float(t)] * 2), hidden, torch.cat([torch.zeros_like(embedding), embedding]), torch.zeros(2)).chunk(2)
            v = u + guidance * (c - u)
            x0, e = float(a ** .5) * x - float((1 - a) ** .5) * v, float(a ** .5) * v + float((1 - a) ** .5) * x
            x = float(b ** .5) * x0 + float((1 - b) ** .5) * e
        if original is not None:
            x = torch.where(wide == 0, original, x)
        save_reference(name, {"prompt": "a blue cube", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim", "image_embedding": [float(v) for v in embedding[0]]}, start, m["decoder"](x))


def philox(seed, stream, count):
    """Normal noise of the library's streams: Philox4x32-10 (Salmon et al. 2011), counter (block, image 0, FNV-1a of the UTF-16 name),
    Box-Muller. The stochastic loops cannot be compared without it."""
    state = 0xCBF29CE484222325
    for unit in stream:
        for byte in (ord(unit) & 255, ord(unit) >> 8):
            state = ((state ^ byte) * 0x100000001B3) % (1 << 64)
    blocks, low = (count + 3) // 4, np.uint64(0xFFFFFFFF)
    c = [np.arange(blocks, dtype=np.uint64), np.zeros(blocks, np.uint64), np.full(blocks, state & 0xFFFFFFFF, np.uint64), np.full(blocks, state >> 32, np.uint64)]
    k = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(b >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), b & low, (a >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), a & low]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    u = [(v.astype(np.float64) + .5) / 2. ** 32 for v in c]
    out = []
    for radius, angle in ((u[0], u[1]), (u[2], u[3])):
        r = np.sqrt(-2. * np.log(radius))
        out += [r * np.cos(2 * np.pi * angle), r * np.sin(2 * np.pi * angle)]
    return torch.from_numpy(np.stack(out, 1).reshape(-1)[:count].astype(np.float32))


def ddim(model, x, steps, bar, offset, final, prediction="epsilon", first=0, before=None):
    """DDIM, eta 0, leading timesteps. `model(x, t)` gives the guided prediction; `before(k, t, x)` may change x before a call."""
    jump = 1000 // steps
    for k in range(first, steps):
        t = (steps - 1 - k) * jump + offset
        if before:
            x = before(k, t, x)
        a, b = bar[t], bar[t - jump] if t >= jump else final
        e = model(x, t)
        if prediction == "epsilon":
            x0 = (x - float((1 - a) ** .5) * e) / float(a ** .5)
        else:
            x0, e = float(a ** .5) * x - float((1 - a) ** .5) * e, float(a ** .5) * e + float((1 - a) ** .5) * x
        x = float(b ** .5) * x0 + float((1 - b) ** .5) * e
    return x


def unclip(model, x, steps, tables, draw, clip, sample=False, learned=False):
    """Karlo's ancestral sampling (Ho et al. 2020, eq. 7). `model(x, t, call)` gives prediction and variance; `draw(call)` unit noise."""
    betas, bar = tables
    ts = [int(v) for v in np.round(np.linspace(0, 999, steps))[::-1]]
    for k, t in enumerate(ts):
        a, b = bar[t], bar[ts[k + 1]] if k + 1 < steps else np.float32(1)
        beta = 1 - a / b if t > 0 else betas[0]      # the table's own where no step is left out
        y, v = model(x, t, k)
        x0 = (y if sample else (x - float((1 - a) ** .5) * y) / float(a ** .5)).clamp(-clip, clip)
        x = float((1 - beta) ** .5 * (1 - b) / (1 - a)) * x + float(b ** .5 * beta / (1 - a)) * x0
        if t > 0:
            low, high = math.log((1 - b) / (1 - a) * beta), math.log(beta)
            share = (v + 1) / 2 if learned else 0.
            x = x + torch.exp(torch.as_tensor(.5 * (share * high + (1 - share) * low))) * draw(k).reshape(x.shape)
    return x


def table(betas):
    """The betas and their running product in float32, as Karlo has them: where 1 - product is small its rounding shows in the picture."""
    betas = torch.tensor(betas, dtype=torch.float32)
    return betas.numpy(), torch.cumprod(1 - betas, 0).numpy()


def cosine():
    """Nichol and Dhariwal 2021, eq. 17."""
    f = np.cos((np.arange(1001) / 1000 + .008) / 1.008 * np.pi / 2) ** 2
    return table(np.minimum(1 - f[1:] / f[:-1], .999))


def edit_inputs():
    """The picture of the tests (byte k is 37 k mod 256) and a mask of four grades: 1, one half (which the cut takes in), a quarter, 0."""
    known = (torch.arange(64 * 64 * 3).reshape(64, 64, 3) * 37 % 256).to(torch.float32) / 127.5 - 1
    mask = torch.zeros(1, 1, 64, 64)
    mask[:, :, 8:40, 20:64], mask[:, :, 40:48, 20:64], mask[:, :, 48:53, 20:64] = 1., .5, .25
    return known.permute(2, 0, 1)[None].contiguous(), mask


def hold(bar, original, start, mask, steps, block):
    """Differential diffusion (Levin and Fried 2023): keeps what is not due yet at the original, noised to the step."""
    wide = F.max_pool2d(F.max_pool2d(mask, block), 3, 1, 1)
    before = lambda k, t, x: torch.where(1 - wide > k / steps, float(bar[t] ** .5) * original + float((1 - bar[t]) ** .5) * start, x)
    return before, lambda x: torch.where(wide == 0, original, x)


def guided(pair, scale):
    u, c = pair.chunk(2)
    return u + scale * (c - u)


def embed_scale(w, size):
    """Kingma et al. 2021 by way of diffusers' get_guidance_scale_embedding: sines, then cosines, of 1000 w."""
    freq = torch.exp(-math.log(10000.) / (size // 2 - 1) * torch.arange(size // 2, dtype=torch.float64))
    return torch.cat([torch.sin(1000. * w * freq), torch.cos(1000. * w * freq)])[None].float()


@torch.no_grad()
def reference_sd15_inpaint():
    """The nine channels: latent, mask (0 or 1, block maximum), latent of the picture with a grey hole. Timestep as two floats."""
    m, steps, guidance, bar = made["sd15-inpaint-tiny"], 3, 4., alphas(.00085, .012)
    hidden = m["text"](torch.tensor([encode("blue", 77), encode("a small red cube", 77)]))[0]
    known, mask = edit_inputs()
    hard = (mask >= .5).float()
    original, masked = m["encoder"](known) * .18215, m["encoder"](known * (1 - hard)) * .18215
    start = noise(5, 1, 4, 8, 8)
    before, after = hold(bar, original, start, mask, steps, 8)
    def model(x, t):
        port = torch.cat([x, F.max_pool2d(hard, 8), masked], 1)
        return guided(m["unet"](torch.cat([port, port]), torch.tensor([float(t)] * 2), hidden), guidance)
    x = after(ddim(model, start, steps, bar, 1, bar[0], before=before))
    save_reference("sd15-inpaint-tiny", {"task": "Inpaint", "prompt": "a small red cube", "negative_prompt": "blue", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .18215))


@torch.no_grad()
def reference_sd21():
    """Image-to-image with v-prediction: two of four steps are left at strength 0.5; the encoder gives mean and log variance."""
    m, steps, guidance, bar = made["sd21-v-tiny"], 4, 4., alphas(.00085, .012)
    hidden = m["text"](torch.tensor([encode("", 77, VOCAB["!"]), encode("a small red cube", 77, VOCAB["!"])]))[0]
    original = m["encoder"](edit_inputs()[0])[:, :4] * .18215
    start, first = noise(6, 1, 4, 8, 8), 2
    t = (steps - 1 - first) * (1000 // steps) + 1
    model = lambda x, t: guided(m["unet"](torch.cat([x, x]), torch.tensor(t), hidden), guidance)
    x = ddim(model, float(bar[t] ** .5) * original + float((1 - bar[t]) ** .5) * start, steps, bar, 1, bar[0], "v", first)
    save_reference("sd21-v-tiny", {"task": "ImageToImage", "strength": .5, "prompt": "a small red cube", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .18215))


@torch.no_grad()
def reference_lcm():
    """One pass with the guidance scale, less one, embedded. With DDIM, because more than one step of LCM draws noise."""
    m, steps, guidance, bar = made["lcm-tiny"], 3, 8.5, alphas(.00085, .012)
    hidden = m["text"](torch.tensor([encode("a small red cube", 77)]))[0]
    start = noise(7, 1, 4, 8, 8)
    model = lambda x, t: m["unet"](x, torch.tensor(t), hidden, embed_scale(guidance - 1., 32))
    x = ddim(model, start, steps, bar, 0, 1.)
    save_reference("lcm-tiny", {"prompt": "a small red cube", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .18215))


def xl_text(m, text):
    _, _, *states1 = m["one"](torch.tensor([encode(text, 77)]))
    pooled, _, *states2 = m["two"](torch.tensor([encode(text, 77, VOCAB["!"])]))
    return torch.cat([states1[-2], states2[-2]], -1), pooled


@torch.no_grad()
def reference_sdxl_lcm():
    """As reference_lcm, with SDXL's conditions."""
    m, steps, guidance, bar = made["sdxl-lcm-tiny"], 3, 8., alphas(.00085, .012)
    hidden, pooled = xl_text(m, "a large green cat")
    start = noise(8, 1, 4, 8, 8)
    model = lambda x, t: m["unet"](x, torch.tensor(t), hidden, pooled, torch.tensor([[64., 64., 0., 0., 64., 64.]]), embed_scale(guidance - 1., 32))
    x = ddim(model, start, steps, bar, 0, 1.)
    save_reference("sdxl-lcm-tiny", {"prompt": "a large green cat", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .13025))


@torch.no_grad()
def reference_sdxl_inpaint():
    """As reference_sd15_inpaint, with SDXL's conditions; the negative prompt is empty, so its side is zeros."""
    m, steps, guidance, bar = made["sdxl-inpaint-tiny"], 3, 4., alphas(.00085, .012)
    hidden, pooled = (torch.cat([torch.zeros_like(v), v]) for v in xl_text(m, "a large green cat"))
    known, mask = edit_inputs()
    hard = (mask >= .5).float()
    original, masked = m["encoder"](known) * .13025, m["encoder"](known * (1 - hard)) * .13025
    start = noise(9, 1, 4, 8, 8)
    before, after = hold(bar, original, start, mask, steps, 8)
    def model(x, t):
        port = torch.cat([x, F.max_pool2d(hard, 8), masked], 1)
        return guided(m["unet"](torch.cat([port, port]), torch.tensor(t), hidden, pooled, torch.tensor([[64., 64., 0., 0., 64., 64.]] * 2)), guidance)
    x = after(ddim(model, start, steps, bar, 1, bar[0], before=before))
    save_reference("sdxl-inpaint-tiny", {"task": "Inpaint", "prompt": "a large green cat", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x / .13025))


def sample_prior(m, folder, seed, negative, prompt, clip, width=16):
    """Text and padding mask of both sides, and the image embedding that the prior samples for them (25 steps, scale 4)."""
    texts = [encode(text, 77) for text in (negative, prompt)]
    pooled, hidden = m["text"](torch.tensor(texts))
    mask = torch.tensor([[1 if k <= ids.index(VOCAB[END]) else 0 for k in range(77)] for ids in texts])
    with open(os.path.join(HERE, folder, "config.json"), encoding="utf-8") as f:
        config = json.load(f)
    model = lambda x, t, k: (guided(m["prior"](torch.cat([x, x]), torch.tensor(t), pooled, hidden, mask), 4.), None)
    x = unclip(model, philox(seed, "prior", width)[None], 25, cosine(), lambda k: philox(seed, f"prior/step/{k}", width), clip, sample=True)
    return hidden, pooled, mask, x * torch.tensor(config["clip_std"]) + torch.tensor(config["clip_mean"])


@torch.no_grad()
def reference_karlo():
    """All of unCLIP: prior, text projection, decoder with a learnt variance, super resolution whose last step has a network of its own."""
    m, steps, guidance, seed = made["karlo-tiny"], 3, 4., 11
    hidden, pooled, mask, embedding = sample_prior(m, os.path.join("karlo-tiny", "prior"), seed, "blue", "a small red cube", 5.)
    tokens, time = m["projection"](embedding, pooled, hidden)
    mask = torch.cat([torch.ones(2, 2, dtype=mask.dtype), mask], 1)
    start = noise(10, 1, 3, 16, 16)
    def small(x, t, k):
        y = m["unet"](torch.cat([x, x]), torch.tensor(t), tokens, time, mask)
        return guided(y[:, :3], guidance), y[1:, 3:]
    x = unclip(small, start, steps, table(np.linspace(.0001, .02, 1000)), lambda k: philox(seed, f"step/{k}", start.numel()), 1., learned=True)
    enlarged = F.interpolate(x.clamp(-1, 1), size=(64, 64), mode="bicubic", antialias=True)
    large = lambda x, t, k: ((m["last"] if k == 6 else m["first"])(torch.cat([x, enlarged], 1), torch.tensor(t)), None)
    count = 3 * 64 * 64
    x = unclip(large, philox(seed, "super_resolution", count).reshape(1, 3, 64, 64), 7, cosine(), lambda k: philox(seed, f"super_resolution/step/{k}", count), 1.)
    save_reference("karlo-tiny", {"seed": seed, "prompt": "a small red cube", "negative_prompt": "blue", "steps": steps, "guidance": guidance, "scheduler": "UnClip"}, start, x)


@torch.no_grad()
def reference_kandinsky(name="kandinsky22-tiny"):
    """The prior's embedding against that of an all-zero picture; the inpainting network sees latent, masked latent, keep mask."""
    m, steps, guidance, seed, bar = made[name], 3, 4., 12, np.cumprod(1 - np.linspace(.00085, .012, 1000))
    embedding = sample_prior(m, os.path.join(name, "prior_prior"), seed, "", "a small red cube", 10.)[3]
    pair = torch.cat([m["image"](torch.zeros(1, 3, 32, 32)), embedding])
    known, mask = edit_inputs()
    original, start = m["encoder"](known), noise(13, 1, 4, 8, 8)
    keep = 1 - F.max_pool2d(F.max_pool2d((mask >= .5).float(), 8), 3, 1, 1)
    inpaint = name != "kandinsky22-tiny"
    def model(x, t):
        port = torch.cat([x, original * keep, keep], 1) if inpaint else x
        return guided(m["unet"](torch.cat([port, port]), torch.tensor(t), pair)[:, :4], guidance)
    before, after = hold(bar, original, start, mask, steps, 8) if inpaint else (None, lambda x: x)
    x = after(ddim(model, start, steps, bar, 1, 1., before=before))
    save_reference(name, {"task": "Inpaint" if inpaint else "TextToImage", "seed": seed, "prompt": "a small red cube", "negative_prompt": "", "steps": steps, "guidance": guidance, "scheduler": "Ddim"}, start, m["decoder"](x))


MAKERS = {"sd15-tiny": make_sd15, "sd15-inpaint-tiny": make_sd15_inpaint, "sd21-v-tiny": make_sd21, "sd-fp16-tiny": make_fp16, "lcm-tiny": make_lcm, "sdxl-tiny": make_sdxl, "sdxl-inpaint-tiny": make_sdxl_inpaint, "sdxl-lcm-tiny": make_sdxl_lcm, "karlo-tiny": make_karlo, "kandinsky22-tiny": make_kandinsky, "kandinsky22-inpaint-tiny": make_kandinsky_inpaint, "canvas-mini-tiny": make_canvas}
REFERENCES = {"sd15-tiny": reference_sd15, "sd15-inpaint-tiny": reference_sd15_inpaint, "sd21-v-tiny": reference_sd21, "lcm-tiny": reference_lcm, "sdxl-tiny": reference_sdxl, "sdxl-inpaint-tiny": reference_sdxl_inpaint,
              "sdxl-lcm-tiny": reference_sdxl_lcm, "karlo-tiny": reference_karlo, "kandinsky22-tiny": reference_kandinsky, "kandinsky22-inpaint-tiny": lambda: reference_kandinsky("kandinsky22-inpaint-tiny"), "canvas-mini-tiny": reference_canvas}


def main():
    torch.set_num_threads(1)
    for name in sys.argv[1:] or MAKERS:
        torch.manual_seed(1)
        MAKERS[name]()
        size = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(os.path.join(HERE, name)) for f in fs)
        print(f"{name}: {size / 1024:.0f} KiB", flush=True)
        if name in REFERENCES:
            REFERENCES[name]()


if __name__ == "__main__":
    main()
