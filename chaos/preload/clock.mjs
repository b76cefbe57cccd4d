// Loaded before a server: its clock is as many milliseconds ahead as the file CHAOS_CLOCK says, looked at ten times a second.
// Timers go on as they are, as when somebody sets the clock of a machine.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let aheadMs = 0;
const look = () => (aheadMs = Number(readFileSync(process.env.CHAOS_CLOCK, 'utf8')) || 0);
look();
setInterval(look, 100).unref();

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length) super(...given);
    else super(RealDate.now() + aheadMs);
  }
  static now() {
    return RealDate.now() + aheadMs;
  }
};
