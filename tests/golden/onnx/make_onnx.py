#!/usr/bin/python3
"""Writes the tiny graphs beside this script, which the tests of CanvasWeb.Diffusion/Onnx load. Same bytes every time.

  /usr/bin/python3 make_onnx.py          (onnx 1.12, numpy; opset 17, IR version 8)
"""
import os
import numpy as np
from onnx import TensorProto as T, checker, external_data_helper, helper as h, numpy_helper, save

HERE = os.path.dirname(os.path.abspath(__file__))
RANDOM = np.random.RandomState(2)


def port(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def model(name, nodes, inputs, outputs, constants=(), check=True, opset=17):
    graph = h.make_graph(nodes, name, inputs, outputs, list(constants))
    made = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], producer_name="canvasweb", ir_version=8)
    if check:
        checker.check_model(made, full_check=True)
    save(made, os.path.join(HERE, name + ".onnx"))
    return made


def copies(name, ports):
    """One input and one output of each type, shape [batch, 3]: out = in."""
    model(name, [h.make_node("Identity", ["in_" + n], ["out_" + n]) for n, _ in ports],
          [port("in_" + n, k, ["batch", 3]) for n, k in ports], [port("out_" + n, k, ["batch", 3]) for n, k in ports])


def denoiser(name, float_kind, time_kind, time_shape, time_name="timestep"):
    """out_sample = conv(sample) + timestep / 1000 + mean(encoder_hidden_states): the ports of a U-Net, with few weights."""
    dtype = np.float16 if float_kind == T.FLOAT16 else np.float32
    weight = (RANDOM.randn(4, 4, 3, 3) * .1).astype(dtype)
    column = [h.make_node("Reshape", ["time_small", "minus_one"], ["time_flat"]), h.make_node("Unsqueeze", ["time_flat", "axes"], ["time_cube"])]
    model(name, [
        h.make_node("Conv", ["sample", "weight"], ["filtered"], pads=[1, 1, 1, 1]),
        h.make_node("Cast", [time_name], ["time_float"], to=float_kind),
        h.make_node("Div", ["time_float", "thousand"], ["time_small"]), *column,
        h.make_node("ReduceMean", ["encoder_hidden_states"], ["text"], axes=[1, 2], keepdims=1),
        h.make_node("Unsqueeze", ["text", "axis"], ["text_cube"]),
        h.make_node("Add", ["filtered", "time_cube"], ["timed"]),
        h.make_node("Add", ["timed", "text_cube"], ["out_sample"]),
    ], [port("sample", float_kind, ["batch", 4, "height", "width"]), port(time_name, time_kind, time_shape), port("encoder_hidden_states", float_kind, ["batch", "tokens", 8])],
        [port("out_sample", float_kind, ["batch", 4, "height", "width"])],
        [constant("weight", weight), constant("thousand", np.array(1000, dtype)), constant("minus_one", np.array([-1], np.int64)), constant("axes", np.array([1, 2, 3], np.int64)), constant("axis", np.array([3], np.int64))])


copies("types", [("float32", T.FLOAT), ("float16", T.FLOAT16), ("float64", T.DOUBLE), ("int64", T.INT64), ("int32", T.INT32), ("int8", T.INT8), ("uint8", T.UINT8), ("bool", T.BOOL)])
denoiser("unet_int64_scalar", T.FLOAT, T.INT64, [])
denoiser("unet_int64_one", T.FLOAT, T.INT64, [1])
denoiser("unet_int64_steps", T.FLOAT, T.INT64, ["steps"])
denoiser("unet_int32_batch", T.FLOAT, T.INT32, ["batch"])
denoiser("unet_float32_batch", T.FLOAT, T.FLOAT, ["batch"])
denoiser("unet_float16", T.FLOAT16, T.FLOAT16, [1], "t")

# Two outputs, of which one may be left unbound; a fixed batch of 2.
model("two_outputs", [h.make_node("Relu", ["x"], ["positive"]), h.make_node("Neg", ["x"], ["negative"])], [port("x", T.FLOAT, [2, 3])], [port("positive", T.FLOAT, [2, 3]), port("negative", T.FLOAT, [2, 3])])

# Text encoder: ids -> rows of a table stored as int8 with a scale (Cast and Mul on initialisers, as canvas-mini packs its weights).
table = RANDOM.randint(-127, 128, (50, 8)).astype(np.int8)
model("text_encoder", [h.make_node("Cast", ["table_int"], ["table_cast"], to=T.FLOAT), h.make_node("Mul", ["table_cast", "table_scale"], ["table"]), h.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
      [port("input_ids", T.INT64, ["batch", "tokens"])], [port("last_hidden_state", T.FLOAT, ["batch", "tokens", 8])], [constant("table_int", table), constant("table_scale", np.full((50, 1), .01, np.float32))])

# The same with ids as floats, which no tokenizer gives.
model("text_encoder_float_ids", [h.make_node("Unsqueeze", ["input_ids", "axes"], ["last_hidden_state"])], [port("input_ids", T.FLOAT, ["batch", "tokens"])], [port("last_hidden_state", T.FLOAT, ["batch", "tokens", 1])], [constant("axes", np.array([2], np.int64))])

# As long as one likes, so that a cancellation falls into it: a loop of matrix products, cheap to store.
body = h.make_graph([h.make_node("MatMul", ["state", "turn"], ["next"]), h.make_node("Identity", ["go"], ["go_on"])], "body",
                    [port("i", T.INT64, []), port("go", T.BOOL, []), port("state", T.FLOAT, ["n", 96])], [port("go_on", T.BOOL, []), port("next", T.FLOAT, ["n", 96])])
model("slow", [h.make_node("ConstantOfShape", ["square"], ["zeros"]), h.make_node("EyeLike", ["zeros"], ["turn"]), h.make_node("Loop", ["turns", "yes", "x"], ["y"], body=body)],
      [port("x", T.FLOAT, ["n", 96]), port("turns", T.INT64, [])], [port("y", T.FLOAT, ["n", 96])],
      [constant("square", np.array([96, 96], np.int64)), constant("yes", np.array(True))], check=False)

# Refused: an operator that nobody has; weights beside the file, present, absent, and outside the folder.
model("unknown_operator", [h.make_node("Teleport", ["x"], ["y"])], [port("x", T.FLOAT, [1])], [port("y", T.FLOAT, [1])], check=False)
for name, location in (("external", "external.bin"), ("external_missing", "nowhere.bin"), ("external_escape", "../onnx/external.bin")):
    weight = constant("w", np.arange(64, dtype=np.float32))
    graph = h.make_graph([h.make_node("Add", ["x", "w"], ["y"])], name, [port("x", T.FLOAT, [64])], [port("y", T.FLOAT, [64])], [weight])
    made = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], producer_name="canvasweb", ir_version=8)
    raw = made.graph.initializer[0].raw_data
    external_data_helper.set_external_data(made.graph.initializer[0], location, 0, len(raw))
    made.graph.initializer[0].ClearField("raw_data")
    if name == "external":
        with open(os.path.join(HERE, location), "wb") as file:
            file.write(raw)
    with open(os.path.join(HERE, name + ".onnx"), "wb") as file:
        file.write(made.SerializeToString())

# Refused before the native loader sees them: dimensions that multiply past any memory, negative ones, data that is too short.
for name, dims, raw in (("huge_dimensions", [1 << 40, 1 << 40], b""), ("negative_dimension", [-4], b"\0" * 16), ("short_data", [64], b"\0" * 16)):
    weight = constant("w", np.zeros(4, np.float32))
    del weight.dims[:]
    weight.dims.extend(dims)
    weight.raw_data = raw
    model(name, [h.make_node("Add", ["x", "w"], ["y"])], [port("x", T.FLOAT, ["n"])], [port("y", T.FLOAT, ["n"])], [weight], check=False)

# Functions that call each other twice: 3 KB that become 2^39 operators, and one that calls itself.
def functions(name, bodies):
    imports = [h.make_opsetid("", 17), h.make_opsetid("local", 1)]
    made = [h.make_function("local", f, ["a"], ["b"], nodes, imports) for f, nodes in bodies]
    graph = h.make_graph([h.make_node(bodies[-1][0], ["x"], ["y"], domain="local")], name, [port("x", T.FLOAT, [1])], [port("y", T.FLOAT, [1])])
    save(h.make_model(graph, opset_imports=imports, producer_name="canvasweb", ir_version=8, functions=made), os.path.join(HERE, name + ".onnx"))


def call(f, a, b):
    return h.make_node(f, [a], [b], domain="local")


functions("function_once", [("F0", [h.make_node("Neg", ["a"], ["b"])]), ("F1", [call("F0", "a", "c"), call("F0", "c", "b")])])
functions("function_bomb", [("F0", [h.make_node("Neg", ["a"], ["b"])])] + [(f"F{i}", [call(f"F{i - 1}", "a", "c"), call(f"F{i - 1}", "c", "b")]) for i in range(1, 40)])
functions("function_circle", [("F", [call("F", "a", "b")])])
