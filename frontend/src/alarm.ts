// A row with data-alarm="1" or "2" is an alarm nobody has taken: title, row and sound say so until it is taken.
// The sound follows the row and nothing else (L7), so there is never a sound without a row nor the reverse.
import { say } from "./words";

const title = document.title;
let audio: AudioContext | null = null;
let round = 0;

function waiting(): number[] {
  return [...document.querySelectorAll<HTMLElement>("[data-alarm]")].map((row) => Number(row.dataset.alarm)).filter(Boolean);
}

function tone(from: number, hertz: number, seconds: number): void {
  if (!audio) return;
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, audio.currentTime + from);
  gain.gain.exponentialRampToValueAtTime(0.25, audio.currentTime + from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + from + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(audio.currentTime + from);
  oscillator.stop(audio.currentTime + from + seconds);
}

/** Priority 1: two rising tones every two seconds. Priority 2: one tone every four. */
function sound(highest: number): void {
  if (audio?.state !== "running") return;
  if (highest === 1) [660, 880].forEach((hertz, index) => tone(index * 0.22, hertz, 0.2));
  else if (round % 2 === 0) tone(0, 520, 0.25);
}

function beat(): void {
  const alarms = waiting();
  round += 1;
  document.body.dataset.alarms = String(alarms.length);
  document.querySelectorAll<HTMLElement>("[data-sound-note]").forEach((note) => {
    note.hidden = !alarms.length || audio?.state === "running";
  });
  const flash = alarms.length > 0 && round % 2 === 1;
  document.title = flash ? say("alarm.title", { n: alarms.length }) : title;
  if (alarms.length) sound(Math.min(...alarms));
}

/** Browsers allow sound only after the first click or key; until then [data-sound-note] says so. */
function allowSound(): void {
  audio ??= new AudioContext();
  void audio.resume().then(() => beat());
}

export function watchAlarms(): void {
  if (!document.querySelector("[data-alarm], [data-live-rows]")) return;
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, allowSound, { once: true });
  document.addEventListener("linli:rows", beat);
  window.setInterval(beat, 2000);
  beat();
}
