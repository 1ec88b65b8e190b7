// Keyboard: an element says which key presses it (data-key="d"); the help pane lists what the page has now.
// Keys inside [data-key-scope] count only while the focus is inside; they go before the page's own.

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

const visible = (element: HTMLElement): boolean => element.checkVisibility?.() ?? element.offsetParent !== null;

/** The element that `key` presses now, or null. */
export function pressedBy(key: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)].filter(visible);
  const focused = document.activeElement?.closest("[data-key-scope]") ?? null;
  const scoped = all.find((element) => focused && element.closest("[data-key-scope]") === focused);
  return scoped ?? all.find((element) => !element.closest("[data-key-scope]")) ?? null;
}

function press(element: HTMLElement): void {
  if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
  else element.click();
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) return void (event.target as HTMLElement).blur();
    if (typing(event.target) || event.isComposing) return;
    const element = pressedBy(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!element) return;
    event.preventDefault();
    press(element);
  });
}

/** What the keys of this page do, in the order of the page: [key, what it does]. */
export function keysOfPage(): [string, string][] {
  const rows: [string, string][] = [];
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    if (!visible(element)) continue;
    const does = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent ?? "";
    rows.push([element.dataset.key ?? "", does.replace(/\s+/g, " ").trim()]);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-keys-help]")) {
    for (const line of (element.dataset.keysHelp ?? "").split("|")) rows.push(line.split("=", 2) as [string, string]);
  }
  return rows.filter(([key, does], index) => key && does && rows.findIndex((other) => other[0] === key) === index);
}
