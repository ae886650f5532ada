import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist", "src/api/schema.d.ts", "e2e/screenshots"]),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // What counts in a text is mostly a number.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `onClick={() => navigate("/")}` is how React is written.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // tsconfig's noPropertyAccessFromIndexSignature is off, and env["NAME"] reads well.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [hooks.configs.flat.recommended, a11y.flatConfigs.strict],
    languageOptions: { globals: globals.browser },
    rules: {
      // Dialogs and the log-in page put the cursor where it is wanted.
      "jsx-a11y/no-autofocus": "off",
    },
  },
  // How vitest tells that a fixture needs no other.
  { files: ["e2e/*.ts"], rules: { "no-empty-pattern": "off" } },
  { files: ["public/*.js"], extends: [ts.configs.disableTypeChecked], languageOptions: { globals: globals.browser } },
  { files: ["*.js"], extends: [ts.configs.disableTypeChecked], languageOptions: { globals: globals.node } },
);
