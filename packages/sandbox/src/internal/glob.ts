const special = /[.+?^${}()|[\]\\]/g

/** Compiles a glob over whole paths: `*` matches any characters except `/`, `**` matches any characters. */
export const compile = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.split("**").map((part) => part.replace(special, "\\$&").replaceAll("*", "[^/]*")).join(".*")}$`
  )
