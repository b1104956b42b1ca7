import { createRequire } from "node:module";

const longest = 1024;

/**
 * What is wrong with a regular expression for Istio and Envoy, which take RE2's: without looking ahead or back, without back references, of
 * 1024 characters at most. Undefined when all is well.
 *
 * @source https://github.com/google/re2/wiki/Syntax and https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go
 */
export function regularExpressionProblem(expression: string): string | undefined {
  if (expression.length > longest) return `it has ${expression.length} characters, and may have ${longest}`;
  // Loaded when there is an expression to check: it takes megabytes, and most programs have none.
  const { RE2JS, RE2JSException } = createRequire(__filename)("re2js") as typeof import("re2js");
  try {
    RE2JS.compile(expression);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** Tells whether an expression fits one text alone, because nothing in it stands for anything else: it was meant to be found inside a value. */
export function fitsOneTextAlone(expression: string): boolean {
  return !/[.*+?()[\]{}|\\]/.test(expression.replace(/^\^|\$$/g, ""));
}

/** A pattern that fits a text itself, whatever it means as an expression. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
