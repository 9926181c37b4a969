import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import { fileURLToPath } from "node:url";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

// The order of the layers: each may import only from those after it.
const layers = [["src/main.ts"], ["src/App.svelte"], ["src/routes.ts"], ["src/layout"], ["src/pages"], ["src/lib"]];

export default ts.config(
  { ignores: ["dist/", "test-results/", "screenshots/", "**/*.gen.ts"] },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    rules: {
      // The site has its own router (lib/router), not SvelteKit's.
      "svelte/no-navigation-without-resolve": "off",
      // URLs are never reactive here; the reactive state is in lib/router.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**"],
    // import-x parses imported components with the parser options of the importing file.
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts", ".svelte"],
      "import-x/parsers": {
        "@typescript-eslint/parser": [".ts"],
        "svelte-eslint-parser": [".svelte"],
      },
      "import-x/resolver-next": [
        createNodeResolver({
          extensions: [".ts", ".svelte", ".js"],
          alias: { $lib: [fileURLToPath(new URL("./src/lib", import.meta.url))] },
        }),
      ],
    },
    rules: {
      // An import that cannot be resolved is skipped, and could hide a cycle.
      "import-x/no-unresolved": "error",
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        { zones: layers.map((target, index) => ({ target, from: layers.slice(0, index).flat() })).slice(1) },
      ],
    },
  },
);
