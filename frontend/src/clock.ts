// Clock bars, relative moments and ages of data tick from server times; the server drew the first text.
import { now, relative, span, stopwatch, wallClock } from "./time";
import { say } from "./words";

type Face = { tone: string; share: number; say: string; rest: string };

const at = (value: string | undefined): number => (value ? Date.parse(value) : Number.NaN);

/** What a running clock shows at `moment`; the twin of linli/ui/clocks.py `face`. */
export function face(data: DOMStringMap, moment: number): Face {
  const [start, due, warn] = [at(data.start), at(data.due), at(data.warn)];
  const [used, all] = [(moment - start) / 1000, (due - start) / 1000];
  const over = moment > due;
  const tone = over ? "over" : moment >= warn ? "warn" : "normal";
  const share = over ? 1 : Math.min(1, Math.max(0, used / all));
  const rest = over ? say("clock.over", { span: span(used - all) }) : say("clock.left", { span: span(all - used) });
  if (data.face === "stopwatch") return { tone, share, say: `${stopwatch(used)} / ${stopwatch(all)}`, rest };
  return { tone, share, say: rest, rest: "" };
}

function write(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function tickClock(clock: HTMLElement, moment: number): void {
  if (clock.dataset.running === undefined) return;
  const shown = face(clock.dataset, moment);
  clock.dataset.tone = shown.tone;
  clock.querySelector(".clock-fill")?.setAttribute("x2", `${(shown.share * 100).toFixed(1)}%`);
  // Working days are counted by the server's calendar: their text stays until the clock runs over.
  if (clock.dataset.face === "calendar" && shown.tone !== "over") return;
  write(clock.querySelector(".clock-figure"), shown.say);
  write(clock.querySelector(".clock-rest"), shown.rest);
  clock.setAttribute("aria-valuenow", String(Math.round(shown.share * 100)));
  clock.setAttribute("aria-valuetext", `${clock.dataset.label ?? ""} ${shown.say}`.trim());
}

function tickAge(age: HTMLElement, moment: number): void {
  const seconds = (moment - at(age.dataset.since)) / 1000;
  const [old, stopped] = [Number(age.dataset.old), Number(age.dataset.stopped)];
  age.dataset.age = seconds >= stopped ? "stopped" : seconds >= old ? "old" : "fresh";
  write(age, age.dataset.age === "stopped" ? say("age.stopped", { time: wallClock(at(age.dataset.since)) }) : relative(at(age.dataset.since), moment));
}

function tick(): void {
  const moment = now();
  document.querySelectorAll<HTMLElement>(".clock[data-running]").forEach((clock) => tickClock(clock, moment));
  document.querySelectorAll<HTMLElement>(".age[data-since]").forEach((age) => tickAge(age, moment));
  document.querySelectorAll<HTMLTimeElement>("time[data-moment]").forEach((time) => write(time, relative(at(time.dateTime), moment)));
  document.querySelectorAll<HTMLElement>("[data-top-clock]").forEach((clock) => write(clock, wallClock(moment)));
}

export function startClocks(): void {
  tick();
  window.setInterval(() => document.hidden || tick(), 1000);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:after:swap", tick);
}
