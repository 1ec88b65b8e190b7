// Rows of a live list: ask the server for the fragments of some keys and put each where its data-order says.
import htmx from "htmx.org";

/** A key that does not come back has left the list. False when the server could not be asked: try again. */
export async function fetchRows(rows: HTMLElement, keys: string[]): Promise<boolean> {
  const url = new URL(rows.dataset.rowsUrl ?? "", location.href);
  url.searchParams.set("keys", keys.join(","));
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return false;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  for (const key of keys) {
    const id = CSS.escape(`row-${key}`);
    const [fresh, old] = [template.content.querySelector<HTMLElement>(`#${id}`), rows.querySelector<HTMLElement>(`#${id}`)];
    if (fresh) place(rows, fresh, old);
    else old?.remove();
  }
  rows.dispatchEvent(new CustomEvent("linli:rows", { bubbles: true, detail: { keys } }));
  return true;
}

function place(rows: HTMLElement, fresh: HTMLElement, old: HTMLElement | null): void {
  for (const mark of ["aria-current", "tabindex"]) if (old?.hasAttribute(mark)) fresh.setAttribute(mark, old.getAttribute(mark) ?? "");
  const focused = old?.contains(document.activeElement) ?? false;
  fresh.classList.add("changed");
  const order = fresh.dataset.order ?? "";
  if (old && (old.dataset.order ?? "") === order) {
    old.replaceWith(fresh);
  } else {
    old?.remove();
    const next = [...rows.children].find((row) => ((row as HTMLElement).dataset.order ?? "") > order);
    rows.insertBefore(fresh, next ?? null);
  }
  if (focused) fresh.focus();
  htmx.process(fresh);
}
