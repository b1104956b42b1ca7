import tseslint from "typescript-eslint";

// Promises that nobody waits for, as an assertion in a test that then passes whatever it says. It takes the types of everything imported and
// so ten times as long as the rest, which is why it is a lint of its own, for the rooms that have promises. One project takes all files: each of its
// own would hold those types once more.
export default tseslint.config({
  files: ["cli/**/*.ts", "pipelines/**/*.ts", "simulator/engine/**/*.ts", "test/**/*.ts"],
  languageOptions: { parser: tseslint.parser, parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
  linterOptions: { reportUnusedDisableDirectives: "off" },
  plugins: { "@typescript-eslint": tseslint.plugin },
  rules: {
    "@typescript-eslint/no-floating-promises": "error",
    "@typescript-eslint/no-misused-promises": "error",
  },
});
