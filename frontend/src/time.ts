// Server time and the words for spans of time: the same rules as linli/ui/format.py (a browser test compares them).
import { say } from "./words";

let ahead = 0; // server clock − this machine's clock, ms

/** Take the server's word for what time it is (page load, every heartbeat). */
export function setServerTime(iso: string): void {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

export const now = (): number => Date.now() + ahead;

const CITY = "Asia/Shanghai";
const clockText = new Intl.DateTimeFormat("en-GB", { timeZone: CITY, hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** 08:27:49 on the city's wall clock. */
export const wallClock = (at: number): string => clockText.format(new Date(at));

const pad = (value: number): string => String(value).padStart(2, "0");

/** 00:41 below one hour, 1:02:03 from there on. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${pad(m)}:${pad(s)}`;
}

/** «12 seconds», «3 min», «2 h 10 min», «3 days»: the largest unit, and the next one where it matters. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return say("span.seconds", { n: whole });
  if (whole < 3600) return say("span.minutes", { n: Math.floor(whole / 60) });
  const [h, m] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (h < 10 && m) return say("span.hours_minutes", { h, m });
  if (h < 48) return say("span.hours", { n: h });
  return say("span.days", { n: Math.floor(h / 24) });
}

/** «3 min ago», «in 2 h»; exact seconds only below one minute. */
export function relative(at: number, from: number = now()): string {
  const seconds = (from - at) / 1000;
  if (Math.abs(seconds) < 1) return say("moment.now");
  return seconds > 0 ? say("moment.ago", { span: span(seconds) }) : say("moment.ahead", { span: span(-seconds) });
}
