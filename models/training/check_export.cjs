// Runs an exported folder with ONNX Runtime and compares it with the reference sample that torch made of the same weights.
//   node check_export.cjs ../canvas-mini REFERENCE [picture.ppm]        needs onnxruntime-node
// It is also the shortest complete description of the loop: text, guided steps, decode.
const fs = require("fs"), path = require("path"), ort = require("onnxruntime-node");
const [model, reference, out] = process.argv.slice(2);
const meta = JSON.parse(fs.readFileSync(path.join(reference, "reference.json")));
const read = name => { const b = fs.readFileSync(path.join(reference, name + ".bin")); return new Float32Array(b.buffer, b.byteOffset, b.length / 4); };
const open = name => ort.InferenceSession.create(path.join(model, name, "model.onnx"));
const tensor = (data, shape) => new ort.Tensor("float32", data, shape);
const error = (a, b) => { let d = 0, n = 0; for (let i = 0; i < b.length; i++) { d += (a[i] - b[i]) ** 2; n += b[i] ** 2; } return Math.sqrt(d / n); };

(async () => {
  const report = {}, ids = BigInt64Array.from(meta.input_ids.flat().map(BigInt));
  const text = await open("text_encoder"), unet = await open("unet"), decode = await open("vae_decoder");
  const index = JSON.parse(fs.readFileSync(path.join(model, "model_index.json")));
  const { last_hidden_state: hidden, text_embeds } = await text.run({ input_ids: new ort.Tensor("int64", ids, [2, meta.input_ids[0].length]) });
  report.hidden = error(hidden.data, read("hidden"));
  const area = 64 * 64, width = index.text_size, length = meta.input_ids[0].length;
  const predict = async (x, sigma, which) => {
    const sample = new Float32Array(7 * area);
    sample.set(x); sample.fill(1, 3 * area, 4 * area);
    return (await unet.run({ sample: tensor(sample, [1, 7, 64, 64]), timestep: tensor([1000 * sigma], [1]), encoder_hidden_states: tensor(hidden.data.slice(which * length * width, (which + 1) * length * width), [1, length, width]),
      image_embeds: tensor(new Float32Array(index.embedding_size), [1, index.embedding_size]), guidance: tensor([0], [1]) })).out_sample.data;
  };
  report.velocity_step0 = error(await predict(read("noise"), 1, 0), read("velocity_step0"));
  for (const clip of [meta.clip_sample_range, Infinity]) {
    const x = Float32Array.from(read("noise"));
    for (let i = 0; i < meta.steps; i++) {
      const s = meta.sigmas[i], v = await predict(x, s, 0), u = await predict(x, s, 1), floor = Math.max(s, .02);
      for (let k = 0; k < x.length; k++) {
        // Guidance on the velocity (Ho & Salimans 2022), the picture it implies clipped, then an Euler step.
        const guided = u[k] + meta.guidance * (v[k] - u[k]), x0 = Math.min(clip, Math.max(-clip, x[k] - floor * guided));
        x[k] += (meta.sigmas[i + 1] - s) * (x[k] - x0) / floor;
      }
    }
    report["final_latent_" + (clip < 9 ? "clipped" : "unclipped")] = error(x, read(clip < 9 ? "final_latent_clipped" : "final_latent_unclipped"));
    if (clip < 9) {
      const { sample } = await decode.run({ latent_sample: tensor(x, [1, 3, 64, 64]) });
      report.final_picture = error(sample.data, read("final_picture"));
      if (out) {
        const n = 256 * 256, rgb = Buffer.alloc(3 * n);
        for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.max(0, Math.min(255, Math.round(sample.data[c * n + i] * 127.5 + 127.5)));
        fs.writeFileSync(out, Buffer.concat([Buffer.from("P6 256 256 255\n"), rgb]));
      }
    }
  }
  // The rest runs, at sizes other than the traced ones.
  const unit = () => { const a = Float32Array.from({ length: index.embedding_size }, (_, i) => Math.sin(i + 1)); const l = Math.hypot(...a); return a.map(v => v / l); };
  const prior = await open("prior");
  const p = await prior.run({ sample: tensor(unit(), [1, index.embedding_size]), timestep: tensor([999], [1]), encoder_hidden_states: tensor(hidden.data.slice(0, length * width), [1, length, width]), text_embeds: tensor(text_embeds.data.slice(0, index.embedding_size), [1, index.embedding_size]) });
  const image = await open("image_encoder"), e = await image.run({ pixel_values: tensor(new Float32Array(3 * area), [1, 3, 64, 64]) });
  const wide = await unet.run({ sample: tensor(new Float32Array(2 * 7 * 64 * 96), [2, 7, 64, 96]), timestep: tensor([500, 20], [2]), encoder_hidden_states: tensor(hidden.data, [2, length, width]), image_embeds: tensor([...unit(), ...new Float32Array(index.embedding_size)], [2, index.embedding_size]), guidance: tensor([0, 0], [2]) });
  const enc = await open("vae_encoder"), l = await enc.run({ sample: tensor(new Float32Array(3 * 256 * 384).fill(.5), [1, 3, 256, 384]) });
  const up = await open("upscaler"), u = await up.run({ sample: tensor(new Float32Array(3 * 48 * 64), [1, 3, 48, 64]) });
  const pre = await open("preview_decoder"), q = await pre.run({ latent_sample: tensor(new Float32Array(3 * 48 * 64).fill(3), [1, 3, 48, 64]) });
  console.log(report);
  console.log("shapes", p.predicted_image_embedding.dims, e.image_embeds.dims, wide.out_sample.dims, l.latent_sample.dims, l.latent_sample.data[0], u.upscaled_sample.dims, q.sample.data[0]);
  const bad = Object.entries(report).filter(([, v]) => !(v < .02));
  if (bad.length) { console.error("too far from torch:", bad); process.exit(1); }
})();
