// The sentences of the scripts, translated by the server (linli/ui/words.py) and carried in one JSON element.

const table: Record<string, string> = JSON.parse(document.getElementById("linli-words")?.textContent || "{}");

/** The sentence `key` with its {places} filled in. A missing key shows itself, so that a test sees it. */
export function say(key: string, places: Record<string, string | number> = {}): string {
  const text = table[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => String(places[name] ?? ""));
}
