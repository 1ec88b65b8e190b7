import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { assets, precompress, sprite } from "./build.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  publicDir: false,
  css: { transformer: "lightningcss" },
  build: {
    outDir: here("../linli/ui/static/ui/build"),
    emptyOutDir: true,
    target: ["chrome105", "firefox115", "safari16"],
    cssTarget: ["chrome105", "firefox115", "safari16"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: { main: here("src/main.ts") },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  plugins: [sprite(), assets(), precompress()],
});
