// Boards with many pictures and galleries of them, by the same ways that a browser goes: uploads, the board's hub, the dialog "Share".

/**
 * Puts uploaded pictures on a board. Drawn in the page, so that nothing has to be committed; the same picture hangs in several places where there are
 * more places than pictures.
 * @param {import('playwright-core').Page} page signed in, on any page of the site
 * @param {string} boardId
 * @param {{ count: number, different?: number }} options
 */
export async function hangPictures(page, boardId, { count, different = count }) {
  await page.evaluate(async ([board, places, pictures]) => {
    const contents = [];
    for (let i = 0; i < pictures; i++) {
      const response = await fetch(`/boards/${board}/uploads`, { method: 'POST', body: await draw(i), headers: { 'Idempotency-Key': `${board}-${i}` } });
      if (response.status !== 201) throw new Error(`upload ${i}: ${response.status} ${await response.text()}`);
      contents.push(await response.json());
    }

    if (!globalThis.signalR) {
      const script = Object.assign(document.createElement('script'), { src: '/lib/signalr/signalr.min.js' });
      await new Promise((loaded, failed) => { script.onload = loaded; script.onerror = failed; document.head.append(script); });
    }
    const line = new globalThis.signalR.HubConnectionBuilder().withUrl('/hubs/board').build();
    await line.start();
    const client = `hang-${board}`;
    await line.invoke('Join', { boardId: board, client, haveSeq: 0 });
    const columns = Math.ceil(Math.sqrt(places * 1.5));
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (let from = 0; from < places; from += 100) {
      const ops = [];
      for (let i = from; i < Math.min(places, from + 100); i++) {
        const content = contents[i % pictures];
        const transform = { x: (i % columns) * 560, y: Math.floor(i / columns) * 560, width: content.pixelWidth, height: content.pixelHeight, rotation: 0 };
        const order = `c${digits[Math.floor(i / 3844) % 62]}${digits[Math.floor(i / 62) % 62]}${digits[i % 62]}`;
        ops.push({ client, clientSeq: i + 1, op: { type: 'tile.add', v: 1, node: `t-${i}`, transform, order, content } });
      }
      const { outcomes } = await line.invoke('SubmitOps', ops);
      const refused = outcomes.filter(outcome => outcome.refusal);
      if (refused.length) throw new Error(JSON.stringify(refused[0]));
    }
    await line.stop();

    // Hills under a sky, each in its own colours: something to look at, and as large in bytes as a real picture.
    async function draw(number) {
      const [width, height] = [[512, 512], [512, 512], [768, 512], [512, 640]][number % 4];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      const hue = (number * 47) % 360;
      const sky = context.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, `hsl(${hue} 60% 30%)`);
      sky.addColorStop(1, `hsl(${(hue + 50) % 360} 75% 75%)`);
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      context.fillStyle = `hsl(${(hue + 40) % 360} 90% 80%)`;
      context.beginPath();
      context.arc(width * (.25 + (number % 5) / 9), height * .35, height * .11, 0, 7);
      context.fill();
      for (let hill = 0; hill < 4; hill++) {
        context.fillStyle = `hsl(${(hue + 180 + hill * 12) % 360} 35% ${44 - hill * 9}%)`;
        context.beginPath();
        context.moveTo(0, height);
        for (let x = 0; x <= width; x += 4) context.lineTo(x, height * (.52 + hill * .12) + Math.sin(x / (70 - hill * 9) + number + hill * 2) * height * .05);
        context.lineTo(width, height);
        context.fill();
      }
      const grain = context.getImageData(0, 0, width, height);
      for (let at = 0, noise = number * 7919 + 1; at < grain.data.length; at += 4) {
        noise = (noise * 1103515245 + 12345) & 0x7fffffff;
        const step = (noise >> 16) % 15 - 7;
        for (let c = 0; c < 3; c++) grain.data[at + c] += step;
      }
      context.putImageData(grain, 0, 0);
      return await canvas.convertToBlob({ type: 'image/jpeg', quality: .9 });
    }
  }, [boardId, count, different]);
}

/**
 * Shares a whole board with the dialog of its page.
 * @returns {Promise<string>} the link
 */
export async function shareBoard(page, boardId, title) {
  await page.goto(`/b/${boardId}`);
  await page.locator('.cwb-canvas canvas').first().waitFor();
  await page.getByRole('button', { name: 'Share', exact: true }).first().click();
  const dialog = page.locator('.cwk-share-dialog');
  await dialog.locator('#cwk-new-title').fill(title);
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = dialog.locator('input[readonly]');
  await link.waitFor();
  return await link.inputValue();
}
