// What people hold in their hands: an authenticator app, and a device that keeps passkeys.
import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP = 30;

/** The code of RFC 6238 for a key as the page shows it, at a moment in milliseconds. */
export function appCode(key, at) {
  const bits = [...key.replaceAll(' ', '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / STEP)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const place = mac.at(-1) & 0xf;
  return `${(mac.readUInt32BE(place) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}

/** Gives a window a device that keeps passkeys and knows its user: Chromium's virtual authenticator. */
export async function addAuthenticator(window) {
  const cdp = await window.context.newCDPSession(window.page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Whether the person shows finger, face or PIN from now on. */
    verifies: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    /** How many passkeys it keeps. */
    async count() {
      return (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length;
    },
  };
}
