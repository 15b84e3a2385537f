// The demo's mailboxes, read the way a person reads them: newest mail first, the code near the top.
import { waitFor } from './wait.js';

export class Inbox {
  /** @param {string} address of the inbox, `http://127.0.0.1:8025` */
  constructor(address) {
    this.address = address;
  }

  /** All mails to `to`, newest first. */
  async mails(to) {
    const answer = await fetch(`${this.address}/api/messages?to=${encodeURIComponent(to)}`);
    if (!answer.ok) throw new Error(`the inbox answered ${answer.status}`);
    const body = await answer.json();
    return Array.isArray(body) ? body : body.messages;
  }

  /** How many mails `to` has; taken before an action, it tells which mails the action caused. */
  async count(to) {
    return (await this.mails(to)).length;
  }

  /** The newest mail to `to` whose subject matches. */
  async awaitMail(to, { subject = /./ } = {}) {
    const seen = [];
    return waitFor(
      `a mail to ${to} whose subject matches ${subject}`,
      async () => {
        const mails = await this.mails(to);
        seen.splice(0, seen.length, ...mails.map((mail) => mail.subject));
        return mails.find((mail) => subject.test(mail.subject));
      },
      { detail: () => `; there are: ${seen.join(' | ') || 'none'}` },
    );
  }

  /** The newest code mail, of that tag if one is given. */
  async awaitCode(to, { tag: wanted } = {}) {
    const subject = wanted ? new RegExp(`^\\d[\\d ]* .*\\(${wanted}\\)`) : CODE_SUBJECT;
    const mail = await this.awaitMail(to, { subject });
    const [, code, tag] = CODE_SUBJECT.exec(mail.subject);
    return { code, tag, mail };
  }
}

/** "481 730 is your login code (K3)" */
const CODE_SUBJECT = /^(\d[\d ]*\d) .*\(([A-Z][0-9]+)\)/;
