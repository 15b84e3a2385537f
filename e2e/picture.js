// The picture of the README: the real login page of the demo.
import { join } from 'node:path';
import { Browser } from './harness/browser.js';
import { Demo } from './harness/demo.js';

const demo = await Demo.start();
const browser = await Browser.start();
try {
  const { page } = await browser.open();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${demo.portal}/login`);
  await page.screenshot({ path: join('..', 'docs', 'login.png') });
} finally {
  await browser.chromium.close();
  await demo.stop();
}
