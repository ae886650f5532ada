// Names the files of a chunk in the page, as `data-<chunk>` of public/early.js, which fetches them ahead where they are
// needed: the chunk and what it imports, but for what the page names anyway.
import type { Plugin, Rolldown } from "vite";

export function preload(name: string): Plugin {
  return {
    name: "preload",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const chunk = Object.values(bundle).find((file) => file.type === "chunk" && file.name === name);
        if (chunk?.type !== "chunk") throw new Error(`the build has no chunk ${name}`);
        const files = [...withImports(chunk, bundle)].filter((file) => !html.includes(file));
        return html.replace('src="/early.js"', `$& data-${name}="${files.map((file) => `/${file}`).join(" ")}"`);
      },
    },
  };
}

function withImports(chunk: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle, found = new Set<string>()): Set<string> {
  found.add(chunk.fileName);
  for (const file of chunk.imports) {
    const imported = bundle[file];
    if (imported?.type === "chunk" && !found.has(file)) withImports(imported, bundle, found);
  }
  return found;
}
