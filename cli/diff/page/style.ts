/** How the page looks, in light and in dark. Every colour of text has a contrast of at least 4.5 to its ground. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f8fa; --line: #d0d7de; --text: #1f2328; --soft: #57606a; --link: #0550ae;
  --create: #116329; --update: #7d4e00; --replace: #8250df; --delete: #a40e26; --rename: #0550ae;
  --added: #dafbe1; --removed: #ffebe9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --raised: #161b22; --line: #3d444d; --text: #e6edf3; --soft: #9198a1; --link: #79c0ff;
    --create: #56d364; --update: #e3b341; --replace: #d2a8ff; --delete: #ff7b72; --rename: #79c0ff;
    --added: #12261e; --removed: #301b1e;
  }
  .picture svg { filter: invert(0.93) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header, main, nav, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 1.5rem 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.25rem 0.75rem; background: var(--ground); }
.verdict { font-weight: 600; padding: 0.4rem 0.75rem; border-left: 0.4rem solid; border-radius: 4px; background: var(--raised); }
.verdict.dangerous { color: var(--delete); background: var(--removed); }
.verdict.changes { border-color: var(--update); }
.verdict.none { border-color: var(--create); font-weight: 400; }
.soft { color: var(--soft); }
.filter { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; padding: 0.6rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
@media (min-width: 60rem) and (min-height: 30rem) { .filter { position: sticky; top: 0; z-index: 1; } }
.filter fieldset { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0; padding: 0; border: 0; }
.filter legend { float: left; margin-right: 1rem; padding: 0; }
.filter input[type="search"] { font: inherit; width: 20rem; max-width: 100%; padding: 0.2rem 0.5rem; color: inherit; background: var(--raised); border: 1px solid var(--soft); border-radius: 4px; }
.filter button { font: inherit; padding: 0.1rem 0.6rem; color: inherit; background: var(--raised); border: 1px solid var(--soft); border-radius: 4px; cursor: pointer; }
[hidden] { display: none !important; }
ul { padding-left: 1.25rem; margin: 0.25rem 0; }
.tree, .tree ul { list-style: none; padding-left: 0; }
.tree ul { padding-left: 1.1rem; border-left: 1px solid var(--line); margin-left: 0.35rem; }
summary { cursor: pointer; padding: 0.1rem 0; overflow-wrap: anywhere; }
.change > div { padding: 0.1rem 0 0.1rem 1.1rem; overflow-wrap: anywhere; scroll-margin-top: 6rem; }
.change { scroll-margin-top: 6rem; }
.change:target { outline: 2px solid var(--link); outline-offset: 2px; }
.kind { display: inline-block; font-weight: 600; margin-right: 0.5rem; }
.create { color: var(--create); } .update { color: var(--update); } .replace { color: var(--replace); } .delete { color: var(--delete); } .rename { color: var(--rename); }
.error { color: var(--delete); } .warning { color: var(--update); } .info { color: var(--rename); }
.lost { color: var(--delete); font-weight: 600; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
.property { margin: 0.4rem 0 0.6rem 1.1rem; }
pre { margin: 0.15rem 0; padding: 0.35rem 0.6rem; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre ins, pre del { display: block; margin: 0 -0.6rem; padding: 0 0.6rem; text-decoration: none; }
pre ins { background: var(--added); } pre del { background: var(--removed); }
.picture { overflow: auto; max-height: 85vh; border: 1px solid var(--line); border-radius: 4px; }
.picture svg { display: block; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { padding: 0.2rem 0.75rem; border: 1px solid var(--line); text-align: right; }
th[scope="row"] { text-align: left; white-space: nowrap; }
footer { margin-top: 3rem; padding-bottom: 2rem; }
@media print {
  .skip, nav, .filter > :not([role="status"]) { display: none; }
  .filter { position: static; }
  .picture { max-height: none; }
}
`;
