// The demo's control page: the clock, the mail server, the companies, and who can be tried.
import assert from 'node:assert/strict';

const MINUTE = 1;
const HOUR = 60 * MINUTE;

/** Spans in minutes, as the control page takes them. */
export const MINUTES = { hour: HOUR, day: 24 * HOUR };

export class Control {
  /** @param {string} address of the demo's inbox, where the control page lives */
  constructor(address) {
    this.address = address;
  }

  /** Moves the demo's clock forward. */
  advance(minutes) {
    return this.#post('advance', { minutes });
  }

  /** @param {'running' | 'stopped' | 'deferring' | 'refusing'} mood */
  mailServer(mood) {
    return this.#post('mail', { mood });
  }

  /** Moves a company, by the name that people read, to the next phase of its rollout. */
  async nextPhase(name) {
    const page = await this.#page();
    const row = rows(page).find((row) => text(row, 'th') === name);
    const key = row && /name="company" value="([^"]+)"/.exec(row)?.[1];
    assert.ok(key, `${name} has no next phase on the control page`);
    await this.#post('phase', { company: key });
  }

  /** Puts everything back to the beginning. */
  startOver() {
    return this.#post('start-over', {});
  }

  /** The person of that name: `{ name, company, login, password, email }`. */
  async person(name) {
    const people = rows(await this.#page()).filter((row) => row.includes('/?box='));
    const row = people.find((row) => text(row, 'bdi') === name);
    assert.ok(row, `the control page offers no ${name}, but ${people.map((row) => text(row, 'bdi')).join(', ')}`);
    const [login, password] = [...row.matchAll(/<code>(.*?)<\/code>/g)].map(([, code]) => plain(code));
    const email = decodeURIComponent(/\/\?box=([^"]+)"/.exec(row)[1]);
    return { name, company: text(row, 'small'), login, password, email };
  }

  async #page() {
    const answer = await fetch(`${this.address}/control`);
    assert.equal(answer.status, 200, 'the control page answers');
    return answer.text();
  }

  async #post(what, fields) {
    const answer = await fetch(`${this.address}/control/${what}`, {
      method: 'POST',
      headers: { origin: this.address },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    assert.equal(answer.status, 303, `control: ${what}: ${await answer.text()}`);
  }
}

const rows = (html) => html.match(/<tr role="row">.*?<\/tr>/gs) ?? [];

const text = (html, tag) => plain(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 's').exec(html)?.[1] ?? '');

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#38': '&', '#39': "'", '#60': '<', '#62': '>' };

const plain = (html) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&([^;]+);/g, (entity, name) => ENTITIES[name] ?? entity)
    .trim();
