/** The style of the report page. Colors are of WCAG's contrast AA on both grounds. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #1d2329; --soft: #566070; --line: #d5dae0; --paper: #fff; --ground: #f5f6f8; --link: #1a4f8b;
  --good: #14653a; --good-ground: #e0f3e7; --bad: #9a1c1c; --bad-ground: #fce6e4; --odd: #6f4300; --odd-ground: #fdf0d5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --soft: #aab3c0; --line: #3a424d; --paper: #1b2027; --ground: #12161b; --link: #8fc0f5;
    --good: #8fdcae; --good-ground: #14341f; --bad: #ffb3ab; --bad-ground: #45201d; --odd: #f5cd86; --odd-ground: #3d2e10;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
main { max-width: 72rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid #1a6fd0; outline-offset: 2px; border-radius: 4px; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1.0625rem; margin: 0; display: inline; }
p { margin: 0.35rem 0; max-width: 46rem; }
ul { margin: 0; padding: 0; list-style: none; }
.quiet { color: var(--soft); font-size: 0.875rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
.verdict { font-size: 1.125rem; font-weight: 600; padding: 0.6rem 0.9rem; border-radius: 8px; max-width: none; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.odd { color: var(--odd); background: var(--odd-ground); }
.state {
  display: inline-block; padding: 0 0.5rem; border-radius: 999px;
  font-size: 0.875rem; font-weight: 600; white-space: nowrap;
}
table { border-collapse: collapse; }
caption { text-align: left; white-space: nowrap; }
th, td { text-align: left; padding: 0.15rem 1rem 0.15rem 0; font-weight: 400; vertical-align: top; }
td { font-variant-numeric: tabular-nums; }
details, .card {
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px; margin: 0.6rem 0; padding: 0.5rem 0.9rem;
}
.jump { margin: 0.5rem 0; }
summary { cursor: pointer; }
.images > li {
  display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0.25rem 0.9rem;
  padding: 0.6rem 0; border-top: 1px solid var(--line);
  content-visibility: auto; contain-intrinsic-size: auto 6.25rem;
}
.thumb { grid-row: span 2; width: 5rem; }
.thumb img { display: block; max-width: 5rem; max-height: 5rem; border: 1px solid var(--line); }
.none {
  display: grid; place-items: center; align-self: start; min-height: 5rem; padding: 0.25rem;
  border: 1px dashed var(--soft); color: var(--soft); font-size: 0.75rem; line-height: 1.25; text-align: center;
}
.name { font-weight: 600; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
.lines { white-space: pre-line; }
@media (min-width: 48rem) {
  .images > li { grid-template-columns: 6rem minmax(0, 2fr) minmax(0, 3fr); }
  .thumb { grid-row: auto; width: 6rem; }
  .thumb img { max-width: 6rem; max-height: 6rem; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; }
  body { font-size: 0.8125rem; }
  details::details-content { content-visibility: visible; display: block; }
  .images > li { content-visibility: visible; break-inside: avoid; }
  .skip, .jump { display: none; }
  .state, .verdict { border: 1px solid currentColor; }
}
`
