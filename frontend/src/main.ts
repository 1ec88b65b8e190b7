// The one entry. Heavy parts (map, chart) load only where the page has their element.
import "./css/main.css";
import htmx from "htmx.org";
import { startClocks } from "./clock";
import { startDesk } from "./desk";
import { startKeys } from "./keys";
import { startLists } from "./list";
import { startLive } from "./live";
import { startShell } from "./shell";
import { setServerTime } from "./time";

htmx.config.history = false;

const lazy: [string, () => Promise<unknown>][] = [
  ["linli-map", () => import("./map")],
  ["linli-chart", () => import("./chart")],
];

function loadParts(): void {
  for (const [tag, load] of lazy) if (!customElements.get(tag) && document.querySelector(tag)) void load();
}

setServerTime(document.body.dataset.now ?? "");
startShell();
startKeys();
startClocks();
startLists();
startDesk();
startLive();
loadParts();
document.addEventListener("htmx:after:swap", loadParts);
document.documentElement.dataset.ready = "";
