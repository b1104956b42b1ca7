/** @param {unknown} text */
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * The page: who is there, a form, and the entries. What can't be had is said in its place.
 *
 * @param {{ version: string, visitor?: string, greeting?: string, name: string, visits?: number, entries?: import("../guestbook/server.mjs").Entry[], problems: string[] }} content
 */
export function pageOf({ version, visitor, greeting, name, visits, entries, problems }) {
  const list = entries?.length ? entries.map(({ author, text, at }) => `<li><b>${escaped(author)}</b> <time>${escaped(at)}</time><p>${escaped(text)}</p></li>`).join("\n") : "<li>Nothing yet.</li>";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Guestbook</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: ${version === "v1" ? "#fff" : "#ffe9a8"} }
label { display: block; margin: .5rem 0 } input, textarea { width: 100%; font: inherit } li { margin: 1rem 0 } time, footer { color: #555; font-size: .8rem } .problem { color: #a00 }</style>
</head>
<body>
<h1>Guestbook</h1>
${visitor ? `<p>Signed in as ${escaped(visitor)}.</p>` : ""}
${visits === undefined ? "" : `<p>You have been here ${escaped(visits)} ${visits === 1 ? "time" : "times"}.</p>`}
${greeting ? `<p>${escaped(greeting)}</p>` : ""}
${problems.map((problem) => `<p class="problem" role="alert">${escaped(problem)}</p>`).join("\n")}
<form method="post" action="/messages">
<label>Name <input name="author" required maxlength="100" value="${escaped(name)}"></label>
<label>Message <textarea name="text" required maxlength="1000" rows="3"></textarea></label>
<button>Write</button>
</form>
<ul>
${entries === undefined ? "" : list}
</ul>
<footer>ui ${escaped(version)}</footer>
</body>
</html>
`;
}
