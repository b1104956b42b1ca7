import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**"] },
  ...tseslint.configs.strict,
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      // A Pulumi resource does its work by being constructed; its handle is often not needed.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      // A property taken out of an object to leave it out of the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  {
    files: ["cli/**", "test/bench/**", "test/docs/**", "examples/images.ts", "examples/echo/server/**", "examples/guestbook/servers/**", "test/pipelines/actionlint.ts", "test/support/goTool.ts"],
    rules: { "no-console": "off" },
  },
);
