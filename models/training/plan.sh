#!/usr/bin/env bash
# Trains canvas-mini: on shared CPU cores in about two hours, or on one GPU in commands of under ten minutes each.
#
#   ./plan.sh check          3 min     everything once at tiny size, then pictures per second: run this first on a new machine
#   ./plan.sh cpu            ~2 h      how the committed weights began; any stage may be stopped and goes on from its checkpoint
#   ./plan.sh grown          ~2 h      on from there: sixty things, five languages, order in pairs and stacks
#   ./plan.sh evaluate       ~6 min    the metrics table and contact sheets, into work/
#   ./plan.sh export         1 min     int8 parts into weights/, the model folder into ../canvas-mini
#   ./plan.sh gpu1 .. gpu4   <10 min   the same recipe at the "gpu" sizes and on the whole world ("full" plan). Nobody has run it yet:
#                                      the boxes are set for one large GPU, and what they reach is unknown
#
# WORK holds checkpoints, logs and sheets (default work/, not committed). On a fresh machine every stage starts from weights/.
set -euo pipefail
cd "$(dirname "$0")"
WORK=${WORK:-work}
PY=${PYTHON:-/usr/bin/python3}
export PYTHONUNBUFFERED=1 OMP_WAIT_POLICY=passive
mkdir -p "$WORK"
common="--work $WORK --out $WORK --init ${INIT:-weights} ${EXTRA:-}"
stage() { echo "== $* ($(date +%T))"; "$PY" "$@"; }
# The reference BLAS is twenty times slower and glibc's allocator gives memory back too eagerly; see README.
[ -e /usr/lib/x86_64-linux-gnu/libjemalloc.so.2 ] && export LD_PRELOAD=libjemalloc.so.2

case "${1:-}" in
check)
  for s in train_text train_decoder train_clip train_prior train_upscaler evaluate; do stage $s.py --toy --work "$WORK/toy" --out "$WORK/toy" --init "$WORK/toy" --fresh | tail -n 4; done
  stage world.py --bench --batch 64 --size 64
  ;;
cpu)
  # The words first, then the decoder on words alone, then a CLIP, then the decoder with picture embeddings too, then what hangs on it.
  stage train_text.py     $common --minutes "${TEXT:-5}"
  stage train_decoder.py  $common --minutes "${A:-45}" --progress 0 .4 --mask-kinds .8 .1 .1 --scene-seed 1
  stage train_clip.py     $common --minutes "${CLIP:-5}"
  stage train_decoder.py  $common --minutes "${B:-25}" --progress .4 .7 --images --scene-seed 2
  stage train_upscaler.py $common --minutes "${X4:-4}"
  stage train_decoder.py  $common --minutes "${C:-25}" --progress .7 1 --images --scene-seed 3
  stage train_prior.py    $common --minutes "${PRIOR:-3}"
  ;;
grown)
  # The CLIP first: it learns the new words, and which of two things is where; then the words, then the decoder, which now looks for the order.
  grown="$common --plan grown"
  stage train_clip.py     $grown --minutes "${CLIP:-11}" --progress .4 1 --scene-seed 301
  stage train_text.py     $grown --minutes "${TEXT:-4}"
  stage train_decoder.py  $grown --minutes "${A:-40}" --progress .3 .6 --mask-kinds .6 .1 .3 --images --image-share .4 --pairs .25 --scene-seed 502
  stage train_decoder.py  $grown --minutes "${B:-45}" --progress .6 1 --mask-kinds .6 .1 .3 --images --pairs .1 --early .3 --scene-seed 505
  stage train_prior.py    $grown --minutes "${PRIOR:-5}" --progress .4 1 --scene-seed 506
  ;;
evaluate)
  stage evaluate.py $common --plan "${PLAN:-grown}" --minutes "${JUDGE:-4}" --use-prior
  ;;
export)
  stage common.py "$WORK" weights assets
  stage export_onnx.py --weights weights --use-prior --out ../canvas-mini --reference "$WORK/reference"
  if command -v node >/dev/null && node -e 'require("onnxruntime-node")' 2>/dev/null; then node check_export.cjs ../canvas-mini "$WORK/reference"; else echo "onnxruntime-node is not installed: parity not checked"; fi
  ;;
gpu1|gpu2|gpu3|gpu4)
  gpu="--size gpu --plan full --batch 512 --draw-batch 256 --pool 200000 --pool-start 20000 $common"
  case $1 in
  gpu1) stage train_text.py --size gpu --plan full $common --minutes 1 --batch 512
        stage train_decoder.py $gpu --minutes 8 --progress 0 .3 --mask-kinds .8 .1 .1 --scene-seed 1 ;;
  gpu2) stage train_clip.py --size gpu --plan full --pool 200000 $common --minutes 2 --batch 1024
        stage train_decoder.py $gpu --minutes 6 --progress .3 .5 --images --scene-seed 2 ;;
  gpu3) stage train_decoder.py $gpu --minutes 8 --progress .5 .8 --images --scene-seed 3 ;;
  gpu4) stage train_decoder.py $gpu --minutes 5 --progress .8 1 --images --scene-seed 4
        stage train_prior.py --size gpu --plan full --pool 200000 $common --minutes 1 --batch 1024
        stage train_upscaler.py --size gpu --plan full $common --minutes 1
        stage train_upscaler.py --size gpu --plan full $common --minutes 1 --part upscaler --batch 16 ;;
  esac
  ;;
*) sed -n '2,13p' "$0"; exit 2 ;;
esac
echo "== done ($(date +%T))"
