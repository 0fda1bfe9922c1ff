/**
 * Globs over whole paths: `*` matches any characters except `/`, `**` matches any characters. As a regular expression, one
 * with many stars would take for ever with some paths; this takes at most as many steps as both have characters, multiplied.
 */

export interface Glob {
  readonly test: (text: string) => boolean
}

const TOKEN = /\*\*|[^]/g

const isStar = (token: string | undefined): boolean => token === "*" || token === "**"

/** Compiles a glob over whole paths. */
export const compile = (pattern: string): Glob => {
  const tokens = pattern.match(TOKEN) ?? []
  const prefix = pattern.split("*", 1)[0] ?? ""
  /** Adds a place in the pattern, and those after it which nothing need come before. */
  const reach = (places: Set<number>, place: number) => {
    places.add(place)
    for (let next = place; isStar(tokens[next]); next++) places.add(next + 1)
  }
  return {
    test: (text) => {
      if (!text.startsWith(prefix)) return false
      let places = new Set<number>()
      reach(places, 0)
      for (let at = 0; at < text.length && places.size > 0; at++) {
        const char = text[at]
        const following = new Set<number>()
        for (const place of places) {
          const token = tokens[place]
          if (token === "**" || (token === "*" && char !== "/")) reach(following, place)
          else if (token === char && !isStar(token)) reach(following, place + 1)
        }
        places = following
      }
      return places.has(tokens.length)
    }
  }
}
