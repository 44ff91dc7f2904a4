#!/usr/bin/env python3
"""Weight parts -> a model folder in the diffusers layout, ONNX opset 17, dynamic batch and size, packed weights.

  python3 export_onnx.py --weights weights --out ../canvas-mini --pack mixed

--pack: fp32 | fp16 | int8 | mixed. Packing only changes how weights are stored: a Cast (and, for int8, a Mul by a scale per
output channel) in front of each use, which ONNX Runtime folds when it loads the file, so a step costs the same.
mixed = int8 where the weights are many (text, CLIP, prior, decoder), fp16 in the upscalers.
--reference FOLDER also writes a small sample for tests: inputs, noise and the picture that torch makes of them.
"""
import argparse, inspect, json, os, shutil
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import models
from common import read_parts
from tokenizer import Tokenizer


class Text(nn.Module):
    """The words for the decoder and the embedding for the prior come from two encoders, and leave in one graph as they do from CLIP."""
    def __init__(self, text, clip):
        super().__init__()
        self.text, self.clip = text, clip
        text.embed, clip.embed = Compact(text.embed), Compact(clip.embed)

    def forward(self, input_ids):
        return self.text(input_ids), self.clip(input_ids)


class Compact(nn.Module):
    """An embedding that keeps one row for all tokens whose row is zero (never trained): a tenth of the table, same result."""
    def __init__(self, embedding):
        super().__init__()
        weight = embedding.weight.detach()
        used = weight.abs().sum(1) > 0
        self.register_buffer("lookup", (used.cumsum(0) * used).int())
        self.table = nn.Parameter(torch.cat([torch.zeros_like(weight[:1]), weight[used]]))

    def forward(self, ids):
        return F.embedding(self.lookup[ids].long(), self.table)


class PriorStep(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, sample, timestep, encoder_hidden_states, text_embeds):
        return self.m(sample, timestep, encoder_hidden_states, text_embeds * models.EMBED_SCALE)


class DecoderStep(nn.Module):
    """The decoder as a standard flow-match scheduler wants it: timestep = 1000 sigma, output = velocity noise - picture."""
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, sample, timestep, encoder_hidden_states, image_embeds, guidance):
        sigma = timestep / 1000
        x0 = self.m(sample, 1 - sigma, encoder_hidden_states, image_embeds * models.EMBED_SCALE, guidance)
        # From x = (1 - sigma) x0 + sigma noise: noise - x0 = (x - x0) / sigma. The floor keeps the last, tiny step finite.
        return (sample[:, :3] - x0) / sigma.clamp(min=.02)[:, None, None, None]


class AreaAverage(nn.Module):
    """What stands in the place of the VAE encoder: a quarter of the side, each pixel the mean of its 4x4 block."""
    def forward(self, sample):
        return F.avg_pool2d(sample, 4)


class UpscaleClamped(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, sample):
        return self.m(sample.clamp(-1, 1)).clamp(-1, 1)


class Clamp(nn.Module):
    def forward(self, latent_sample):
        return latent_sample.clamp(-1, 1)


def export(module, inputs, outputs, path, dynamic):
    """`inputs`: {name: example}; `dynamic`: {name: {axis: label}}."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    kw = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad():
        torch.onnx.export(module, tuple(inputs.values()), path, opset_version=17, input_names=list(inputs), output_names=outputs, dynamic_axes=dynamic, do_constant_folding=True, **kw)


def pack(path, mode):
    """Stores big initialisers as fp16, or as int8 with one scale per output channel."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    model = onnx.load(path)
    g = model.graph
    users = {}
    for node in g.node:
        for k, name in enumerate(node.input):
            users.setdefault(name, []).append((node, k))
    first, kept = [], []
    for t in g.initializer:
        a = numpy_helper.to_array(t)
        if a.dtype != np.float32 or a.size < 2048:
            kept.append(t)
            continue
        use = users.get(t.name, [])
        edge = a.ndim == 4 and (a.shape[0] <= 48 or a.shape[1] <= 16)      # last and narrow convolutions: small and touchy
        if mode == "fp16" or edge or a.ndim < 2:
            kept.append(numpy_helper.from_array(a.astype(np.float16), t.name + "_half"))
            first.append(helper.make_node("Cast", [t.name + "_half"], [t.name], to=TensorProto.FLOAT))
            continue
        # The output channel: first axis of a convolution, an embedding or a transposed Gemm, last axis of a MatMul.
        last = a.ndim == 2 and any(n.op_type == "MatMul" or n.op_type == "Gemm" and not any(x.name == "transB" and x.i for x in n.attribute) for n, _ in use)
        axis = a.ndim - 1 if last or a.ndim == 3 else 0
        scale = (np.abs(a).max(axis=tuple(i for i in range(a.ndim) if i != axis), keepdims=True) / 127 + 1e-12).astype(np.float32)
        kept += [numpy_helper.from_array(np.round(a / scale).astype(np.int8), t.name + "_int"), numpy_helper.from_array(scale, t.name + "_scale")]
        first += [helper.make_node("Cast", [t.name + "_int"], [t.name + "_cast"], to=TensorProto.FLOAT), helper.make_node("Mul", [t.name + "_cast", t.name + "_scale"], [t.name])]
    nodes = list(g.node)
    del g.initializer[:], g.node[:]
    g.initializer.extend(kept)
    g.node.extend(first + nodes)
    onnx.save(model, path)


def evaluator(path):
    """A function inputs -> outputs, or None if nothing here can run ONNX (then use check_export.cjs)."""
    try:
        import onnxruntime
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return lambda feed: session.run(None, feed)
    except ImportError:
        return None


def dequantised(module):
    """The module with the weights that the packed file holds (int8 per output channel where pack() uses int8), for the reference sample."""
    state = {}
    for k, v in module.state_dict().items():
        if v.is_floating_point() and v.ndim > 1 and v.numel() >= 2048:
            if v.ndim == 4 and (v.shape[0] <= 48 or v.shape[1] <= 16):
                v = v.half().float()
            else:
                s = (v.abs().amax(tuple(range(1, v.ndim)), keepdim=True) / 127 + 1e-12)
                v = (v / s).round() * s
        state[k] = v
    module.load_state_dict(state)
    return module


def write_reference(folder, text, unet, x4, tok, prompt="a red cube on a green cube", steps=4, guidance=models.GUIDANCE):
    """Raw little-endian float32 files and a json that names them, so that a test in any language can compare."""
    os.makedirs(folder, exist_ok=True)
    put = lambda name, t: t.detach().float().contiguous().numpy().astype("<f4").tofile(os.path.join(folder, name + ".bin"))
    ids = torch.tensor([tok.encode(prompt), tok.encode("")])
    text, unet = dequantised(text), dequantised(unet)
    noise = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        hidden = text(ids)
        step = DecoderStep(unet)
        sample = torch.cat([noise, torch.ones(1, 1, 64, 64), torch.zeros(1, 3, 64, 64)], 1)
        v = step(sample, torch.tensor([1000.]), hidden[:1], torch.zeros(1, models.EMBED), torch.zeros(1))
        made = {}
        for name, clip in (("clipped", models.CLIP), ("unclipped", None)):
            made[name] = models.sample(unet, hidden[:1], hidden[1:], torch.zeros(1, models.EMBED), noise, steps, guidance, clip=clip)
        picture = UpscaleClamped(x4)(made["clipped"])
    for name, t in dict(hidden=hidden, noise=noise, velocity_step0=v, final_latent_clipped=made["clipped"], final_latent_unclipped=made["unclipped"], final_picture=picture).items():
        put(name, t)
    json.dump({"prompt": prompt, "input_ids": ids.tolist(), "steps": steps, "guidance": guidance, "shift": models.SHIFT, "sigmas": models.sigmas(steps).tolist(), "clip_sample_range": models.CLIP,
               "shapes": {"hidden": list(hidden.shape), "noise": list(noise.shape), "velocity_step0": list(v.shape), "final_latent_clipped": [1, 3, 64, 64], "final_latent_unclipped": [1, 3, 64, 64], "final_picture": list(picture.shape)},
               "dtype": "float32, little-endian, C order", "velocity_step0": "out_sample for sample = [noise, mask 1, masked picture 0], timestep 1000, hidden[0], image_embeds 0, guidance 0"}, open(os.path.join(folder, "reference.json"), "w"), indent=1)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="weights")
    ap.add_argument("--out", default="../canvas-mini")
    ap.add_argument("--assets", default="assets")
    ap.add_argument("--size", default="cpu", help="sizes of the parts that have no weights yet (they are exported untrained)")
    ap.add_argument("--pack", choices=("fp32", "fp16", "int8", "mixed"), default="mixed")
    ap.add_argument("--use-prior", action="store_true", help="the product runs the prior by default; measure first whether that helps")
    ap.add_argument("--reference")
    args = ap.parse_args()
    torch.manual_seed(0)
    tok = Tokenizer(os.path.join(args.assets, "tokenizer"))
    trained = {}

    def part(name, stand_in=None):
        found = read_parts(args.weights, name) or (read_parts(args.weights, stand_in) if stand_in else None)
        m = models.build(name, found[1]["size"] if found else args.size, len(tok))
        if found:
            m.load_state_dict(found[0])
            trained[name] = {n: found[1].get(n) for n in ("size", "iteration", "samples")}
        else:
            print(f"{name}: no weights, exported untrained")
        return m.eval()

    b, hw = {0: "batch"}, {0: "batch", 2: "height", 3: "width"}
    r = torch.randn
    ids = torch.full((2, 40), len(tok) - 1)
    ids[:, 0], ids[:, 1:4] = len(tok) - 2, torch.randint(600, 5000, (2, 3))
    t = torch.tensor([10., 900.])
    unit = lambda: F.normalize(r(2, models.EMBED), dim=-1)
    text, unet, x4 = part("text"), part("unet"), part("decoder_x4")
    jobs = {   # folder: module, inputs, outputs, dynamic axes
        "text_encoder": (Text(text, part("clip")), dict(input_ids=ids), ["last_hidden_state", "text_embeds"], dict(input_ids=b, last_hidden_state=b, text_embeds=b)),
        "image_encoder": (part("image"), dict(pixel_values=r(2, 3, models.SIDE, models.SIDE)), ["image_embeds"], dict(pixel_values=b, image_embeds=b)),
        "prior": (PriorStep(part("prior")), dict(sample=r(2, models.EMBED), timestep=t, encoder_hidden_states=r(2, 40, models.TEXT), text_embeds=unit()), ["predicted_image_embedding"],
                  dict(sample=b, timestep=b, encoder_hidden_states=b, text_embeds=b, predicted_image_embedding=b)),
        "unet": (DecoderStep(unet), dict(sample=r(2, 7, 64, 72), timestep=t, encoder_hidden_states=r(2, 40, models.TEXT), image_embeds=unit(), guidance=torch.tensor([0., 4.])), ["out_sample"],
                 dict(sample=hw, timestep=b, encoder_hidden_states={0: "batch", 1: "tokens"}, image_embeds=b, guidance=b, out_sample=hw)),
        "vae_encoder": (AreaAverage(), dict(sample=r(2, 3, 64, 96).clamp(-1, 1)), ["latent_sample"], dict(sample=hw, latent_sample=hw)),
        "vae_decoder": (UpscaleClamped(x4), dict(latent_sample=r(2, 3, 16, 24)), ["sample"], dict(latent_sample=hw, sample=hw)),
        "preview_decoder": (Clamp(), dict(latent_sample=r(2, 3, 16, 24)), ["sample"], dict(latent_sample=hw, sample=hw)),
        "upscaler": (UpscaleClamped(part("upscaler", "decoder_x4")), dict(sample=r(2, 3, 32, 48).clamp(-1, 1)), ["upscaled_sample"], dict(sample=hw, upscaled_sample=hw)),
    }
    total, checked = 0, False
    for folder, (module, inputs, outputs, dynamic) in jobs.items():
        path = os.path.join(args.out, folder, "model.onnx")
        export(module, inputs, outputs, path, dynamic)
        mode = {"mixed": "int8" if folder in ("text_encoder", "image_encoder", "prior", "unet") else "fp16"}.get(args.pack, args.pack)
        run = evaluator(path)
        # another batch and size than the traced ones, so that dynamic axes are tested too
        check = {k: torch.cat([v, v[:1]]) for k, v in inputs.items()}
        first = next(iter(check))
        if check[first].ndim == 4 and folder != "image_encoder":
            check[first] = torch.cat([check[first], check[first]], 2)
        with torch.no_grad():
            want = module(*check.values())
        want = [w.numpy() for w in (want if isinstance(want, tuple) else (want,))]
        feed = {k: v.numpy() for k, v in check.items()}
        error = lambda got: max(float(np.linalg.norm(g - w) / (np.linalg.norm(w) + 1e-12)) for g, w in zip(got, want))
        before = f"{error(run(feed)):.1e}" if run else "not checked"
        if mode != "fp32":
            pack(path, mode)
        after = f"{error(evaluator(path)(feed)):.1e}" if run else "not checked"
        checked, size = bool(run), os.path.getsize(path)
        total += size
        print(f"{folder:16s} {mode:5s} {size / 1e6:7.2f} MB  relative error: export {before}, packed {after}", flush=True)
    for folder in ("scheduler", "prior_scheduler"):
        os.makedirs(os.path.join(args.out, folder), exist_ok=True)
    write = lambda name, value: open(os.path.join(args.out, name), "w").write(json.dumps(value, indent=2) + "\n")
    write("scheduler/scheduler_config.json", {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": models.SHIFT, "use_dynamic_shifting": False, "prediction_type": "flow_prediction",
                                              "clip_sample": True, "clip_sample_range": models.CLIP})
    write("prior_scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler", "num_train_timesteps": models.PRIOR_STEPS, "beta_schedule": "squaredcos_cap_v2", "prediction_type": "sample", "timestep_spacing": "trailing",
                                                    "clip_sample": False, "set_alpha_to_one": True, "steps_offset": 0})
    write("model_index.json", {"_class_name": "UnCLIPInpaintPipeline", "name": "canvas-mini", "version": 2, "sample_size": 256, "size_multiple": 32, "latent_channels": 3, "vae_scale_factor": 4, "scaling_factor": 1.0,
                               "unet_channels": {"latent": 3, "mask": 1, "masked_latent": 3}, "mask_convention": "1 = make, 0 = keep; the largest value of each block of vae_scale_factor pixels; graded values are known",
                               "grey_latent": [0.0, 0.0, 0.0], "embedding_size": models.EMBED, "embedding_scale": models.EMBED_SCALE, "image_encoder_size": models.SIDE, "text_size": models.TEXT,
                               "guidance_input": "0 = plain, guide with two passes; other values are not trained", "default_guidance": models.GUIDANCE, "default_steps": models.STEPS,
                               "use_prior": args.use_prior, "use_prior_inpaint": False, "prior_steps": 10, "max_prompt_tokens": 40,
                               "text_encoder": ["onnx", "model.onnx"], "image_encoder": ["onnx", "model.onnx"], "prior": ["onnx", "model.onnx"], "unet": ["onnx", "model.onnx"], "vae_encoder": ["onnx", "model.onnx"],
                               "vae_decoder": ["onnx", "model.onnx"], "preview_decoder": ["onnx", "model.onnx"], "upscaler": ["onnx", "model.onnx"], "training": trained})
    shutil.copytree(os.path.join(args.assets, "tokenizer"), os.path.join(args.out, "tokenizer"), dirs_exist_ok=True)
    shutil.copy(os.path.join(args.assets, "LICENSES.md"), args.out)
    if args.reference:
        write_reference(args.reference, text, unet, x4, tok)
    print(f"total {total / 1e6:.1f} MB in {args.out}" + ("" if checked else "; parity not checked: onnxruntime is not installed here"))


if __name__ == "__main__":
    main()
