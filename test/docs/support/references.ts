/** Citations of docs/mps.md in comments; links and anchors in Markdown. */

/** The numbers of a page's sections. */
export const sections = (markdown: string): ReadonlyArray<string> =>
  Array.from(markdown.matchAll(/^### (\d\.\d) /gm), ([, number = ""]) => number)

const span = (from: string, to: string): ReadonlyArray<string> => {
  const [part, first] = from.split(".").map(Number)
  const [lastPart, last] = to.split(".").map(Number)
  if (part !== lastPart || first === undefined || last === undefined) return [from, to]
  return Array.from({ length: last - first + 1 }, (_, n) => `${part}.${first + n}`)
}

/** The sections named by each mention of docs/mps.md: "2.3", "1.6 and 2.4", "2.1 to 2.3", also across a line break. */
export const citations = (source: string): ReadonlyArray<ReadonlyArray<string>> => {
  const text = source.replaceAll(/\n[ \t]*(\*|\/\/) ?/g, " ")
  return Array.from(
    text.matchAll(/docs\/mps\.md((?:,? *(?:and |to )? *\d\.\d)*)/g),
    ([, list = ""]) =>
      Array.from(list.matchAll(/(\d\.\d)(?: to (\d\.\d))?/g)).flatMap(([, from = "", to]) =>
        to === undefined ? [from] : span(from, to)
      )
  )
}

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "")

/** Relative links and images, as path and anchor. */
export const links = (markdown: string): ReadonlyArray<{ readonly path: string; readonly anchor?: string }> =>
  Array.from(withoutCode(markdown).matchAll(/\]\((?:<([^>\n]+)>|([^)\s]+))(?: "[^"]*")?\)|^\[[^\]]+\]: +(\S+)/gm))
    .map(([, angled, inline, reference]) => angled ?? inline ?? reference ?? "")
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#")
      return anchor === undefined ? { path: decodeURI(path) } : { path: decodeURI(path), anchor }
    })

/** The anchors that GitHub generates for a page's headings. */
export const anchors = (markdown: string): ReadonlyArray<string> =>
  Array.from(
    markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm),
    ([, heading = ""]) => heading.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
  )
