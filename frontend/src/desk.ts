// The dispatcher's desk. Most keys are data-key on the page; what is left is here: the queue as a list walked
// by arrows, numbers on the chosen unit, and the guard that asks again when the set has just changed.
import { say } from "./words";

const JUST_NOW = 1000;

function walk(queue: HTMLElement, by: number): void {
  const rows = [...queue.querySelectorAll<HTMLElement>(".queue-row")];
  const index = rows.findIndex((row) => row === document.activeElement || row.hasAttribute("aria-current"));
  rows[Math.min(rows.length - 1, Math.max(0, index + by))]?.focus();
}

function markCurrent(row: HTMLElement): void {
  row.parentElement?.querySelectorAll(".queue-row[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  row.setAttribute("aria-current", "true");
}

/** A changed recommendation flashes its changed rows once and remembers when it changed. */
function watchSet(options: HTMLElement): void {
  const rows = new Map([...options.querySelectorAll<HTMLElement>("[data-option]")].map((row) => [row.dataset.option, row.dataset.state]));
  const observer = new MutationObserver(() => {
    let changed = false;
    for (const row of options.querySelectorAll<HTMLElement>("[data-option]")) {
      if (rows.get(row.dataset.option) === row.dataset.state) continue;
      row.classList.add("changed");
      rows.set(row.dataset.option, row.dataset.state);
      changed = true;
    }
    if (changed) options.dataset.changedAt = String(performance.now());
  });
  observer.observe(options, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-state"] });
}

/** [data-guard="#options"]: not carried out if the set changed within the last second; it says so and waits. */
function guard(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-guard]");
  const options = button && document.querySelector<HTMLElement>(button.dataset.guard ?? "");
  if (!button || !options?.dataset.changedAt || performance.now() - Number(options.dataset.changedAt) > JUST_NOW) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  delete options.dataset.changedAt;
  const note = document.querySelector<HTMLElement>("[data-guard-note]");
  if (note) note.textContent = say("desk.changed");
}

export function startDesk(): void {
  const queue = document.querySelector<HTMLElement>(".queue");
  if (!queue) return;
  document.addEventListener("click", guard, true);
  document.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>(".queue-row");
    if (row) markCurrent(row);
    const unit = (event.target as Element).closest<HTMLElement>(".unit-chip[data-unit]");
    if (!unit) return;
    document.querySelectorAll(".unit-chip[aria-pressed=true]").forEach((other) => other !== unit && other.setAttribute("aria-pressed", "false"));
    unit.setAttribute("aria-pressed", String(unit.getAttribute("aria-pressed") !== "true"));
  });
  queue.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    walk(queue, event.key === "ArrowDown" ? 1 : -1);
  });
  const watchAll = (): void => document.querySelectorAll<HTMLElement>("[data-options]:not([data-watched])").forEach((options) => {
    options.dataset.watched = "";
    watchSet(options);
  });
  watchAll();
  document.addEventListener("htmx:after:swap", watchAll);
}
