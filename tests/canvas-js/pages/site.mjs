// A tiny site for the canvas alone: the modules and tests as files, pictures with all their levels, and no server behind it. The page
// brings its own hub (fakeHub.js), so that what is seen here is the canvas and nothing else.
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.webp': 'image/webp', '.jpg': 'image/jpeg', '.woff2': 'font/woff2' };
const served = ['wwwroot', 'tests/canvas-js', 'tests/load/canvas', 'tests/golden/scenes', 'models/canvas-mini'];

/** Sizes as TilePyramid has them. */
function levels(side) {
  const sizes = [side];
  while (sizes[sizes.length - 1] > 64) sizes.push((sizes[sizes.length - 1] + 1) >> 1);
  return sizes;
}

export async function launchBrowser(options = {}) {
  const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => file && existsSync(file));
  if (!executablePath) throw new Error('Chromium is not installed (Debian: apt-get install chromium).');
  const { args = [], ...rest } = options;
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', ...args], ...rest });
}

/** Serves the page; `/tiles/{sha256}/{lod}.webp` gives one of the pictures, chosen by the hash. */
export async function startSite() {
  /** @type {Buffer[][]} By picture and level. */
  let pictures = [];
  const uploads = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const tile = /^\/tiles\/([0-9a-f]{64})\/(\d+)\.webp$/.exec(pathname);
    if (tile !== null) {
      const made = uploads.get(tile[1]) ?? pictures[parseInt(tile[1].slice(0, 8), 16) % Math.max(1, pictures.length)];
      const bytes = made?.[Math.min(Number(tile[2]), made.length - 1)];
      if (bytes === undefined) return response.writeHead(404).end();
      response.writeHead(200, { 'Content-Type': 'image/webp', 'Cache-Control': 'public, max-age=31536000, immutable' });
      return response.end(bytes);
    }
    if (pathname === '/uploads' && request.method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      if (!Buffer.concat(parts).subarray(1, 4).equals(Buffer.from('PNG'))) {
        response.writeHead(415, { 'Content-Type': 'application/problem+json' });
        return response.end(JSON.stringify({ type: 'urn:canvasweb:upload-not-a-picture', detail: 'This is no picture.' }));
      }
      const sha256 = (await import('node:crypto')).createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      uploads.set(sha256, [Buffer.concat(parts)]);
      response.writeHead(201, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify({ sha256, pixelWidth: 256, pixelHeight: 256 }));
    }
    if (pathname === '/jobs') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      return response.end('[]');
    }
    if (pathname.startsWith('/jobs/')) return response.writeHead(204).end();
    if (pathname.startsWith('/_content/')) return response.writeHead(204).end(); // The icons' font comes with a package that only the real site has.
    const local = pathname.startsWith('/lib/') || pathname.startsWith('/css/') || pathname.startsWith('/js/') ? `wwwroot${pathname}` : pathname.slice(1);
    const file = path.join(root, decodeURIComponent(local));
    if (!served.some((folder) => file.startsWith(path.join(root, folder) + path.sep))) return response.writeHead(404).end();
    try {
      const bytes = await readFile(file);
      response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    /** Cuts real pictures out of what the repository has and makes their levels, in the browser: Node alone cannot write WebP. */
    async makePictures(browser, { side = 512 } = {}) {
      const page = await browser.newPage();
      await page.goto(`${url}/tests/canvas-js/pages/pictures.html`);
      const made = await page.evaluate(async ({ sizes }) => window.makePictures(sizes), { sizes: levels(side) });
      pictures = made.map((picture) => picture.map((base64) => Buffer.from(base64, 'base64')));
      await page.close();
      return pictures.length;
    },
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
