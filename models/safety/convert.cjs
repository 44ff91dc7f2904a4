#!/usr/bin/env node
// The image classifier of npm nsfwjs (MobileNetV2, Keras layers as TensorFlow.js keeps them) -> one ONNX file.
//
//   node convert.cjs PACKAGE/dist/models/mobilenet_v2 model.onnx
//
// Needs nothing but Node: the protobuf of ONNX is written by hand below, some forty lines. The build runs it (CanvasWeb.Inference.csproj).
// The weights stay the bytes that they are in the package, one byte each: upstream stores w = q * scale + min for each tensor. A batch norm after a
// convolution is folded into it exactly: its factor for each channel goes into scale and min, the rest becomes the bias. ONNX Runtime
// expands them when it loads the file. Input: pixels [batch, 3, 224, 224], RGB, 0 to 1. Output: scores [batch, 5], in the order of `classes`.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const classes = ['drawing', 'hentai', 'neutral', 'porn', 'sexy']; // nsfw_classes of the package.
const [, , folder, target] = process.argv;
if (target === undefined) {
  console.error('usage: node convert.cjs FOLDER-OF-THE-MODEL TARGET.onnx');
  process.exit(2);
}

// 1. The package's two files: layers, and all weights as one base64 string.
const { modelTopology, weightsManifest } = require(path.resolve(folder, 'model.min.js'));
const layers = modelTopology.model_config.config.layers;
const bytes = Buffer.from(require(path.resolve(folder, 'group1-shard1of1.min.js')), 'base64');
const weights = new Map();
let offset = 0;
for (const { name, shape, quantization } of weightsManifest.flatMap((group) => group.weights)) {
  if (quantization?.dtype !== 'uint8') throw new Error(`${name} is not stored as bytes.`);
  const size = shape.reduce((a, b) => a * b, 1);
  weights.set(name, { shape, q: bytes.subarray(offset, offset + size), scale: quantization.scale, min: quantization.min });
  offset += size;
}
if (offset !== bytes.length) throw new Error(`The weights have ${bytes.length} bytes, the list says ${offset}.`);
const floats = (name) => { const w = weights.get(name); return Float64Array.from(w.q, (q) => q * w.scale + w.min); };

// 2. Layers -> nodes.
const nodes = [];
const initializers = [];
const values = new Map(); // Keras layer -> the ONNX value that it ends in.
const pads = new Map(); // A padding layer -> [[top, bottom], [left, right]], which goes into the convolution after it.
const norms = new Map(layers.filter((layer) => layer.class_name === 'BatchNormalization').map((layer) => [layer.inbound_nodes[0][0][0], layer.config]));
const inputsOf = (layer) => layer.inbound_nodes[0].map((inbound) => inbound[0]);

/** A weight as bytes, and the nodes that make it float: Cast, Mul, Add, with a factor for each output channel (dimension `axis`). */
function stored(name, dims, q, axis, scale, min) {
  const each = dims.map((dim, i) => (i === axis ? dim : 1));
  initializers.push(tensor(`${name}.q`, dims, q), tensor(`${name}.scale`, each, scale), tensor(`${name}.min`, each, min));
  nodes.push(node('Cast', [`${name}.q`], `${name}.f`, { to: 1 }), node('Mul', [`${name}.f`, `${name}.scale`], `${name}.s`), node('Add', [`${name}.s`, `${name}.min`], name));
  return name;
}

function convolution(layer) {
  const { name, strides, padding, kernel_size: [height, width] } = layer.config;
  const depthwise = layer.class_name === 'DepthwiseConv2D';
  const { shape, q, scale, min } = weights.get(`${name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`);
  const [inside, outside] = depthwise ? [1, shape[2]] : [shape[2], shape[3]];

  // Height, width, in, out -> out, in, height, width. Depthwise: height, width, channel, 1 -> channel, 1, height, width.
  const turned = Buffer.alloc(q.length);
  for (let o = 0; o < outside; o++) for (let i = 0; i < inside; i++) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    turned[((o * inside + i) * height + y) * width + x] = q[((y * width + x) * shape[2] + (depthwise ? o : i)) * shape[3] + (depthwise ? 0 : o)];
  }

  // y = gamma (w x - mean) / sqrt(variance + epsilon) + beta
  const norm = norms.get(name);
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((part) => floats(`${norm.name}/${part}`));
  const factor = gamma.map((g, i) => g / Math.sqrt(variance[i] + norm.epsilon));
  const w = stored(`${name}.w`, [outside, inside, height, width], turned, 0, factor.map((f) => f * scale), factor.map((f) => f * min));
  initializers.push(tensor(`${name}.bias`, [outside], beta.map((b, i) => b - mean[i] * factor[i])));
  const input = inputsOf(layer)[0];
  const [[top, bottom], [left, right]] = pads.get(input) ?? [[0, 0], [0, 0]];

  // "same" at stride 1 is even on both sides; at stride 2 Keras pads by a layer of its own.
  if (padding === 'same' && strides[0] !== 1) throw new Error(`${name}: "same" with a stride is not known here.`);
  const own = padding === 'same' ? (height - 1) / 2 : 0;
  nodes.push(node('Conv', [values.get(input), w, `${name}.bias`], name, { kernel_shape: [height, width], strides, pads: [top + own, left + own, bottom + own, right + own], group: depthwise ? outside : 1 }));
  return name;
}

function dense(layer) {
  const { name, activation } = layer.config;
  const { shape, q, scale, min } = weights.get(`${name}/kernel`);
  const w = stored(`${name}.w`, shape, q, 1, new Float64Array(shape[1]).fill(scale), new Float64Array(shape[1]).fill(min));
  initializers.push(tensor(`${name}.bias`, [shape[1]], floats(`${name}/bias`)));
  nodes.push(node('Gemm', [values.get(inputsOf(layer)[0]), w, `${name}.bias`], `${name}.y`));
  nodes.push(activation === 'relu' ? node('Relu', [`${name}.y`], name) : node('Softmax', [`${name}.y`], name, { axis: 1 }));
  return name;
}

initializers.push(tensor('zero', [], [0]), tensor('six', [], [6]));
for (const layer of layers) {
  const { name } = layer.config;
  const inputs = layer.class_name === 'InputLayer' ? [] : inputsOf(layer);
  const before = values.get(inputs[0]);
  switch (layer.class_name) {
    case 'InputLayer': values.set(name, 'pixels'); break;
    case 'ZeroPadding2D': pads.set(name, layer.config.padding); values.set(name, before); break;
    case 'Conv2D': case 'DepthwiseConv2D': values.set(name, convolution(layer)); break;
    case 'BatchNormalization': case 'Dropout': values.set(name, before); break; // Folded; does nothing outside training.
    case 'ReLU': nodes.push(node('Clip', [before, 'zero', 'six'], name)); values.set(name, name); break;
    case 'Add': nodes.push(node('Add', inputs.map((input) => values.get(input)), name)); values.set(name, name); break;
    case 'AveragePooling2D': nodes.push(node('GlobalAveragePool', [before], name)); values.set(name, name); break; // 7x7 of 7x7.
    case 'Flatten': nodes.push(node('Flatten', [before], name, { axis: 1 })); values.set(name, name); break;
    case 'Dense': values.set(name, dense(layer)); break;
    default: throw new Error(`${name}: a ${layer.class_name} is not known here.`);
  }
}
nodes.push(node('Identity', [values.get(modelTopology.model_config.config.output_layers[0][0])], 'scores'));

// 3. The file. Opset 13, IR 7; the field numbers are those of onnx.proto.
fs.mkdirSync(path.dirname(path.resolve(target)), { recursive: true });
fs.writeFileSync(target, message(
  int(1, 7),
  text(2, 'models/safety/convert.cjs'),
  part(7, message(
    ...nodes.map((one) => part(1, one)),
    text(2, 'safety'),
    ...initializers.map((one) => part(5, one)),
    part(11, port('pixels', ['batch', 3, 224, 224])),
    part(12, port('scores', ['batch', classes.length])))),
  part(8, message(int(2, 13))),
  part(14, message(text(1, 'classes'), text(2, classes.join(',')))),
));

function node(type, inputs, output, attributes = {}) {
  return message(
    ...inputs.map((input) => text(1, input)), text(2, output), text(3, output), text(4, type),
    ...Object.entries(attributes).map(([name, value]) => part(5, Array.isArray(value)
      ? message(text(1, name), ...value.map((one) => int(8, one)), int(20, 7))
      : message(text(1, name), int(3, value), int(20, 2)))));
}
function tensor(name, dims, data) {
  const isBytes = Buffer.isBuffer(data);
  return message(...dims.map((dim) => int(1, dim)), int(2, isBytes ? 2 : 1), text(8, name), part(9, isBytes ? data : Buffer.from(Float32Array.from(data).buffer)));
}
function port(name, dims) {
  const shape = message(...dims.map((dim) => part(1, typeof dim === 'string' ? text(2, dim) : int(1, dim))));
  return message(text(1, name), part(2, message(part(1, message(int(1, 1), part(2, shape))))));
}
function message(...fields) { return Buffer.concat(fields); }
function part(field, content) { return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]); }
function text(field, value) { return part(field, Buffer.from(value, 'utf8')); }
function int(field, value) { return Buffer.concat([varint(field * 8), varint(value)]); }
function varint(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return Buffer.from([...out, value]);
}
