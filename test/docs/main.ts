import { examplesOf, problemsOf } from "./examples";

/* Checks that every example of the docs compiles against the package as it is. */
const examples = examplesOf();
const problems = problemsOf(examples);
for (const problem of problems) console.error(problem);
console.log(`${examples.length} examples in ${new Set(examples.map(({ page }) => page)).size} pages, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
