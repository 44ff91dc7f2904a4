// @ts-check
// Puts a note where one clicks and opens it for writing.
import { newId } from '../document/ids.js';
import { noteAdd } from '../document/ops.js';

const size = { width: 220, height: 120 };

/** @param {import('../view/stage.js').Stage} stage @param {{onDrop: (id: string) => void}} options @returns {import('./tool.js').Tool} */
export function noteTool(stage, options) {
  return {
    name: 'note',
    cursor: 'crosshair',
    up(event) {
      // As large on the screen as at 100 %, whatever the zoom: a note written from far away is read from far away.
      const scale = Math.min(8, Math.max(0.5, stage.px(1)));
      const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
      const id = newId();
      if (!stage.do(noteAdd({ node: id, transform: { x: Math.round(event.world.x - width / 2), y: Math.round(event.world.y - height / 2), width, height, rotation: 0 }, order: stage.topKey(), text: '' }))) return;
      stage.select([id]);
      options.onDrop(id);
    },
    key(key) {
      if (key !== 'Enter') return false;
      const { centre } = stage.camera;
      this.up?.({ screen: { x: 0, y: 0 }, world: centre, shift: false, alt: false, ctrl: false, pointerType: 'mouse', clicks: 1, samples: [] });
      return true;
    },
  };
}
