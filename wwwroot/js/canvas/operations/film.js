// @ts-check
// The controls of a film over its picture: a slider from noise to the picture, and a button that plays it once.
import { element, icon, setText } from '../overlay/dom.js';
import { slider } from './fields.js';

const playMs = 2_400;

/** @param {ReturnType<typeof import('../overlay/text.js').wordsOf>} words @param {(command: string, args?: object) => any} run @returns {import('./card.js').Body} */
export function filmControls(words, run) {
  const none = element('p', { class: 'cw-small cw-muted', role: 'status' });
  /** @type {ReturnType<typeof setInterval> | undefined} */ let timer;
  let frames = 1;
  let at = 1;
  const steps = slider({ label: words('FilmStep'), low: words('FilmNoise'), high: words('FilmPicture'), min: 1, max: 1, step: 1, words: (step) => words('FilmOf', { step, frames }), onInput: (step) => {
    stop();
    go(step);
  } });
  const symbol = icon('play_arrow');
  const name = element('span');
  const play = element('button', { type: 'button', class: 'cw-button', tabindex: '-1', 'data-stop': true }, symbol, name);
  play.addEventListener('click', () => (timer === undefined ? start() : stop()));
  const controls = element('div', { class: 'cw-op-film' }, steps.root, play);
  label();
  return {
    parts: [none, controls],
    first: play,
    show({ description }) {
      const film = description?.film ?? null;
      controls.hidden = film === null;
      none.hidden = film !== null;
      setText(none, words(description === null ? 'FilmLoading' : 'FilmNone'));
      if (film === null || film.frames === frames) return;
      frames = film.frames;
      steps.input.setAttribute('max', String(frames));
      at = frames;
      steps.show(frames);
    },
    destroy: stop,
  };

  /** @param {number} step */
  function go(step) {
    at = step;
    steps.show(step);
    run('film', { step: step >= frames ? null : step });
  }

  function start() {
    go(1);
    timer = setInterval(() => {
      go(at + 1);
      if (at >= frames) stop();
    }, playMs / Math.max(1, frames));
    label();
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    label();
  }

  function label() {
    setText(symbol, timer === undefined ? 'play_arrow' : 'pause');
    setText(name, words(timer === undefined ? 'FilmPlay' : 'FilmPause'));
  }
}
