// Three small build steps: the icon sprite, the list of file names for the server, compressed copies.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** icons.svg: one <symbol> for each line of src/icons.json (our name → file of @tabler/icons). */
export function sprite(): Plugin {
  return {
    name: "linli-sprite",
    generateBundle() {
      const wanted = JSON.parse(readFileSync(here("src/icons.json"), "utf8")) as Record<string, string>;
      const symbols = Object.entries(wanted).map(([name, file]) => {
        const svg = readFileSync(here(`node_modules/@tabler/icons/icons/outline/${file}.svg`), "utf8");
        const drawn = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
        return `<symbol id="${name}" viewBox="0 0 24 24">${drawn.replace(/\s+/g, " ").trim()}</symbol>`;
      });
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
      const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
      this.emitFile({ type: "asset", fileName: `icons-${hash}.svg`, source });
    },
  };
}

/** assets.json: the name the templates use → the hashed file. */
export function assets(): Plugin {
  return {
    name: "linli-assets",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const table: Record<string, string> = {};
        for (const file of Object.keys(bundle)) {
          const named = /^(main|icons)-[\w-]+\.(js|css|svg)$/.exec(file);
          if (named) table[`${named[1]}.${named[2]}`] = file;
        }
        this.emitFile({ type: "asset", fileName: "assets.json", source: JSON.stringify(table, null, 1) });
      },
    },
  };
}

/** A .gz and a .br beside every text file, so that the server never compresses while somebody waits. */
export function precompress(): Plugin {
  let folder = "";
  return {
    name: "linli-precompress",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const file of readdirSync(folder)) {
        if (!/\.(js|mjs|css|svg)$/.test(file)) continue;
        const bytes = readFileSync(join(folder, file));
        writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes, { params }));
      }
    },
  };
}
