// @ts-check
// Asks for pictures. Taking the tool opens the file dialog; where one clicks is where they go.

/** @param {import('../view/stage.js').Stage} stage @param {{pick: (at: {x: number, y: number}) => void}} options @returns {import('./tool.js').Tool} */
export function imageTool(stage, options) {
  return {
    name: 'image',
    cursor: 'copy',
    enter() { options.pick(stage.camera.centre); },
    up(event) { options.pick(event.world); },
    key(key) {
      if (key !== 'Enter') return false;
      options.pick(stage.camera.centre);
      return true;
    },
  };
}
