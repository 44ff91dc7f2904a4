// Stands in for the canvas while it is being written; goes when board.js comes.
export async function openBoard(root, options, bridge) {
  const state = { tool: 'select', zoom: 0.64, role: options.role, saved: 'saved', canUndo: true, canRedo: false, grid: false, snap: true, empty: !location.search.includes('frame'), selection: [], frame: null, mask: { active: false, painted: false }, brush: { size: 64, softness: 0.5 }, people: [{ name: options.name, colour: options.colour }, { name: 'Ann', colour: 4 }], jobs: [] };
  const tell = () => bridge.invokeMethodAsync('OnBoardState', state);
  if (location.search.includes('frame')) {
    state.frame = { id: 'f1', settings: { prompt: 'a fox in a snowy field at sunrise' }, width: 512, height: 512, plan: { task: 'outpaint', price: 4 } };
    state.selection = [{ id: 'f1', kind: 'frame' }];
    root.innerHTML = '<div style="position:absolute;left:30%;top:20%;width:300px;height:300px;background:url(/img/canvas-mini.webp)"></div>';
  }
  if (location.search.includes('refuse')) state.frame.plan.refusal = { code: 'nothing_to_make', message: 'x' };
  setTimeout(tell, 100);
  return {
    async run(command, args) {
      console.log('run', command, JSON.stringify(args));
      if (command === 'tool') state.tool = args.name;
      if (command === 'grid') state.grid = args.on;
      if (command === 'dropFrame') { state.empty = false; state.frame = { id: 'f1', settings: {}, width: 512, height: 512, plan: { task: 'textToImage', price: 4 } }; tell(); return 'f1'; }
      if (command === 'setFrame' && args.settings) { state.frame.settings = args.settings; }
      if (command === 'generate') return { refusal: { code: 'not_enough_credits', message: 'no', price: 4, available: 3 } };
      tell();
      return null;
    },
    destroy() {},
  };
}
