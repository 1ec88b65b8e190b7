// The live stream. Panes say which topics they show; when the stream falls silent they turn visibly stale (L1).
//
//   <body data-live="/live/events" data-live-after="LAST EVENT ID">
//   <section data-live-pane data-live-topics="cases units"> <p class="stale-note"> … </section>
//   <div data-live-rows="cases" data-rows-url="/desk/queue/rows"> <a id="row-KEY" data-order="…"> …
//   <section data-live-key="KEY" hx-get="…" hx-trigger="live:row"> <p class="held-note"> … shown while a form is filled in
//
// Stream: `heartbeat` with {"at": ISO} on joining and after 5 s of quiet; else events named by stream with JSON data
// {key, topic, …}. Each is passed on as the DOM event live:<stream>, so that htmx can say
// hx-trigger="live:cases from:document". `gap`: the events after the id we know are gone; rows are read anew.
import htmx from "htmx.org";
import { watchAlarms } from "./alarm";
import { fetchRows } from "./rows";
import { read, type StreamEvent } from "./sse";
import { now, setServerTime, wallClock } from "./time";
import { say } from "./words";

const STALE_AFTER = 15_000;
const GATHER = 60; // ms in which the events of one burst are gathered into one request
const AGAIN = 1000; // ms until rows that could not be fetched are asked for again
const AT_ONCE = 50; // rows asked for in one request

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** True when the reader has changed the field since the page drew it. */
function filledIn(field: Field): boolean {
  if (field instanceof HTMLSelectElement) {
    const drawn = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(0, drawn);
  }
  if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

function beingFilledIn(part: HTMLElement): boolean {
  const fields = [...part.querySelectorAll<Field>("input:not([type=hidden]), textarea, select")];
  return fields.some((field) => filledIn(field) || field === document.activeElement);
}

/** A reading on its way when somebody began to type, or when a newer answer took the part's place, comes too late. */
function keepWhatIsTyped(part: HTMLElement, event: Event): void {
  if (event.target !== part || (part.isConnected && !beingFilledIn(part))) return;
  event.preventDefault();
  part.dataset.held = "";
}

class Live {
  private readonly guarded = new WeakSet<HTMLElement>();
  private stream = new AbortController();
  private topics = "";
  private lastId: string;
  private heardAt = performance.now();
  private heardTime = now();
  private tries = 0;
  private waiting = new Map<HTMLElement, Set<string>>();
  private gathering = 0;

  constructor(private readonly url: string, after: string) {
    this.lastId = after;
  }

  start(): void {
    void this.keepReading();
    window.setInterval(() => this.look(), 1000);
    document.addEventListener("htmx:after:swap", () => this.wanted() !== this.topics && this.stream.abort());
    window.addEventListener("pagehide", () => this.stream.abort());
  }

  private wanted(): string {
    const named = [...document.querySelectorAll<HTMLElement>("[data-live-topics]")].flatMap((pane) =>
      (pane.dataset.liveTopics ?? "").split(/\s+/),
    );
    return [...new Set(named.filter(Boolean))].sort().join(",");
  }

  private async keepReading(): Promise<void> {
    for (;;) {
      this.topics = this.wanted();
      this.stream = new AbortController();
      const query = new URLSearchParams({ topics: this.topics });
      try {
        if (this.topics) await read(`${this.url}?${query}`, this.lastId, this.stream.signal, (event) => this.hear(event));
        this.tries += 1;
      } catch {
        // A broken stream is the expected fault here: the panes say so after 15 s, and we try again.
        if (!this.stream.signal.aborted) this.tries += 1;
      }
      await new Promise((done) => window.setTimeout(done, Math.min(8000, 250 * 2 ** Math.min(this.tries, 5))));
    }
  }

  private hear(event: StreamEvent): void {
    if (event.id) this.lastId = event.id;
    const detail = JSON.parse(event.data) as Record<string, string>;
    if (event.name === "heartbeat" && detail.at) setServerTime(detail.at);
    this.heardAt = performance.now();
    this.heardTime = now();
    this.tries = 0;
    if (document.body.dataset.liveState !== "live") this.look();
    if (event.name === "gap") this.gap();
    else if (event.name !== "heartbeat") this.pass(event.name, detail);
  }

  private pass(stream: string, detail: Record<string, string>): void {
    document.dispatchEvent(new CustomEvent(`live:${stream}`, { detail }));
    const key = detail.key;
    if (!key) return;
    document.querySelectorAll<HTMLElement>(`[data-live-key="${CSS.escape(key)}"]`).forEach((part) => this.renew(part));
    document.querySelectorAll<HTMLElement>(`[data-live-rows~="${CSS.escape(stream)}"]`).forEach((rows) => this.want(rows, key));
  }

  /** One thing's own part of the page: read anew by hx-trigger="live:row", unless somebody is filling in a form there. */
  private renew(part: HTMLElement): void {
    if (beingFilledIn(part)) return void (part.dataset.held = "");
    if (!this.guarded.has(part)) {
      this.guarded.add(part);
      part.addEventListener("htmx:before:swap", (event) => keepWhatIsTyped(part, event));
    }
    part.dispatchEvent(new CustomEvent("live:row"));
  }

  private gap(): void {
    document.querySelectorAll<HTMLElement>("[data-live-rows]").forEach((rows) => {
      void htmx.ajax("GET", rows.dataset.rowsUrl ?? "", { target: rows, swap: "innerHTML" });
    });
    document.dispatchEvent(new CustomEvent("live:gap"));
  }

  private want(rows: HTMLElement, key: string): void {
    this.waiting.set(rows, (this.waiting.get(rows) ?? new Set<string>()).add(key));
    this.gathering ||= window.setTimeout(() => void this.fetchWaiting(), GATHER);
  }

  private async fetchWaiting(): Promise<void> {
    const waiting = this.waiting;
    let pause = GATHER;
    this.waiting = new Map();
    for (const [rows, keys] of waiting) {
      const all = [...keys];
      for (let at = 0; at < all.length; at += AT_ONCE) {
        const some = all.slice(at, at + AT_ONCE);
        if (await fetchRows(rows, some)) continue;
        some.forEach((key) => this.waiting.set(rows, (this.waiting.get(rows) ?? new Set<string>()).add(key)));
        pause = AGAIN;
      }
    }
    this.gathering = this.waiting.size ? window.setTimeout(() => void this.fetchWaiting(), pause) : 0;
  }

  private look(): void {
    const stale = performance.now() - this.heardAt >= STALE_AFTER;
    if (!stale && document.body.dataset.liveState === "live") return;
    document.body.dataset.liveState = stale ? "stale" : "live";
    document.querySelectorAll<HTMLElement>("[data-live-pane]").forEach((pane) => {
      pane.classList.toggle("stale", stale);
      const note = pane.querySelector(":scope > .stale-note .stale-say");
      if (note && stale) note.textContent = say("live.stale", { time: wallClock(this.heardTime), n: this.tries });
    });
    document.querySelectorAll<HTMLElement>("[data-top-clock]").forEach((clock) => clock.classList.toggle("orange", stale));
  }
}

export function startLive(): void {
  watchAlarms();
  const { live, liveAfter } = document.body.dataset;
  if (live && document.querySelector("[data-live-topics]")) new Live(live, liveAfter ?? "").start();
}
