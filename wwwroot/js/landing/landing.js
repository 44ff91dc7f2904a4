// @ts-check
// Plays the recorded board of the start page: a cursor drops a frame, words are typed, the previews of a real run pass, the picture stays.
// It stops while nobody can see it. Whoever prefers no motion, or has no scripts, sees its last moment, which is how the page is written.

const step_ms = 110;
const side = 64; // of one preview
const stage = /** @type {HTMLElement | null} */ (document.querySelector("[data-stage]"));

if (stage && !matchMedia("(prefers-reduced-motion: reduce)").matches) play(stage);

/** @param {HTMLElement} stage */
async function play(stage) {
  const find = (/** @type {string} */ what) => /** @type {any} */ (stage.querySelector(what));
  const cursor = find("[data-cursor]"), words = find("[data-words]"), button = find("[data-button]"), pause = find("[data-pause]");
  const world = find(".cwl-world");
  const scenes = [...stage.querySelectorAll("[data-frame]")].map((/** @type {any} */ frame, i) => ({ frame, picture: find(`[data-picture="${i}"]`), sheet: load(frame.dataset.previews) }));
  const clock = makeClock(stage, pause);

  pause.hidden = false;
  // The last picture holds the others: they would shine through while it fades.
  for (const { picture } of scenes.slice(0, -1)) picture.classList.add("away");
  // Blazor's navigation swaps the page without ending its scripts.
  while (stage.isConnected) {
    // Whoever comes sees the finished picture first, then how it came about.
    for (const { frame } of scenes) frame.hidden = true;
    cursor.hidden = true;
    await clock.wait(1800);
    for (const { picture } of scenes) picture.classList.add("away");
    words.textContent = "";
    await clock.wait(900);
    cursor.hidden = false;
    at(cursor, world, 1010, 470);
    await clock.wait(60);
    for (const scene of scenes) await playScene(scene);
    cursor.hidden = true;
    await clock.wait(3400);
  }

  /** @param {{ frame: any, picture: any, sheet: Promise<HTMLImageElement> }} scene */
  async function playScene({ frame, picture, sheet }) {
    const style = frame.style;
    const x = Number(style.getPropertyValue("--x")), y = Number(style.getPropertyValue("--y")), w = Number(style.getPropertyValue("--w"));
    at(cursor, world, x + w / 2, y + w / 2);
    await clock.wait(800);

    frame.replaceChildren();
    frame.hidden = false;
    await clock.wait(450);

    words.classList.add("typing");
    for (let n = 1; n <= frame.dataset.prompt.length; n++) {
      words.textContent = frame.dataset.prompt.slice(0, n);
      await clock.wait(28 + 34 * Math.abs(Math.sin(n * 7.3)));
    }
    words.classList.remove("typing");
    at(cursor, world, 735, 476);
    await clock.wait(820);
    button.classList.add("pressed");
    await clock.wait(140);
    button.classList.remove("pressed");

    const image = await sheet;
    const count = image.width / side;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const label = document.createElement("span");
    label.className = "step";
    frame.append(canvas, label);
    for (let k = 0; k < count; k++) {
      label.textContent = `${k + 1}/${count}`;
      label.style.setProperty("--share", String((k + 1) / count));
      // Each preview is laid over the one before in three thin coats: they melt into each other instead of flickering.
      for (let coat = 0; coat < 3; coat++) {
        paint.globalAlpha = k === 0 && coat === 0 ? 1 : 0.45;
        paint.drawImage(image, k * side, 0, side, side, 0, 0, side, side);
        await clock.wait(step_ms / 3);
      }
    }

    picture.classList.remove("away");
    label.remove();
    await clock.wait(260);
    // On a slow machine it is still on its way.
    await Promise.allSettled(picture.getAnimations().map((/** @type {Animation} */ fade) => fade.finished));
    // The joined picture is whole: the pieces below would shine through its edge as a line where they end on half a pixel.
    for (const other of scenes) { if (other.picture === picture) break; other.picture.classList.add("away"); }
    frame.hidden = true;
    await clock.wait(700);
  }
}

/** @param {HTMLElement} cursor @param {HTMLElement} world @param {number} x In units of the stage. @param {number} y */
function at(cursor, world, x, y) {
  const unit = world.clientWidth / 1152;
  cursor.style.translate = `${x * unit}px ${y * unit}px`;
}

/** @param {string} url @returns {Promise<HTMLImageElement>} */
async function load(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** Time that passes only while the stage is on the screen, its tab is in front and nobody has pressed pause. @param {HTMLElement} stage @param {HTMLButtonElement} pause */
function makeClock(stage, pause) {
  let isSeen = false, isPaused = false;
  /** @type {(() => void)[]} */
  let waiting = [];
  const runs = () => isSeen && !isPaused && !document.hidden;
  const wake = () => { if (runs()) { const all = waiting; waiting = []; for (const go of all) go(); } };
  new IntersectionObserver(entries => { isSeen = entries[entries.length - 1].isIntersecting; wake(); }, { threshold: 0.2 }).observe(stage);
  document.addEventListener("visibilitychange", wake);
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-label", (isPaused ? pause.dataset.playLabel : pause.dataset.pauseLabel) ?? "");
    pause.classList.toggle("paused", isPaused);
    wake();
  });
  return {
    async wait(/** @type {number} */ ms) {
      await new Promise(done => setTimeout(done, ms));
      while (!runs() && stage.isConnected) await new Promise(done => waiting.push(() => done(undefined)));
    },
  };
}
