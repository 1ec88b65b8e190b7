// Theme, density, menus, search pane, help pane, CSRF for htmx, unsaved forms.
import { keysOfPage } from "./keys";
import { say } from "./words";

const YEAR = 365 * 24 * 3600;

/** Kept by post on the server (when signed in) and in a cookie, so that the next page is right at once. */
function keep(name: string, value: string): void {
  document.cookie = `linli_${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
  const url = document.body.dataset.preferences;
  if (!url) return;
  const body = new URLSearchParams({ [name]: value });
  void fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
}

function token(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

function startTheme(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-theme-toggle]");
    if (button) {
      const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark") && isDark();
      setTheme(dark ? "light" : "dark");
    }
    const density = (event.target as Element).closest<HTMLElement>("[data-density-set]");
    if (density) setDensity(density.dataset.densitySet ?? "medium");
  });
}

/** True when the page is drawn dark now, by choice or by the system's setting. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function setTheme(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  keep("theme", theme);
  document.dispatchEvent(new CustomEvent("linli:theme"));
}

function setDensity(density: string): void {
  document.documentElement.dataset.density = density;
  keep("density", density);
  document.querySelectorAll<HTMLElement>("[data-density-set]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.densitySet === density));
  });
}

function startMenus(): void {
  document.addEventListener("click", (event) => {
    document.querySelectorAll<HTMLDetailsElement>("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target as Node)) menu.open = false;
    });
    const rooms = (event.target as Element).closest("[data-rooms-toggle]");
    const pane = document.querySelector(".rooms");
    if (rooms) pane?.classList.toggle("open");
    else if (!(event.target as Element).closest(".rooms")) pane?.classList.remove("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
    event.preventDefault();
  });
}

function startSearch(): void {
  const search = document.querySelector<HTMLElement>(".search");
  const results = search?.querySelector<HTMLElement>(".search-results");
  if (!search || !results) return;
  const close = (): void => results.replaceChildren();
  search.addEventListener("keydown", (event) => {
    const links = [...results.querySelectorAll<HTMLAnchorElement>("a")];
    const index = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === "Escape") close();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? index + 1 : index - 1;
    (links[next] ?? search.querySelector("input"))?.focus();
  });
  document.addEventListener("click", (event) => search.contains(event.target as Node) || close());
}

function toggleHelp(): void {
  const open = document.querySelector(".help-pane");
  if (open) return open.remove();
  const pane = document.createElement("section");
  pane.className = "help-pane";
  pane.setAttribute("aria-label", say("keys.title"));
  const title = document.createElement("h2");
  title.textContent = say("keys.title");
  const list = document.createElement("dl");
  for (const [key, does] of keysOfPage()) {
    const [dt, dd, kbd] = [document.createElement("dt"), document.createElement("dd"), document.createElement("kbd")];
    kbd.textContent = key.length === 1 ? key.toUpperCase() : key;
    dt.append(kbd);
    dd.textContent = does;
    list.append(dt, dd);
  }
  pane.append(title, list);
  document.body.append(pane);
  pane.tabIndex = -1;
  pane.focus();
}

function startHelp(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-help-keys]")) toggleHelp();
    else if (!(event.target as Element).closest(".help-pane")) document.querySelector(".help-pane")?.remove();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && document.querySelector(".help-pane")?.remove());
}

function startForms(): void {
  document.querySelector<HTMLElement>(".error-summary")?.focus();
  document.addEventListener("click", (event) => {
    const eye = (event.target as Element).closest<HTMLElement>("[data-reveal]");
    const input = eye && document.getElementById(eye.dataset.reveal ?? "");
    if (input instanceof HTMLInputElement) {
      input.type = input.type === "password" ? "text" : "password";
      eye?.setAttribute("aria-pressed", String(input.type === "text"));
    }
    if ((event.target as Element).closest("[data-print]")) window.print();
  });
  document.addEventListener("change", (event) => {
    const element = event.target as Element;
    if (element.matches("[data-submit-on-change]")) element.closest("form")?.requestSubmit();
  });
  document.addEventListener("htmx:config:request", (event) => {
    (event as CustomEvent).detail.ctx.request.headers["X-CSRFToken"] = token();
  });
}

export function startShell(): void {
  startTheme();
  startMenus();
  startSearch();
  startHelp();
  startForms();
}
