"""The picture world that canvas-mini learns: scenes, objects, light, weather, styles, with captions that are true.

Two halves, so that the GPU never waits:
  SceneSampler   (here) pure Python, runs in worker processes: decides what is in a picture, writes the caption, and packs
                 everything the renderer needs into a few numbers (no pixels).
  Renderer       (render.py) batched torch on any device: turns those numbers into pictures. No randomness of its own, and every
                 place is given in world coordinates, so any window of a scene can be drawn: [0, 1] is the training
                 picture, [-0.5, 1.5] is the same picture with its true continuation to both sides (for outpainting).

World coordinates: x to the right, y down, 1 = the side of the training picture.

  python3 world.py --sheet sheet.png --count 64 --size 256      contact sheet with captions
  python3 world.py --bench --device cuda --batch 256            pictures per second
"""
import argparse, json, math, os, random, time, zlib
import numpy as np
import torch
import torch.nn.functional as F
from captions import COLOURS, LANGUAGES, LIGHTS, PATTERNS, RELATIONS, SCENES, SHAPES, STYLES, VIEWS, WEATHERS, WORN, Writer

SCENE_LIST, LIGHT_LIST, STYLE_LIST = list(SCENES), list(LIGHTS), [""] + list(STYLES)
COLOUR_LIST, SHAPE_LIST, PATTERN_LIST, RELATION_LIST = list(COLOURS), list(SHAPES), list(PATTERNS), list(RELATIONS)
WEATHER_LIST, VIEW_LIST, WORN_LIST = [""] + list(WEATHERS), [""] + list(VIEWS), list(WORN)
SLOTS = 6            # objects in a picture, overlays (hats ...) included
VARIANTS = 4         # views of each primitive
ATTRIBUTES = ("scene", "light", "weather", "style", "view", "relation", "count", "concept1", "concept2", "shape1", "shape2", "colour1", "colour2", "horizon")

# Columns of the per-scene vector; a name ending in 3 is an rgb triple.
SCENE_COLUMNS = ("hz sky_top3 sky_bot3 sun_x sun_y sun_r sun_glow sun3 crescent stars cloud cloud_th cloud_rgb3 nx ny n0 n1 gx gy ground_a3 ground_b3 grain flowers flower3 haze "
                 "water water3 reflect shore wave_f road indoor win_x win_y win_w win_h frame3 top rainbow rb_x rb_r lightning under rain snowfall fog ambient3 nebula neb_rgb3 out3").split()
COL, _n = {}, 0
for _c in SCENE_COLUMNS:
    COL[_c.rstrip("3")] = (_n, 3 if _c.endswith("3") else 1)
    _n += COL[_c.rstrip("3")][1]
SCENE_WIDTH = _n
LAYER_COLUMNS = "type height freq seed snow r g b lit".split()                       # three backdrop layers, far to near
OBJECT_COLUMNS = "kind index x y size angle mirror tint_r tint_g tint_b tint pattern pat_r pat_g pat_b hybrid shadow_x shadow_y shadow_rx shadow_ry shadow reflect".split()
OC = {n: i for i, n in enumerate(OBJECT_COLUMNS)}
SPRITE, ALT, PRIMITIVE = 1, 2, 3


# What a training run draws from. "full" is the whole world in five languages. "cpu" is what two cores can learn in two hours:
# English, a few dozen much wanted things, calm weather, no styles, and many solids, whose colours and places teach a denoiser
# to read. "grown" is the next step on two cores: sixty things, five languages, more stacks and pairs, a few styles and tints.
# A later run can go from a checkpoint of one plan on to a larger one: vocabulary and sizes stay the same (common.transplant).
WANTED = ("fox", "cat", "dog", "penguin", "unicorn", "panda", "frog", "rabbit", "elephant", "owl", "cactus", "deciduous tree", "palm tree", "sunflower", "mushroom", "red apple", "avocado", "pizza", "castle", "house", "sailboat", "automobile",
          "rocket", "balloon", "red heart", "snowman without snow", "robot", "star")
MORE_WANTED = ("lion", "bear", "cow", "pig", "monkey", "duck", "flamingo", "turtle", "tropical fish", "spouting whale", "octopus", "crab", "butterfly", "snail", "rose", "tulip", "banana", "tangerine", "strawberry", "watermelon", "carrot",
               "hamburger", "doughnut", "birthday cake", "airplane", "bus", "guitar", "chair", "teddy bear", "umbrella", "ghost", "crown")
PLANS = {
    "full": dict(concepts=None, languages=(60, 10, 10, 10, 10), modes=(36, 17, 21, 8, 6, 5, 4, 3), scenes=dict({s: 6 for s in SCENE_LIST}, plain=9), lights=(34, 14, 18, 18, 10, 6), relations=(38, 14, 16, 22, 10), solids_alone=.28, solids_plain=.55,
                 styles=.4, weather=.16, views=.16, tint=.12, pattern=.22, other_drawing=.12, plain_words=.15),
    "cpu": dict(concepts=WANTED, languages=(1, 0, 0, 0, 0), modes=(36, 9, 44, 7, 4, 0, 0, 0), scenes=dict(plain=8, field=8, sea=6, desert=6, snow=7, beach=6, mountains=6, forest=6, city=6, space=4), lights=(36, 15, 20, 24, 0, 0),
                relations=(44, 6, 4, 42, 4), solids_alone=.3, solids_plain=.6, styles=0., weather=0., views=.06, tint=.07, pattern=0., other_drawing=0., plain_words=.4),
    "grown": dict(concepts=WANTED + MORE_WANTED, languages=(52, 10, 10, 10, 18), modes=(52, 8, 30, 6, 4, 0, 0, 0), scenes=dict(plain=8, field=8, sea=6, desert=6, snow=7, beach=6, mountains=6, forest=6, city=6, space=4), lights=(36, 15, 20, 24, 0, 0),
                  relations=(42, 4, 4, 46, 4), solids_alone=.22, solids_plain=.5, styles=.06, weather=.04, views=.06, tint=.1, pattern=0., other_drawing=0., plain_words=.4),
}


class FirstWord:
    """Stands in for a random generator and always takes the first choice: the caption in the words that people use most."""
    def random(self):
        return .3

    def choice(self, values):
        return values[0]

    def sample(self, values, n):
        return values[:n]


def held_out(*parts):
    """A fixed tenth of all (object, scene) and (colour, shape) pairs is never trained on, so that evaluation can ask for it."""
    return zlib.crc32("|".join(map(str, parts)).encode()) % 10 == 0


# ---------------------------------------------------------------------------------------------------------------------
# Primitives: a tiny ray marcher makes, once, maps of alpha, shade, highlight and object coordinates for each shape.
# ---------------------------------------------------------------------------------------------------------------------
HALF_VIEW = 1.18     # half of the world that a patch shows
HEIGHT = {"sphere": .8, "cube": .6, "cone": .85, "cylinder": .72, "pyramid": .75, "torus": .3}
PITCH = {"torus": .75}


def _sdf(shape, p):
    x, y, z = p.unbind(-1)
    h, r = HEIGHT[shape], (x * x + z * z + 1e-9).sqrt()
    if shape == "sphere":
        return (r * r + y * y).sqrt() - .8
    if shape == "cube":
        q = p.abs() - .6
        return q.clamp(min=0).norm(dim=-1) + q.amax(-1).clamp(max=0) - .02
    if shape == "cylinder":
        return torch.maximum(r - .58, y.abs() - h)
    if shape == "cone":
        return torch.maximum((r - .75 * (h - y) / (2 * h)) * .88, y.abs() - h)
    if shape == "pyramid":
        return torch.maximum((torch.maximum(x.abs(), z.abs()) - .78 * (h - y) / (2 * h)) * .86, -y - h)
    return ((r - .68) ** 2 + y * y + 1e-9).sqrt() - .3


def primitive_maps(size, device="cpu"):
    """[shapes * VARIANTS, 6, size, size]: alpha, shade, highlight, object x, y, z."""
    s = size * 2
    axis = ((torch.arange(s, device=device) + .5) / s * 2 - 1) * HALF_VIEW
    py, px = torch.meshgrid(-axis, axis, indexing="ij")
    light = F.normalize(torch.tensor([-.5, .8, .55], device=device), dim=0)
    half = F.normalize(light + torch.tensor([0., 0., 1.], device=device), dim=0)
    unit = torch.eye(3, device=device)
    out = []
    for shape in SHAPE_LIST:
        for variant in range(VARIANTS):
            pitch, yaw = PITCH.get(shape, .42) + .05 * (variant % 2), .32 + .26 * variant
            cp, sp, cy, sy = math.cos(pitch), math.sin(pitch), math.cos(yaw), math.sin(yaw)
            # camera to object space: undo the pitch about x, then the yaw about y
            rot = (torch.tensor([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ torch.tensor([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])).to(device)
            z = torch.full_like(px, 2.)
            to_object = lambda d: torch.stack([px, py, d], -1) @ rot.T
            for _ in range(40):
                z = z - _sdf(shape, to_object(z)).clamp(max=.5) * .9
            p = to_object(z)
            alpha = (_sdf(shape, p).abs() < .02).float()
            e = 2e-3
            n = torch.stack([_sdf(shape, p + e * unit[i]) - _sdf(shape, p - e * unit[i]) for i in range(3)], -1)
            n = F.normalize(n @ rot, dim=-1)      # back to camera space, where the light is
            shade = .42 + .68 * (n @ light).clamp(min=0) + .08 * n[..., 1].clamp(min=0)
            spec = .38 * (n @ half).clamp(min=0) ** 28
            maps = torch.stack([alpha, shade * alpha, spec * alpha] + [p[..., i] * alpha for i in range(3)])
            maps = F.avg_pool2d(maps[None], 2)[0]
            maps[1:] = maps[1:] / maps[:1].clamp(min=.1)      # undo the premultiplication at the rim
            out.append(maps)
    return torch.stack(out)


def primitive_boxes():
    """Extent of each primitive in its patch, and where things stand on it, as fractions of the patch."""
    maps = primitive_maps(48)
    boxes = []
    for k in range(len(maps)):
        a = maps[k, 0].numpy() > .3
        ys, xs = np.where(a.any(1))[0], np.where(a.any(0))[0]
        shape = SHAPE_LIST[k // VARIANTS]
        pitch = PITCH.get(shape, .42) + .05 * (k % VARIANTS % 2)
        seat = .5 - HEIGHT[shape] * math.cos(pitch) / (2 * HALF_VIEW)      # centre of the top face
        foot = .5 + HEIGHT[shape] * math.cos(pitch) / (2 * HALF_VIEW)      # centre of the bottom face
        boxes.append((xs[0] / 48, ys[0] / 48, (xs[-1] + 1) / 48, (ys[-1] + 1) / 48, seat, foot))
    return boxes


# ---------------------------------------------------------------------------------------------------------------------
# What is in a picture
# ---------------------------------------------------------------------------------------------------------------------
LIGHT_LOOK = {   # sky top, sky at the horizon, light on things, sun colour
    "day": ((62, 132, 228), (182, 220, 250), (1, 1, 1), (255, 250, 225)),
    "sunrise": ((122, 158, 220), (255, 196, 140), (1., .9, .8), (255, 236, 170)),
    "sunset": ((84, 50, 122), (255, 122, 62), (.92, .72, .64), (255, 205, 110)),
    "night": ((6, 8, 30), (30, 42, 96), (.42, .46, .68), (244, 242, 222)),
    "overcast": ((146, 155, 166), (206, 211, 216), (.84, .86, .88), (0, 0, 0)),
    "storm": ((36, 40, 52), (98, 104, 118), (.58, .6, .67), (0, 0, 0)),
}
GROUND = {       # two ground colours, horizon range, haze
    "field": ((58, 128, 44), (112, 184, 70), (.48, .66), .35), "sea": ((18, 72, 134), (40, 120, 178), (.42, .62), .3), "desert": ((204, 158, 94), (240, 208, 148), (.48, .66), .3),
    "snow": ((214, 225, 242), (250, 252, 255), (.48, .66), .3), "beach": ((222, 190, 134), (246, 224, 178), (.38, .52), .25), "mountains": ((80, 118, 58), (132, 154, 92), (.55, .7), .35),
    "forest": ((44, 84, 36), (84, 124, 52), (.58, .72), .2), "city": ((96, 100, 104), (132, 134, 138), (.6, .74), .25), "street": ((118, 116, 112), (150, 148, 144), (.5, .64), .2),
    "room": ((146, 98, 60), (188, 140, 92), (.58, .72), 0), "lake": ((70, 112, 56), (110, 150, 80), (.42, .58), .25), "underwater": ((70, 128, 132), (140, 178, 158), (.66, .8), .8),
    "space": ((0, 0, 0), (0, 0, 0), (2, 2), 0), "plain": ((0, 0, 0), (0, 0, 0), (2, 2), 0)}
PLAIN_COLOURS = ((244, 244, 244), (206, 208, 212), (150, 152, 158), (250, 224, 228), (205, 226, 246), (220, 240, 214), (252, 240, 205), (228, 214, 240), (60, 62, 72))
NAMES_LEFT_OUT = ("person wearing turban",)


class SceneSampler:
    """Random scenes with captions. Deterministic for a seed; safe to use in worker processes (no torch, no device)."""

    def __init__(self, assets="assets", seed=0, tokenizer=None, train=True, concepts=None, plan="full"):
        self.rng, self.plan = random.Random(seed), PLANS[plan]
        self.concepts = json.load(open(os.path.join(assets, "concepts.json"), encoding="utf-8"))
        self.writer = Writer(self.concepts)
        self.tokenizer, self.train = tokenizer, train
        self.boxes = primitive_boxes()
        names = [c["names"]["en"] for c in self.concepts]
        self.by_name = {n: i for i, n in enumerate(names)}
        wanted = self.plan["concepts"]
        weights = [0 if concepts is not None and i >= concepts or wanted and c["names"]["en"] not in wanted else 1 if wanted else c["weight"] for i, c in enumerate(self.concepts)]
        self.pool = np.cumsum(weights)
        subgroup = [c["subgroup"] for c in self.concepts]
        faces = ("dog face", "cat face", "fox", "wolf", "raccoon", "lion", "tiger face", "panda", "koala", "bear", "polar bear", "hamster", "mouse face", "pig face", "cow face", "monkey face", "frog", "owl", "penguin", "rabbit face",
                 "horse face", "unicorn", "chicken", "baby chick", "robot", "ghost", "alien", "grinning face", "smiling face", "slightly smiling face", "jack-o-lantern", "snowman", "teddy bear")
        self.wearers = [self.by_name[n] for n in faces if n in self.by_name]
        self.worn = {k: self.by_name[n] for k, n in dict(hat="top hat", cap="billed cap", crown="crown", glasses="glasses", sunglasses="sunglasses", scarf="scarf").items() if n in self.by_name}
        self.tintable = [s.startswith(("animal", "transport", "clothing", "place-building", "food-fruit", "plant-flower", "household", "face", "cat-face")) and not set(n.split()) & set(COLOURS) for s, n in zip(subgroup, names)]
        self.texture = [i for i, s in enumerate(subgroup) if s in ("food-fruit", "food-vegetable", "food-prepared", "food-sweet", "plant-flower", "animal-mammal", "animal-reptile") and weights[i]]
        self.moulds = [self.by_name[n] for n in ("chair", "house", "rabbit", "cat", "dog", "elephant", "teddy bear", "guitar", "automobile", "sailboat", "rocket", "t-shirt", "handbag", "butterfly", "whale", "fish", "castle", "high-heeled shoe",
                                                 "running shoe", "bird", "snail", "turtle", "helicopter", "airplane", "bed", "couch and lamp", "unicorn", "dinosaur", "T-Rex", "sauropod", "crown", "heart", "trophy", "bell") if n in self.by_name and weights[self.by_name[n]]]
        if not self.texture or not self.moulds:      # toy runs with few concepts
            self.texture = self.moulds = [0, 1]

    # --- small helpers
    def concept(self):
        return int(np.searchsorted(self.pool, self.rng.random() * self.pool[-1], side="right"))

    def allowed(self, concept, scene):
        return not (self.train and scene != "plain" and held_out(self.concepts[concept]["names"]["en"], scene))

    def jitter(self, rgb, amount=14):
        return [min(1, max(0, (v + self.rng.uniform(-amount, amount)) / 255)) for v in rgb]

    # --- scenery
    def scenery(self, scene, light, weather, view):
        r, j, u = self.rng, self.jitter, self.rng.uniform
        top, bottom, ambient, sun = LIGHT_LOOK[light]
        ground_a, ground_b, (h0, h1), haze = GROUND[scene]
        p = {c.rstrip("3"): 0. for c in SCENE_COLUMNS}
        p.update(sky_top=j(top), sky_bot=j(bottom), hz=u(h0, h1), haze=haze, ambient=list(ambient), sun=[v / 255 for v in sun], sun_x=u(.1, .9), n0=r.randrange(1 << 16), n1=r.randrange(1 << 16), nx=u(0, 50), ny=u(0, 50),
                 gx=u(0, 50), gy=u(0, 50), flower=[1., 1., 1.], water=[0., 0., 0.], frame=[1., 1., 1.], neb_rgb=[0., 0., 0.], out=[0., 0., 0.], grain=.12, wave_f=u(1.2, 2.2), shore=0., cloud_th=.55)
        p["cloud_rgb"] = {"day": [1, 1, 1], "sunrise": [1, .86, .8], "sunset": [1, .62, .5], "night": [.16, .18, .3], "overcast": [.86, .87, .89], "storm": [.2, .21, .26]}[light]
        hz = p["hz"]
        if light == "day":
            p.update(sun_y=u(.06, .3) * min(hz, 1), sun_r=u(.03, .06) if r.random() < .6 else 0, sun_glow=.25)
            p["cloud"] = u(.5, 1) if r.random() < .6 else 0
        elif light in ("sunrise", "sunset"):
            p.update(sun_y=min(hz, 1) - u(-.01, .1), sun_r=u(.05, .085), sun_glow=u(.5, .8))
            p["cloud"] = u(.4, .9) if r.random() < .5 else 0
        elif light == "night":
            p.update(sun_y=u(.08, .3) * min(hz, 1.2), sun_r=u(.035, .07) if r.random() < .75 else 0, sun_glow=.18, crescent=u(.4, .8) if r.random() < .4 else 0, stars=u(.7, 1))
            p["cloud"] = u(.3, .7) if r.random() < .2 else 0
        elif light == "overcast":
            p.update(cloud_th=.38)
            p["cloud"] = .8
        else:
            p.update(cloud_th=.36, lightning=u(.1, .9) if r.random() < .6 else 0, rain=u(.6, 1))
            p["cloud"] = .95
        dim = [.25 + .75 * a for a in ambient]
        shade = lambda rgb: [c * d for c, d in zip(j(rgb), dim)]
        p.update(ground_a=shade(ground_a), ground_b=shade(ground_b))
        layers = []
        def layer(kind, height, freq, rgb, snow=0., lit=0.):
            """A silhouette behind the ground; far layers take the colour of the air."""
            layers.append([kind, height, freq, r.uniform(0, 100), snow] + shade(rgb) + [lit])
        if scene == "field":
            p.update(flowers=u(.4, 1) if r.random() < .4 else 0, flower=j(r.choice(((250, 220, 60), (235, 90, 110), (250, 250, 250), (190, 110, 220)))))
            if r.random() < .7: layer(4, u(.03, .1), u(.8, 1.6), (88, 142, 92))
            if r.random() < .35: layer(2, u(.03, .07), u(14, 24), (44, 98, 52))
        elif scene in ("sea", "beach", "lake"):
            p.update(water=shade({"sea": (20, 84, 150), "beach": (36, 130, 180), "lake": (46, 110, 140)}[scene]), reflect={"sea": .28, "beach": .22, "lake": .72}[scene],
                     shore={"sea": 2., "beach": u(.22, .42), "lake": u(.62, .82)}[scene])
            if scene == "lake":
                layer(1, u(.18, .32), u(1.2, 2.2), (120, 132, 160), snow=float(r.random() < .6)); layer(2, u(.04, .08), u(14, 24), (40, 86, 58))
            elif r.random() < .2:
                layer(4, u(.02, .06), u(.8, 1.5), (96, 124, 130))
        elif scene == "desert":
            layer(4, u(.04, .12), u(.7, 1.6), (222, 178, 116))
            if r.random() < .5: layer(4, u(.02, .07), u(1.2, 2.4), (208, 162, 102))
        elif scene == "snow":
            if r.random() < .6: layer(4, u(.04, .1), u(.8, 1.6), (226, 234, 248))
            if r.random() < .4: layer(2, u(.06, .12), u(10, 18), (60, 96, 84), snow=.6)
        elif scene == "mountains":
            layer(1, u(.3, .45), u(1., 1.8), (136, 146, 172), snow=float(r.random() < .7)); layer(1, u(.16, .28), u(1.6, 2.8), (100, 116, 124)); layer(4, u(.04, .1), u(1, 2), (84, 122, 70))
        elif scene == "forest":
            layer(2, u(.34, .48), u(9, 13), (82, 122, 92)); layer(2, u(.26, .38), u(7, 10), (52, 94, 60)); layer(2, u(.16, .28), u(5, 8), (34, 70, 42))
        elif scene in ("city", "street"):
            lit = 1. if light in ("night",) else .45 if light in ("sunset", "storm") else .12
            k = 1. if scene == "city" else .8
            layer(3, u(.34, .48) * k, u(9, 13), (150, 160, 178), lit=lit); layer(3, u(.2, .36) * k, u(6, 9), (104, 112, 130), lit=lit)
            if scene == "street": p.update(road=u(.16, .24))
        elif scene == "room":
            wall = r.choice(((236, 226, 206), (206, 222, 232), (222, 232, 212), (240, 214, 208), (216, 210, 230), (246, 240, 226)))
            p.update(indoor=1., win_x=r.choice((u(.12, .3), u(.6, .8))), win_y=u(.1, .2), win_w=u(.16, .24), win_h=u(.2, .3), frame=[.96, .95, .93], sun_r=0, sun_glow=0)
            # The sky columns hold the wall; what is outside shows through the window.
            p.update(out=p["sky_bot"], sky_top=shade(wall), cloud=0., stars=0., lightning=0., rain=0.)
            p["sky_bot"] = [v * .94 for v in p["sky_top"]]
        elif scene == "underwater":
            k = {"day": 1., "night": .35, "storm": .5, "sunset": .7}.get(light, .85)
            p.update(sky_top=[c * k for c in j((70, 170, 205))], sky_bot=[c * k for c in j((16, 84, 140))], ambient=[.6 * k + .15, .85 * k + .1, .95 * k + .05], under=1., sun_r=0, sun_glow=0, stars=0, lightning=0, rain=0)
            p["cloud"] = 0
        elif scene == "space":
            hue = r.choice(((30, 14, 60), (10, 20, 60), (50, 12, 40), (8, 40, 50)))
            p.update(sky_top=j((6, 6, 18), 4), sky_bot=j(hue, 8), stars=1., nebula=u(.3, 1), ambient=[.95, .95, 1.], sun_glow=0, sun_r=0, lightning=0, rain=0)
            p["cloud"] = 0
            p["neb_rgb"] = j(r.choice(((160, 60, 180), (60, 110, 220), (220, 90, 110), (60, 180, 170))))
        elif scene == "plain":
            c = j(r.choice(PLAIN_COLOURS), 6)
            p.update(sky_top=c, sky_bot=[v * .93 for v in c], ambient=[1, 1, 1], sun_r=0, sun_glow=0, hz=2., stars=0, lightning=0, rain=0)
            p["cloud"] = 0
        if view == "above" and scene not in ("plain", "space", "underwater", "room"):
            p.update(hz=-.35, top=1., sun_r=0, rainbow=0, haze=0, lightning=0)
            layers = []
        if weather == "rain":
            p["rain"] = u(.6, 1)
        elif weather == "snowfall":
            p["snowfall"] = u(.6, 1)
        elif weather == "fog":
            p["fog"] = u(.45, .75)
        elif weather == "rainbow":
            p.update(rainbow=u(.5, .8), rb_x=u(.2, .8), rb_r=u(.4, .6))
        p["cloud_th"] += u(-.04, .04)
        return p, [[0.] * len(LAYER_COLUMNS)] * (3 - len(layers)) + layers

    # --- objects
    def drawing(self, o, style):
        """Which picture an object is drawn with, and its box (left, top, right, bottom, seat, foot) in the patch."""
        if o["type"] == "shape":
            k = SHAPE_LIST.index(o["shape"]) * VARIANTS + o["variant"]
            return PRIMITIVE, k, self.boxes[k]
        c = self.concepts[o["concept"]]
        if style == "flat" and "flat" in c:
            kind, index, box = ALT, c["flat"]["row"], c["flat"]["box"]
        elif o.get("noto") and "noto" in c:
            kind, index, box = ALT, c["noto"]["row"], c["noto"]["box"]
        else:
            kind, index, box = SPRITE, o["concept"], c["box"]
        return kind, index, tuple(box) + (box[1] + .1 * (box[3] - box[1]), box[3])

    def place(self, o, style, x, y, size, shadow=.5, reflect=0., angle=None):
        """One row for the renderer. (x, y) is where the object stands; size is its longer side."""
        kind, index, box = self.drawing(o, style)
        l, t, rgt, b, seat, foot = box
        mirror = -1. if o.get("mirror") else 1.
        patch = size / max(rgt - l, b - t)
        px, py = x - ((l + rgt) / 2 - .5) * patch * mirror, y - (b - .5) * patch
        a = o.get("angle", 0.) if angle is None else angle
        if o.get("upside_down"):
            a, py = a + math.pi, y - (.5 - t) * patch
        row = dict(kind=kind, index=index, x=px, y=py, size=patch, angle=a, mirror=mirror, pattern=-1, hybrid=-1, shadow=shadow, reflect=reflect,
                   shadow_x=x + .02, shadow_y=y - (.01 + .35 * (b - foot) * patch), shadow_rx=.5 * (rgt - l) * patch, shadow_ry=max(.05 * size, .6 * (b - foot) * patch))
        if o.get("colour"):
            c = self.jitter(COLOURS[o["colour"]][0], 10)
            row.update(tint_r=c[0], tint_g=c[1], tint_b=c[2], tint=1. if o["type"] == "shape" else .85)
        if o.get("pattern"):
            second = self.jitter((245, 245, 245) if o["colour"] != "white" else (60, 60, 70), 8)
            row.update(pattern=PATTERN_LIST.index(o["pattern"]), pat_r=second[0], pat_g=second[1], pat_b=second[2])
        if o.get("hybrid") is not None:
            row["hybrid"] = o["hybrid"]
        o["_geometry"] = (px, py, patch, box, mirror)
        return [float(row.get(c, 0.)) for c in OBJECT_COLUMNS]

    def overlay(self, o):
        """A worn thing, placed by the wearer's box: hats on top, glasses at eye height, a scarf near the foot."""
        px, py, patch, (l, t, rgt, b, _, _), mirror = o["_geometry"]
        worn = {"type": "emoji", "concept": self.worn[o["worn"]], "colour": o.get("worn_colour")}
        left, top, width, height = px + (l - .5) * patch, py + (t - .5) * patch, (rgt - l) * patch, (b - t) * patch
        x = left + width / 2
        wbox = self.concepts[worn["concept"]]["box"]
        aspect = (wbox[3] - wbox[1]) / (wbox[2] - wbox[0])
        if o["worn"] in ("hat", "crown", "cap"):
            w = width * (.62 if o["worn"] != "cap" else .72)
            y = top + height * .16
        elif o["worn"] == "scarf":
            w, y = width * .6, top + height * 1.17
        else:
            w = width * .66
            y = top + height * .44 + w * aspect / 2
        return self.place(worn, "", x, y, w * max(1, aspect), shadow=0.)

    def new_object(self, kind, style, scene):
        r = self.rng
        if kind == "shape":
            for _ in range(20):
                shape, colour = r.choice(SHAPE_LIST), r.choice(COLOUR_LIST)
                if not (self.train and held_out(colour, shape)):
                    break
            o = {"type": "shape", "shape": shape, "colour": colour, "variant": r.randrange(VARIANTS)}
            if r.random() < self.plan["pattern"]:
                o["pattern"] = r.choice(PATTERN_LIST)
            return o
        for _ in range(20):
            c = self.concept()
            if self.allowed(c, scene):
                break
        o = {"type": "emoji", "concept": c, "mirror": r.random() < .5, "angle": r.gauss(0, .05) if r.random() < .5 else 0., "noto": r.random() < self.plan["other_drawing"] and style != "render"}
        if self.tintable[c] and r.random() < self.plan["tint"]:
            o["colour"] = r.choice([c for c in COLOUR_LIST if c not in ("black", "white")])
        return o

    def sample(self, lang=None, full=False):
        """One scene: description, caption, arrays for the renderer, attributes."""
        r, u, plan = self.rng, self.rng.uniform, self.plan
        mode = r.choices(("single", "pair", "shapes", "landscape", "count", "wear", "hybrid", "three"), plan["modes"])[0]
        scene = r.choices(list(plan["scenes"]), list(plan["scenes"].values()))[0]
        if mode == "shapes" and r.random() < plan["solids_plain"] or mode == "hybrid" and r.random() < .6:
            scene = "plain"
        if mode == "landscape" and scene == "plain":
            scene = "mountains"
        style = "" if r.random() >= plan["styles"] else r.choice([s for s in STYLE_LIST[1:] if s not in ("flat", "render")]) if r.random() < .55 else r.choice(("flat", "render"))
        light = r.choices(LIGHT_LIST, plan["lights"])[0]
        weather = ""
        outdoors = scene not in ("plain", "space", "room", "underwater")
        if outdoors and r.random() < plan["weather"]:
            weather = r.choice(("fog", "snowfall" if scene in ("snow", "mountains", "forest", "city", "street", "lake") else "fog", "rain" if scene not in ("snow", "desert") else "fog", "rainbow"))
            if weather == "rainbow" and light in ("night", "storm", "overcast"):
                light = "day"
        view = ""
        if mode in ("single", "landscape", "hybrid") and r.random() < plan["views"]:
            view = r.choice(("close", "wide", "above") if mode == "single" else ("wide",) if mode == "landscape" else ("close",))
            if view == "above" and (not outdoors or scene in ("city", "street", "mountains", "forest")):
                view = "wide" if outdoors else "close"
            if view == "above" and weather in ("rainbow", "fog"):
                weather = ""
        p, layers = self.scenery(scene, light, weather, view)
        d = {"objects": [], "scene": scene, "light": light if scene not in ("plain", "space") and not (scene == "room" and light == "storm") else "", "weather": weather, "style": style, "view": view, "count": 1}
        hz = p["hz"]
        flat_ground = hz > 1 or hz < 0
        lo = .62 if flat_ground else min(.9, hz + .1)       # highest place for feet on the ground
        standing = lambda a=None, b=.97: u(max(lo, a or lo), b)
        in_water = 1. if scene in ("sea", "lake") and not p["top"] else 0.
        shadow = 0. if scene in ("space", "underwater") else .25 if in_water else .5 * (.5 + .5 * p["ambient"][0])
        wet = .5 * in_water
        rows = []
        put = lambda o, x, y, s, **kw: rows.append(self.place(o, style, x, y, s, **dict(dict(shadow=shadow, reflect=wet), **kw)))

        if mode in ("single", "wear", "hybrid"):
            o = self.new_object("emoji", style, scene)
            if mode == "wear":
                o.update(concept=r.choice([c for c in self.wearers if self.allowed(c, scene)] or self.wearers), colour=None, angle=0., noto=False, worn=r.choice(list(self.worn)))
                if r.random() < .75:
                    o["worn_colour"] = r.choice(COLOUR_LIST)
            if mode == "hybrid":
                o.update(concept=r.choice([c for c in self.moulds if self.allowed(c, scene)] or self.moulds), colour=None, noto=False, hybrid=r.choice(self.texture))
                if o["hybrid"] == o["concept"]:
                    o["hybrid"] = self.texture[0]
            size = u(.34, .62)
            if view == "close":
                size = u(.75, 1.05)
            elif view == "wide":
                size = u(.14, .22)
            elif r.random() < .22 and mode == "single":
                o["size"], size = ("small", u(.18, .28)) if r.random() < .5 else ("large", u(.64, .85))
            if mode == "single" and r.random() < .02:
                o["upside_down"] = True
            x = u(.5 - .4 * (1 - size), .5 + .4 * (1 - size)) if size < .95 else u(.45, .55)
            y = u(.5 + size * .45, min(.98, .55 + size * .5)) if scene in ("space", "underwater") or p["top"] else standing(min(.95, .42 + size * .5))
            if view == "close":      # in the middle, whatever its shape
                _, _, box = self.drawing(o, style)
                y = .5 + .5 * size * (box[3] - box[1]) / max(box[2] - box[0], box[3] - box[1]) + u(-.04, .08)
            put(o, x, y, size)
            if o.get("worn"):
                rows.append(self.overlay(o))
            d["objects"] = [o]
        elif mode == "count":
            n = r.choice((2, 3, 4))
            o = self.new_object("shape" if r.random() < .3 else "emoji", style, scene)
            size = {2: u(.32, .42), 3: u(.24, .31), 4: u(.19, .235)}[n]
            y = standing(.6, .9)
            for i in range(n):
                oi = dict(o, mirror=o.get("mirror") if r.random() < .7 else not o.get("mirror"))
                put(oi, (i + .5) / n + u(-.02, .02), y + u(-.035, .035), size * u(.92, 1.05))
            d.update(objects=[o], count=n)
        elif mode == "landscape":
            pass
        else:      # relations
            kinds = ("shape", "shape", "shape") if mode == "shapes" else ("emoji",) * 3 if r.random() < .85 else ("emoji", "shape", "shape")
            if mode == "shapes" and r.random() < plan["solids_alone"]:
                o = self.new_object("shape", style, scene)
                size = u(.34, .6)
                if r.random() < .4:
                    o["size"], size = ("small", u(.2, .28)) if r.random() < .5 else ("large", u(.6, .78))
                put(o, u(.32, .68), standing(min(.95, .48 + size * .5), .96), size)
                d["objects"] = [o]
            else:
                relation = "between" if mode == "three" else r.choices(("left", "beside", "front", "on", "above"), plan["relations"])[0]
                a, b = self.new_object(kinds[0], style, scene), self.new_object(kinds[1], style, scene)
                if relation == "on" and b["type"] == "shape":
                    for _ in range(20):      # things stand on flat tops
                        if b["shape"] in ("cube", "cylinder"):
                            break
                        b = self.new_object("shape", style, scene)
                d.update(objects=[a, b], relation=relation)
                for o in (a, b):
                    o.pop("pattern", None) if mode == "pair" else None
                if relation in ("left", "beside"):
                    s = u(.3, .42)
                    y = standing(.6, .93)
                    order = (a, b) if relation == "left" or r.random() < .5 else (b, a)
                    sizes = [s * u(.9, 1.08), s * u(.9, 1.08)]
                    if r.random() < .2:
                        k = r.randrange(2)
                        order[k]["size"], order[1 - k]["size"] = "large", "small"
                        sizes[k], sizes[1 - k] = u(.4, .46), u(.19, .25)
                    gap = u(.24, .28)
                    for o, x, z in zip(order, (.5 - gap, .5 + gap), sizes):
                        put(o, x + u(-.03, .03), y + u(-.03, .03), z)
                elif relation == "front":
                    s, x, side = u(.38, .5), u(.4, .6), r.choice((-1, 1))
                    yb = standing(.6, .78)
                    put(b, x + side * u(.13, .2), yb, s)
                    put(a, x - side * u(.1, .16), min(.985, yb + u(.1, .18)), s * u(.72, .92))
                elif relation == "on":
                    sb, sa = u(.34, .46), u(.26, .38)
                    if r.random() < .5:
                        big = r.random() < .5
                        sb, sa = (u(.42, .5), u(.18, .26)) if big else (u(.2, .27), u(.36, .46))
                        b["size"], a["size"] = ("large", "small") if big else ("small", "large")
                    x, yb = u(.38, .62), standing(.84, .96)
                    put(b, x, yb, sb)
                    _, py, patch, box, _ = b["_geometry"]
                    _, _, boxa = self.drawing(a, style)
                    foot = (boxa[3] - boxa[5]) * sa / max(boxa[2] - boxa[0], boxa[3] - boxa[1])
                    put(a, x + u(-.015, .015), py + (box[4] - .5) * patch + foot * .85 + .008, sa, shadow=.3 if b["type"] == "shape" else 0., reflect=0.)
                elif relation == "above":
                    s, x = u(.26, .36), u(.38, .62)
                    yb = standing(.84, .95)
                    put(b, x, yb, s)
                    _, py, patch, box, _ = b["_geometry"]
                    put(a, x + u(-.04, .04), max(.3, py + (box[1] - .5) * patch - u(.05, .11)), s * u(.75, .95), shadow=0., reflect=0.)
                else:
                    c = self.new_object(kinds[2], style, scene)
                    d["objects"].append(c)
                    s, y = u(.24, .3), standing(.6, .9)
                    order = (b, a, c) if r.random() < .5 else (c, a, b)
                    for o, x in zip(order, (.18, .5, .82)):
                        put(o, x + u(-.02, .02), y + u(-.03, .03), s * u(.92, 1.06))
        # Something stands outside the picture now and then, so that continuations are not always empty.
        if not flat_ground and len(rows) < SLOTS and r.random() < .3:
            extra = self.new_object("emoji", style, scene)
            rows.append(self.place(extra, style, r.choice((-.3, 1.3)), standing(.6, .95), u(.24, .32), shadow=shadow, reflect=wet))
        lang = lang or r.choices(LANGUAGES, plan["languages"])[0]
        return d, lang, self.caption(d, lang, full), self.pack(p, layers, rows, d)

    def caption(self, d, lang="en", full=False):
        """One caption; in a share of the plan the plain one that a person would type first."""
        r = self.rng
        if full or r.random() >= self.plan["plain_words"]:
            return self.writer.write(r, d, lang, full)
        return self.writer.write(FirstWord(), dict(d, light="") if d["light"] == "day" and r.random() < .7 else d, lang)

    def wrong(self, d, lang):
        """A false caption in nearly the same words: the two things change places, or stand in another relation. Of a picture without a pair, an empty one."""
        if len(d["objects"]) != 2 or d.get("relation") not in ("left", "on", "front", "above"):
            return ""
        said = [[o.get(k) for k in ("type", "shape", "concept", "colour", "size")] for o in d["objects"]]
        if said[0] != said[1] and self.rng.random() < .6:      # a red cube left of a red cube stays true
            return self.caption(dict(d, objects=d["objects"][::-1]), lang)
        return self.caption(dict(d, relation="left" if d["relation"] != "left" else "on"), lang)

    def pack(self, p, layers, rows, d):
        """Fixed-size arrays for the renderer, and the truth for the evaluator."""
        vector = np.zeros(SCENE_WIDTH, np.float32)
        for name, (start, width) in COL.items():
            vector[start:start + width] = p[name]
        objects = np.zeros((SLOTS, len(OBJECT_COLUMNS)), np.float32)
        objects[:, OC["hybrid"]] = objects[:, OC["pattern"]] = -1
        for k, row in enumerate(rows[:SLOTS]):
            objects[k] = row
        def index(values, v):
            return values.index(v) if v in values else -1
        obj = d["objects"] + [{}, {}]
        attributes = [SCENE_LIST.index(d["scene"]), index(LIGHT_LIST, d["light"]), index(WEATHER_LIST, d["weather"]), index(STYLE_LIST, d["style"]), index(VIEW_LIST, d["view"]), index(RELATION_LIST, d.get("relation")),
                      d["count"] if d["objects"] else 0, obj[0].get("concept", -1), obj[1].get("concept", -1), index(SHAPE_LIST, obj[0].get("shape")), index(SHAPE_LIST, obj[1].get("shape")),
                      index(COLOUR_LIST, obj[0].get("colour")), index(COLOUR_LIST, obj[1].get("colour")), int(1000 * p["hz"])]
        return dict(scene=vector, layers=np.array(layers, np.float32), objects=objects, style=np.int64(STYLE_LIST.index(d["style"])), attributes=np.array(attributes, np.int64))

    def batch(self, n, lang=None, full=False, wordings=0):
        """n scenes: dict of stacked numpy arrays, with captions (list of str) and, with a tokenizer, input_ids."""
        items = [self.sample(lang, full) for _ in range(n)]
        out = {k: np.stack([i[3][k] for i in items]) for k in items[0][3]}
        out["captions"], out["descriptions"] = [i[2] for i in items], [i[0] for i in items]
        if self.tokenizer is not None:
            out["input_ids"] = np.array([self.tokenizer.encode(c) for c in out["captions"]], np.int64)
            if wordings:      # other captions of the same pictures cost next to nothing
                out["wordings"] = np.array([[self.tokenizer.encode(self.caption(i[0], i[1])) for _ in range(wordings)] for i in items], np.int64)
                out["wrong"] = np.array([self.tokenizer.encode(self.wrong(i[0], i[1])) for i in items], np.int64)
        return out


def to_device(batch, device):
    """The arrays of a batch as tensors on a device. Small host copies let the renderer branch without waiting for the GPU."""
    out = {}
    for k, v in batch.items():
        if k in ("scene", "layers", "objects", "style"):
            out[k + "_host"] = v.numpy() if torch.is_tensor(v) else v
        if isinstance(v, np.ndarray):
            v = torch.from_numpy(v)
        if torch.is_tensor(v):
            out[k] = v.to(device, non_blocking=True)
    return out


class SceneStream(torch.utils.data.IterableDataset):
    """Endless batches of scenes for a DataLoader; every worker has its own seed."""

    def __init__(self, batch, assets="assets", seed=0, tokenizer=None, concepts=None, plan="full", wordings=0):
        self.batch, self.arguments, self.seed, self.wordings = batch, dict(assets=assets, tokenizer=tokenizer, concepts=concepts, plan=plan), seed, wordings

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        sampler = SceneSampler(seed=self.seed * 1009 + (worker.id if worker else 0), **self.arguments)
        while True:
            batch = sampler.batch(self.batch, wordings=self.wordings)
            batch.pop("descriptions")
            captions = batch.pop("captions")
            yield {**{k: torch.from_numpy(v) for k, v in batch.items()}, "captions": captions}


def scene_loader(batch, workers, **kw):
    return iter(torch.utils.data.DataLoader(SceneStream(batch, **kw), batch_size=None, num_workers=workers, prefetch_factor=4 if workers else 2, persistent_workers=False)
                if workers else SceneStream(batch, **kw))


def contact_sheet(images, columns, path, captions=None, width=256):
    """Saves [n, 3, h, w] in [0, 1] as a grid, captions under the pictures."""
    from PIL import Image, ImageDraw
    images = (images.float().clamp(0, 1) * 255 + .5).byte().permute(0, 2, 3, 1).cpu().numpy()
    n, h, w = images.shape[:3]
    strip = 26 if captions else 0
    sheet = Image.new("RGB", (columns * w, -(-n // columns) * (h + strip)), "white")
    draw = ImageDraw.Draw(sheet)
    for i in range(n):
        x, y = i % columns * w, i // columns * (h + strip)
        sheet.paste(Image.fromarray(images[i]), (x, y))
        if captions:
            text = captions[i].encode("latin-1", "replace").decode("latin-1")
            per = w // 6
            draw.text((x + 2, y + h), text[:per] + "\n" + text[per:2 * per], fill="black")
    sheet.save(path, **({"quality": 90} if path.endswith(".jpg") else {}))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--assets", default="assets")
    ap.add_argument("--sheet")
    ap.add_argument("--count", type=int, default=48)
    ap.add_argument("--columns", type=int, default=8)
    ap.add_argument("--size", type=int, default=192)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--lang")
    ap.add_argument("--plan", choices=list(PLANS), default="full")
    ap.add_argument("--wide", action="store_true", help="draw [-0.5, 1.5]: the picture with its continuation")
    ap.add_argument("--bench", action="store_true")
    ap.add_argument("--batch", type=int, default=256)
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = ap.parse_args()
    from render import Renderer
    sampler = SceneSampler(args.assets, args.seed, plan=args.plan)
    t = time.time()
    batch = sampler.batch(args.batch if args.bench else args.count)
    print(f"sampler: {len(batch['captions']) / (time.time() - t):.0f} scenes/s in one process")
    renderer = Renderer(args.assets, args.device, args.size // 2 if not args.sheet else 128)
    if args.bench:
        sync = torch.cuda.synchronize if args.device.startswith("cuda") else (lambda: None)
        device_batch = to_device(batch, args.device)
        renderer.render(device_batch, args.size); sync()
        t, k = time.time(), 0
        while time.time() - t < 5:
            renderer.render(device_batch, args.size); k += 1; sync()
        print(f"renderer: {k * args.batch / (time.time() - t):.0f} pictures/s at {args.size} px")
    if args.sheet:
        images = torch.cat([renderer.render(to_device({k: v[i:i + 16] for k, v in batch.items()}, args.device), args.size, (-.5, 1.5) if args.wide else (0., 1.)).cpu() for i in range(0, args.count, 16)])
        contact_sheet(images, args.columns, args.sheet, batch["captions"])
        for i, c in enumerate(batch["captions"]):
            print(i, c)


if __name__ == "__main__":
    main()
