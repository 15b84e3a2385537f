// One Chromium for a test file, and windows in it: with or without JavaScript, desktop or phone, each with cookies of
// its own. A window notes whatever a person would see in the browser's console as an error.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PROGRAMS = [process.env.VESTIBULE_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];

const FLAGS = [
  '--no-sandbox', // root, as in a container, has no user namespace to build Chromium's sandbox from
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Sizes that the pages are looked at in. */
export const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };

export class Browser {
  static async start() {
    const executablePath = PROGRAMS.find((program) => program && existsSync(program));
    if (!executablePath) throw new Error('Chromium is missing; as root: apt-get install -y chromium');
    return new Browser(await chromium.launch({ executablePath, args: FLAGS }));
  }

  constructor(chromium) {
    this.chromium = chromium;
    this.windows = new Set();
  }

  /**
   * Opens a window with an empty cookie jar, or with the jar that `cookies` (from `Window.cookies`) holds.
   * @param {{ javaScript?: boolean, size?: 'desktop' | 'phone', cookies?: object[] }} [options]
   */
  async open({ javaScript = true, size = 'desktop', cookies = [] } = {}) {
    const context = await this.chromium.newContext({
      javaScriptEnabled: javaScript,
      viewport: SIZES[size],
      hasTouch: size === 'phone',
      locale: 'en-GB',
      timezoneId: 'Europe/Amsterdam',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(10_000);
    await context.addCookies(cookies);
    const window = new Window(context, await context.newPage(), { javaScript, size });
    this.windows.add(window);
    return window;
  }

  /** Closes everything; fails with what the windows complained about. */
  async stop() {
    const complaints = [...this.windows].flatMap((window) => window.complaints);
    await this.chromium.close();
    if (complaints.length > 0) throw new Error(`the browser complained:\n  ${complaints.join('\n  ')}`);
  }
}

export class Window {
  constructor(context, page, { javaScript, size }) {
    this.context = context;
    this.page = page;
    this.javaScript = javaScript;
    this.size = size;
    /** Errors in the console, uncaught exceptions, refused content, answers of 500 and above. */
    this.complaints = [];
    this.#listen(page);
  }

  #listen(page) {
    const note = (what) => this.complaints.push(`${page.url()}: ${what}`);
    page.on('pageerror', (problem) => note(problem.message));
    page.on('console', (message) => {
      // Chromium writes an answer such as 404 or 422 to the console too, and those can be what a journey is about.
      const answer = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
      if (message.type() === 'error' && !answer) note(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 500) note(`${response.status()} from ${response.url()}`);
    });
  }

  /** Takes back complaints that the journey provoked, and tells them. */
  forgive() {
    return this.complaints.splice(0);
  }

  cookies() {
    return this.context.cookies();
  }

  /** Closes the tab but not the browser: cookies stay, as when a person comes back later. */
  async reopen() {
    await this.page.close();
    this.page = await this.context.newPage();
    this.#listen(this.page);
  }

  close() {
    return this.context.close();
  }
}
