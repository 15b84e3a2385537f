// What every page and state must pass: axe, one heading, a title, no sideways scrolling, light and dark, desktop and
// phone. Each look leaves its pictures behind.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SIZES } from './browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Where pictures go; without it, none are taken. */
let pictures = process.env.VESTIBULE_SCREENSHOTS;

/** For tests whose pages are nobody's to look at. */
export function takeNoPictures() {
  pictures = undefined;
}

/** The narrowest screen that must do without sideways scrolling (WCAG 1.4.10). */
const NARROWEST = { width: 320, height: 640 };

/** Both sizes and both schemes meet axe, once each; pictures are taken of all four. */
const EXAMINED = new Set(['desktop light', 'phone dark']);

/** States already looked at by this process, with and without JavaScript apart. */
const seen = new Set();

/**
 * Looks at the page as it stands, once for each name.
 *
 * @param {import('./browser.js').Window} window
 * @param {string} name of the state, which names the pictures: `login-code-expired`
 */
export async function look(window, name) {
  const key = `${name}${window.javaScript ? '' : '-plain'}`;
  if (seen.has(key)) return;
  seen.add(key);
  if (window.javaScript) {
    await lookAround(window.page, name, key);
    await window.page.emulateMedia({ colorScheme: null });
    await window.page.setViewportSize(SIZES[window.size]);
  } else {
    await lookAtCopy(window.page, name, key);
  }
}

/** axe needs timers, which stand still where scripts are off: it examines a copy whose own scripts are refused. */
async function lookAtCopy(original, name, key) {
  const context = await original.context().browser().newContext({ reducedMotion: 'reduce' });
  try {
    // A stylesheet can lie behind the login.
    await context.addCookies(await original.context().cookies());
    const copy = await context.newPage();
    const url = original.url();
    const body = (await original.content()).replaceAll(/<\/?noscript>/g, '');
    const headers = { 'content-security-policy': "script-src 'none'", 'content-type': 'text/html; charset=utf-8' };
    await copy.route((address) => address.href === url, (route) => route.fulfill({ body, headers }));
    await copy.goto(url);
    await lookAround(copy, name, key);
  } finally {
    await context.close();
  }
}

async function lookAround(page, name, key) {
  await assertShape(page, name);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      if (EXAMINED.has(`${size} ${colorScheme}`)) await assertAccessible(page, `${name}, ${size}, ${colorScheme}`);
      if (pictures) await picture(page, `${key}-${size}-${colorScheme}`);
    }
  }
  await page.setViewportSize(NARROWEST);
  await assertFits(page, name);
}

async function assertShape(page, name) {
  assert.equal(await page.locator('h1').count(), 1, `${name}: a page has one h1`);
  assert.notEqual((await page.title()).trim(), '', `${name}: a page has a title`);
  assert.match(await page.locator('html').getAttribute('lang'), /^[a-z]{2}/, `${name}: the page says its language`);
}

async function assertAccessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly }), RULES);
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}\n    ${failureSummary}`),
  );
  assert.deepEqual(lines, [], `${where}: axe found\n${lines.join('\n')}`);
}

async function assertFits(page, name) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${name}: ${scrollWidth} px wide on a screen of ${clientWidth} px`);
}

async function picture(page, name) {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
