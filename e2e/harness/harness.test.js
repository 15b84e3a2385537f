// The harness on pages of its own: what it must notice, it notices, also without JavaScript and under a strict CSP.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { Browser } from './browser.js';
import { journey as test } from './journey.js';
import { Inbox } from './inbox.js';
import { look, takeNoPictures } from './look.js';

const page = (main, head = '<title>A page</title>') =>
  `<!doctype html><html lang="en"><head>${head}</head><body><main>${main}</main></body></html>`;

const FORM = page('<h1>Hello</h1><form><label>Name <input name="name"></label> <button>Send</button></form>');

const PAGES = {
  '/good': FORM,
  '/unlabelled': page('<h1>Hello</h1><form><input name="name"></form>'),
  '/pale': page('<h1>Hello</h1><p style="color:#ccc">Hard to read</p>'),
  '/pale-at-night': page(
    '<h1>Hello</h1><p>Hard to read at night</p>',
    '<title>Night</title><style>@media (prefers-color-scheme: dark) { body { background: #222; color: #333 } }</style>',
  ),
  '/wide': page('<h1>Hello</h1><div style="width: 50rem">wide</div>'),
  '/two-headings': page('<h1>Hello</h1><h1>Again</h1>'),
  '/noisy': page('<h1>Hello</h1>', '<title>Noise</title><script>console.error("ouch")</script>'),
};

const MAILS = [
  { subject: '902 114 is your login code (K4)' },
  { subject: '481 730 is your login code (K3)' },
  { subject: 'Your Enterprise User ID is ready' },
];

let server, address, browser;

takeNoPictures();

before(async () => {
  server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/api/messages') return response.end(JSON.stringify(MAILS));
    if (path === '/good') response.setHeader('content-security-policy', "default-src 'none'; form-action 'self'");
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.statusCode = path === '/broken' ? 500 : 200;
    response.end(PAGES[path] ?? FORM);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await Browser.start();
});

after(async () => {
  await browser.stop();
  server.close();
});

for (const javaScript of [true, false]) {
  test(`a good page passes, JavaScript ${javaScript ? 'on' : 'off'}`, async () => {
    const window = await browser.open({ javaScript });
    await window.page.goto(`${address}/good`);
    await look(window, 'harness-good');
    await window.page.getByLabel('Name').fill('Amara');
    await window.page.getByRole('button', { name: 'Send' }).click();
    assert.match(window.page.url(), /\?name=Amara$/);
  });
}

for (const [path, what] of [
  ['/unlabelled', /label/],
  ['/pale', /color-contrast/],
  ['/pale-at-night', /dark: axe found\ncolor-contrast/],
  ['/wide', /800 px wide|px wide on a screen/],
  ['/two-headings', /one h1/],
]) {
  test(`${path} is refused`, async () => {
    const window = await browser.open();
    await window.page.goto(`${address}${path}`);
    await assert.rejects(look(window, `harness${path}`), what);
  });
}

test('errors in the console and broken answers are noted', async () => {
  const window = await browser.open();
  await window.page.goto(`${address}/noisy`);
  await window.page.goto(`${address}/broken`);
  const complaints = window.forgive().join('\n');
  assert.match(complaints, /ouch/);
  assert.match(complaints, /500 from/);
  assert.deepEqual(window.complaints, []);
});

test('the newest code is taken, or the one whose tag is asked for', async () => {
  const inbox = new Inbox(address);
  const { code, tag } = await inbox.awaitCode('amara@company.example');
  assert.deepEqual({ code, tag }, { code: '902 114', tag: 'K4' });
  assert.equal((await inbox.awaitCode('amara@company.example', { tag: 'K3' })).code, '481 730');
  assert.equal((await inbox.awaitMail('amara@company.example', { subject: /ready/ })).subject, MAILS[2].subject);
});
