// The list page: J K move, X choose, → peek, ↵ open, Esc close; choice fills the bulk bar.
import htmx from "htmx.org";
import { say } from "./words";

class List {
  private readonly chosen = new Set<string>();
  private everything = false;
  private currentKey = "";

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("change", (event) => this.changed(event.target as Element));
    document.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("htmx:after:swap", () => this.show());
    this.show();
  }

  private rows(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[data-row]")];
  }

  private get current(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>("[data-row].current");
  }

  private get body(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(".list-body");
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable) return;
    if (event.key === "Enter" && target.closest("a, button, summary")) return;
    const moves: Record<string, () => void> = {
      j: () => this.move(1), ArrowDown: () => this.move(1), k: () => this.move(-1), ArrowUp: () => this.move(-1),
      x: () => this.toggle(this.current), ArrowRight: () => this.peek(), Enter: () => this.open(),
      ArrowLeft: () => this.closePeek(), Escape: () => this.escape(),
    };
    const act = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !this.rows().length) return;
    event.preventDefault();
    act();
  }

  private move(by: number): void {
    const rows = this.rows();
    const index = rows.findIndex((row) => row === this.current);
    const next = rows[index < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, index + by))];
    if (next) this.goTo(next);
    if (this.body?.classList.contains("peeking")) this.peek();
  }

  private goTo(row: HTMLElement): void {
    this.current?.classList.remove("current");
    this.currentKey = row.dataset.row ?? "";
    row.classList.add("current");
    row.scrollIntoView({ block: "nearest" });
    row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  }

  private peek(): void {
    const [row, pane] = [this.current, this.root.querySelector<HTMLElement>(".peek")];
    if (!row?.dataset.peek || !pane) return;
    this.body?.classList.add("peeking");
    pane.hidden = false;
    void htmx.ajax("GET", row.dataset.peek, { target: pane, swap: "innerHTML" });
  }

  private closePeek(): void {
    this.body?.classList.remove("peeking");
    const pane = this.root.querySelector<HTMLElement>(".peek");
    if (pane) pane.hidden = true;
    this.current?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  }

  private escape(): void {
    if (this.body?.classList.contains("peeking")) this.closePeek();
    else this.clear();
  }

  private open(): void {
    const href = this.current?.dataset.href;
    if (href) location.assign(href);
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest("[data-peek-close]")) return this.closePeek();
    if (target.closest("[data-choose-everything]")) return this.chooseEverything();
    if (target.closest("[data-choose-none]")) return this.clear();
    const row = target.closest<HTMLElement>("[data-row]");
    if (!row || target.closest("a, button, input, label")) return;
    this.goTo(row);
    if (row.dataset.peek && innerWidth > 720) this.peek();
    else if (row.dataset.href) location.assign(row.dataset.href);
  }

  private changed(target: Element): void {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches("[data-choose]")) this.set(target.closest<HTMLElement>("[data-row]"), target.checked);
    if (target.matches("[data-choose-page]")) this.rows().forEach((row) => this.set(row, target.checked));
  }

  private toggle(row: HTMLElement | null): void {
    if (row?.dataset.row) this.set(row, !this.chosen.has(row.dataset.row));
  }

  private set(row: HTMLElement | null, on: boolean): void {
    const key = row?.dataset.row;
    if (!key) return;
    this.everything = false;
    if (on) this.chosen.add(key);
    else this.chosen.delete(key);
    this.show();
  }

  private clear(): void {
    this.chosen.clear();
    this.everything = false;
    this.show();
  }

  private chooseEverything(): void {
    this.rows().forEach((row) => this.chosen.add(row.dataset.row ?? ""));
    this.everything = true;
    this.show();
  }

  private show(): void {
    const rows = this.rows();
    for (const row of rows) {
      const on = this.chosen.has(row.dataset.row ?? "");
      row.classList.toggle("chosen", on);
      row.classList.toggle("current", row.dataset.row === this.currentKey);
      const box = row.querySelector<HTMLInputElement>("[data-choose]");
      if (box) box.checked = on;
    }
    const page = this.root.querySelector<HTMLInputElement>("[data-choose-page]");
    if (page) {
      page.checked = rows.length > 0 && rows.every((row) => row.classList.contains("chosen"));
      page.indeterminate = this.chosen.size > 0 && !page.checked;
    }
    this.root.classList.toggle("choosing", this.chosen.size > 0);
    this.showBulk();
  }

  private showBulk(): void {
    const bar = this.root.querySelector<HTMLElement>(".bulk");
    if (!bar) return;
    const count = this.everything ? (this.root.dataset.count ?? this.chosen.size) : this.chosen.size;
    const counter = bar.querySelector("[data-bulk-count]");
    if (counter) counter.textContent = say("list.chosen", { n: count });
    const keys = bar.querySelector<HTMLInputElement>("input[name=keys]");
    if (keys) keys.value = [...this.chosen].join(",");
    const all = bar.querySelector<HTMLInputElement>("input[name=everything]");
    if (all) all.value = this.everything ? "1" : "";
    bar.querySelectorAll<HTMLButtonElement>("button[data-needs]").forEach((button) => this.lock(button));
  }

  /** A button for which some chosen rows are not ready is locked and says how many. */
  private lock(button: HTMLButtonElement): void {
    const need = button.dataset.needs ?? "";
    const lacking = this.rows().filter((row) => row.classList.contains("chosen") && !(row.dataset.can ?? "").split(" ").includes(need));
    button.disabled = lacking.length > 0;
    const why = document.getElementById(button.getAttribute("aria-describedby") ?? "");
    if (why) why.textContent = lacking.length ? (button.dataset.refusal ?? "").replace("{n}", String(lacking.length)) : "";
  }
}

/** The column menu sends one short list instead of many boxes. */
function startColumns(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-columns]").forEach((form) => {
    form.addEventListener("submit", () => {
      const boxes = [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
      const field = form.querySelector<HTMLInputElement>("input[name=columns]");
      if (field) field.value = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
    });
  });
}

export function startLists(): void {
  startColumns();
  document.querySelectorAll<HTMLElement>(".list").forEach((root) => new List(root));
}
