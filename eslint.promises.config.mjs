import tseslint from "typescript-eslint";

// Promises that nobody waits for, as an assertion in a test that then passes whatever it says. It takes the types of everything imported and
// so ten times as long as the rest, which is why it is a lint of its own, for the rooms that have promises.
export default tseslint.config({
  files: ["cli/**/*.ts", "pipelines/**/*.ts", "simulator/engine/**/*.ts", "test/**/*.ts"],
  languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  linterOptions: { reportUnusedDisableDirectives: "off" },
  plugins: { "@typescript-eslint": tseslint.plugin },
  rules: {
    "@typescript-eslint/no-floating-promises": "error",
    "@typescript-eslint/no-misused-promises": "error",
  },
});
