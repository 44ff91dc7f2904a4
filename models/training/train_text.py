#!/usr/bin/env python3
"""Who stands where: teaches the decoder's text encoder before the decoder is asked to use it. Minutes, as no picture is drawn.

Through pictures alone the order of two things never came: after 500,000 samples a caption whose things had changed places was as good as
the true one, and 44,000 more with early times and false captions (train_decoder.py) did not move it. Nothing is gained by telling the words
apart until the decoder looks for it, and nothing by looking until they can be told apart. So the first half is taught directly: for each
place of a relation (left, right, on top, below, in front, behind) one query attends to the words once, as the decoder's own attention does,
and has to name the thing and the colour there. The readout is thrown away. What the decoder already understands is kept by staying near
the hidden states of the encoder that the run began with (a distillation; Hinton et al. 2015). After it the decoder learned the order in five
minutes.
"""
import copy, math, os, time
import torch
import torch.nn as nn
import torch.nn.functional as F
import models
from common import PLANS, SceneSampler, arguments, autocast, earlier, grow, tokenizer, write_parts
from world import COLOUR_LIST, SHAPE_LIST


class Readout(nn.Module):
    """Words [B, n, T] -> for each of six places the logits of its thing [B, 6, things] and of its colour [B, 6, colours + none]."""
    PLACES = {"left": (0, 1), "on": (2, 3), "above": (2, 3), "front": (4, 5)}

    def __init__(self, things, heads=2):
        super().__init__()
        self.heads, self.query = heads, nn.Parameter(torch.randn(6, models.TEXT) * .1)
        self.key, self.value = nn.Linear(models.TEXT, models.TEXT), nn.Linear(models.TEXT, models.TEXT)
        self.thing, self.colour = nn.Linear(models.TEXT, things), nn.Linear(models.TEXT, len(COLOUR_LIST) + 1)

    def forward(self, words):
        q, k, v = (models.split_heads(x, self.heads) for x in (self.query.expand(len(words), -1, -1), self.key(words), self.value(words)))
        absent = (words.abs().sum(-1) == 0).float()
        found = models.merge_heads(models.attention(q, k, v, absent[:, None, None] * -1e4))
        return self.thing(found), self.colour(found)


class Captions:
    """Captions of pairs, and what is true of them: two places, the things there, their colours."""

    def __init__(self, args, vocabulary):
        plan = dict(PLANS[args.plan], modes=(0, 35, 65, 0, 0, 0, 0, 0), solids_alone=0.)      # pairs alone
        sampler = SceneSampler(args.assets, args.seed * 131 + 7000 + args.scene_seed, vocabulary, plan=args.plan, concepts=args.concepts or None)
        sampler.plan = plan
        self.things, self.end, ids, truth = len(SHAPE_LIST) + len(sampler.concepts), len(vocabulary) - 1, [], []
        thing = lambda o: SHAPE_LIST.index(o["shape"]) if o["type"] == "shape" else len(SHAPE_LIST) + o["concept"]
        colour = lambda o: COLOUR_LIST.index(o["colour"]) if o.get("colour") else len(COLOUR_LIST)
        while len(ids) < args.scenes * args.wordings:
            d, lang, _, _ = sampler.sample()
            if d.get("relation") in Readout.PLACES and len(d["objects"]) == 2:
                ids += [vocabulary.encode(sampler.caption(d, lang)) for _ in range(args.wordings)]
                truth += [[*Readout.PLACES[d["relation"]], *map(thing, d["objects"]), *map(colour, d["objects"])]] * args.wordings
        self.ids, self.truth = torch.tensor(ids, device=args.device), torch.tensor(truth, device=args.device)
        self.seen = len(ids) - max(args.wordings, len(ids) // 16 // args.wordings * args.wordings)      # the last scenes are for looking only

    def rows(self, n, held=False):
        pick = torch.randint(self.seen if held else 0, len(self.ids) if held else self.seen, (n,), device=self.ids.device)
        ids = self.ids[pick]
        return ids[:, :int((ids == self.end).int().argmax(1).max()) + 1], self.truth[pick]


def answers(readout, words, truth):
    """Four pairs of (logits, right answer): the things at both places, then the colours."""
    thing, colour = readout(words)
    at = torch.arange(len(words), device=words.device)
    return [(thing[at, truth[:, k]], truth[:, 2 + k]) for k in (0, 1)] + [(colour[at, truth[:, k]], truth[:, 4 + k]) for k in (0, 1)]


def extra(ap):
    ap.add_argument("--keep", type=float, default=.3, help="weight of staying near the encoder that this run began with; 0 where there is none")
    ap.add_argument("--scene-seed", type=int, default=0)
    ap.add_argument("--scenes", type=int, default=16000, help="pairs that are described")
    ap.add_argument("--wordings", type=int, default=4, help="captions of each")


def main():
    args = arguments("text", minutes=4, batch=128, lr=7e-4, extra=extra)
    if args.toy:
        args.scenes = 16
    tok = tokenizer(args)
    captions, path = Captions(args, tok), os.path.join(args.work, "decoder.resume.pt")
    checkpoint = torch.load(path, map_location="cpu") if os.path.exists(path) and not args.fresh else None
    found = (checkpoint["ema"]["text"], checkpoint["meta"]) if checkpoint else None if args.fresh else earlier("text", args)
    text = models.build("text", args.size, len(tok))
    if found:
        grow([found[0]], found[1], args, "text")
        text.load_state_dict(found[0])
    text, readout = text.to(args.device), Readout(captions.things).to(args.device)
    teacher = copy.deepcopy(text).eval().requires_grad_(False) if found and args.keep else None
    # Positions begin far weaker than words; the order is in nothing else, so they may grow faster.
    rates = ((p for n, p in text.named_parameters() if n != "position"), 1), ((text.position,), 4), (readout.parameters(), 1)
    optimizer = torch.optim.AdamW([dict(params=list(p), rate=rate) for p, rate in rates], weight_decay=0., betas=(.9, .98))
    start, it, done = time.time(), 0, 0.
    while done < 1:
        for g in optimizer.param_groups:
            g["lr"] = args.lr * g["rate"] * min(1., (it + 1) / 200) * (.5 + .5 * math.cos(math.pi * done))
        ids, truth = captions.rows(args.batch)
        with autocast(args):
            words = text(ids)
            loss = sum(F.cross_entropy(a.float(), b) for a, b in answers(readout, words, truth)) / 4
            with torch.no_grad():
                before = words if teacher is None else teacher(ids)
        moved = ((words - before) ** 2).mean() / (before ** 2).mean()
        optimizer.zero_grad(set_to_none=True)
        (loss + args.keep * moved).backward()
        torch.nn.utils.clip_grad_norm_(text.parameters(), 1.)
        optimizer.step()
        it += 1
        done = it / args.steps if args.steps else (time.time() - start) / 60 / max(args.minutes, 1e-9)
        if it % 200 == 0 or done >= 1:
            ids, truth = captions.rows(512, held=True)
            with torch.no_grad(), autocast(args):
                right = [(a.argmax(-1) == b).float().mean().item() for a, b in answers(readout, text(ids), truth)]
            print("text it %d loss %.3f moved %.3f; new captions: things %.2f %.2f colours %.2f %.2f" % (it, loss.item(), moved.item(), *right), flush=True)
            if not math.isfinite(loss.item()):
                raise SystemExit("the loss is not a number; nothing was written")
    state = {k: v.cpu() for k, v in text.state_dict().items()}
    if checkpoint:      # the decoder goes on from its own checkpoint, with the new encoder, which knows the words of this plan
        checkpoint["meta"]["plan"] = args.plan
        checkpoint["live"]["text"], checkpoint["ema"]["text"] = state, {k: v.clone().float() for k, v in state.items()}
        torch.save(checkpoint, path + ".tmp")
        os.replace(path + ".tmp", path)
    for folder in {args.work, args.out}:
        write_parts(folder, "text", state, dict(size=args.size, plan=args.plan, vocab=len(tok)))


if __name__ == "__main__":
    main()
