// Server-sent events over fetch: unlike EventSource it hears events of any name and sees the answer's status.

export type StreamEvent = { id: string; name: string; data: string };

/** Cut a text stream into events (WHATWG HTML §9.2.6); keeps an unfinished event for the next piece. */
export class Parser {
  private rest = "";

  feed(piece: string): StreamEvent[] {
    const blocks = (this.rest + piece).replace(/\r\n?/g, "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map((block) => this.event(block)).filter((event) => event.data !== "");
  }

  private event(block: string): StreamEvent {
    const event: StreamEvent = { id: "", name: "message", data: "" };
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const cut = line.indexOf(":");
      const [field, value] = cut < 0 ? [line, ""] : [line.slice(0, cut), line.slice(cut + 1).replace(/^ /, "")];
      if (field === "id") event.id = value;
      if (field === "event") event.name = value;
      if (field === "data") data.push(value);
    }
    event.data = data.join("\n");
    return event;
  }
}

/** Read the stream at `url` until it ends; throws when it breaks or the server refuses. */
export async function read(url: string, lastId: string, signal: AbortSignal, hear: (event: StreamEvent) => void): Promise<void> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const answer = await fetch(url, { headers, signal, cache: "no-store" });
  if (!answer.ok || !answer.body) throw new Error(`stream answered ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new Parser();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    parser.feed(value).forEach(hear);
  }
}
