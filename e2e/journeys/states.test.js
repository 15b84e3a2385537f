// Every page in every state, also those that a journey hardly reaches: the previews that the tests of `web` render.
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before } from 'node:test';
import { Browser } from '../harness/browser.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';

/** Where the previews are; `cargo xtask journeys` has them rendered first. */
const FOLDER = process.env.VESTIBULE_PREVIEW ?? join('..', 'target', 'preview');

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const states = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.html'))
  .sort();

let server, address, browser;

before(async () => {
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const type = TYPES[extname(path)];
    try {
      if (!type) throw new Error('pages and assets only');
      const content = readFileSync(join(FOLDER, path));
      response.setHeader('content-type', type).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await Browser.start();
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await browser.stop();
});

for (const state of states) {
  const name = state.replace(/\.html$/, '');
  journey(`the state ${name} is good to look at and to use`, async () => {
    const window = await browser.open();
    await window.page.goto(`${address}/${state}`);
    await look(window, `state-${name}`);
    await window.close();
  });
}
